using System.Text;
using Dapper;
using Dispatch.Api.Storage.Keeping;
using Dispatch.Api.Tests.Storage.Auditing;
using Dispatch.Faults.Checking;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Dispatch.Api.Tests.Storage.Keeping;

/// <summary>A backup is one moment of a service at work, or it is not there.</summary>
public sealed class BackupTests(BackupTests.SqliteSite service) : IClassFixture<BackupTests.SqliteSite>, IAsyncLifetime
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "dispatch-test-" + Guid.NewGuid().ToString("N"));

    private string To => Path.Combine(folder, "dispatch.db");

    public Task InitializeAsync()
    {
        Directory.CreateDirectory(folder);
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_backup_of_a_service_at_work_is_one_moment_of_it()
    {
        await service.Given.AVisitInService();
        await service.Sealer().SealWaiting();
        using var enough = new CancellationTokenSource();
        var written = new List<Guid>();
        var work = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                written.Add((await service.Given.AnOpenRequest()).Id());
            }
        });
        var (code, said) = await Backup();
        await enough.CancelAsync();
        await work;

        Assert.True(code == 0, said);
        Assert.Empty(await new StoredTruth(folder, "sqlite").Broken());
        await using (var copy = new SqliteConnection($"Data Source={To};Mode=ReadOnly;Pooling=false"))
        {
            var there = (await copy.QueryAsync<string>("select request_id from help_request")).Select(Guid.Parse).ToHashSet();
            // What came before the moment is there, what came after it is not, and nothing in between is missing.
            var upTo = written.TakeWhile(there.Contains).Count();
            Assert.DoesNotContain(written.Skip(upTo), there.Contains);
        }

        Assert.Equal([To], Directory.GetFiles(folder));
        Assert.Contains("The state of ", said, StringComparison.Ordinal);
        foreach (var beside in new[] { "data-keys.json", "audit-key.pem", "audit-checkpoints.ndjson", "erasures.txt" })
        {
            Assert.Contains(Path.Combine(service.Data, beside), said, StringComparison.Ordinal);
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(To));
        }
    }

    [Fact]
    public async Task A_backup_is_never_written_over_another_file()
    {
        await File.WriteAllTextAsync(To, "yesterday");
        var (code, said) = await Backup();
        Assert.Equal(2, code);
        Assert.Contains("is there already", said, StringComparison.Ordinal);
        Assert.Equal("yesterday", await File.ReadAllTextAsync(To));
        Assert.Equal([To], Directory.GetFiles(folder));
    }

    [Fact]
    public async Task What_a_killed_backup_left_is_in_nobody_s_way()
    {
        await File.WriteAllTextAsync(To + ".part", "half of it");
        var (code, said) = await Backup();
        Assert.True(code == 0, said);
        Assert.Equal([To], Directory.GetFiles(folder));
    }

    [Fact]
    public async Task What_was_deleted_does_not_go_along()
    {
        const string Word = "these words are gone from every table";
        await service.ByHand(
            "create table passing (word text)",
            $"insert into passing (word) select '{Word}' from team limit 50",
            "drop table passing"
        );
        var (code, said) = await Backup();
        Assert.True(code == 0, said);
        Assert.DoesNotContain(Word, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(To)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "insert into team_skill (team_id, position, skill_code, level) select team_id, 99, 'nobody-has-it', 1 from team limit 1",
        "delete from team_skill where position = 99",
        "lead to rows that are not there"
    )]
    [InlineData(
        "update audit_seal set hash = 'x' || hash where seq = 2",
        "update audit_seal set hash = substr(hash, 2) where seq = 2",
        "does not hold at entry 2"
    )]
    public async Task What_does_not_hold_is_no_backup(string harm, string cure, string why)
    {
        await service.Given.AnOpenRequest();
        await service.Sealer().SealWaiting();
        await service.ByHand("drop trigger if exists audit_seal_is_not_changed", harm);
        try
        {
            var (code, said) = await Backup();
            Assert.Equal(1, code);
            Assert.Contains(why, said, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            await service.ByHand(cure);
        }
    }

    [Fact]
    public async Task Without_a_database_or_a_name_nothing_is_tried()
    {
        using var said = new StringWriter();
        Assert.Equal(2, await BackupCommand.Run(["backup", "--environment=Development"], said));
        Assert.Equal(2, await BackupCommand.Run(["backup", "--to", To, "--environment=Development", $"--Dispatch:Data={folder}"], said));
        Assert.Contains("There is no database here.", said.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            2,
            await BackupCommand.Run(["backup", "--to", To, "--environment=Development", "--Dispatch:Database=Host=nowhere"], said)
        );
        Assert.Contains("pg_basebackup", said.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    private async Task<(int Code, string Said)> Backup()
    {
        using var said = new StringWriter();
        var code = await BackupCommand.Run(["backup", "--to", To, "--environment=Development", $"--Dispatch:Data={service.Data}"], said);
        return (code, said.ToString());
    }

    /// <summary>On a file, whatever store the other tests run on.</summary>
    public sealed class SqliteSite : RunningService
    {
        protected override Task<TestDatabase> MakeDatabase() => Task.FromResult(TestDatabase.OnSqlite());
    }
}
