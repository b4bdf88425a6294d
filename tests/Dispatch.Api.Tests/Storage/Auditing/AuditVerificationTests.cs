using System.Text.RegularExpressions;
using Dapper;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Sealing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Storage.Auditing;

/// <summary>Does to the audit what somebody would do who has the database or the file and wants to hide something; each is seen, and said where.</summary>
public sealed class AuditVerificationTests : IClassFixture<AuditVerificationTests.ServiceWithAPast>, IAsyncLifetime
{
    private static readonly string[] Tables = ["audit_entry", "audit_seal", "audit_waiting", "audit_checkpoint"];

    private readonly ServiceWithAPast service;
    private string[] lines = [];

    public AuditVerificationTests(ServiceWithAPast service) => this.service = service;

    /// <summary>Some deeds, sealed, with three checkpoints.</summary>
    public sealed class ServiceWithAPast : RunningService
    {
        public async Task MakePast()
        {
            if (CountOfLines() > 0)
            {
                return;
            }

            for (var i = 0; i < 3; i++)
            {
                await Given.AnOpenRequest();
                Clock.Advance(TimeSpan.FromMinutes(1));
                await this.Sealer().SealWaiting();
                await this.Sealer().WriteCheckpoint();
            }
        }

        private int CountOfLines() => File.Exists(this.Checkpoints()) ? CheckpointFile.Lines(this.Checkpoints()).Count() : 0;
    }

    public async Task InitializeAsync()
    {
        await service.MakePast();
        lines = await File.ReadAllLinesAsync(service.Checkpoints());
        await service.ByHand([.. Tables.Select(table => $"create table kept_{table} as select * from {table}")]);
        await Unguard();
    }

    public async Task DisposeAsync()
    {
        await service.ByHand([
            .. Tables.SelectMany(table =>
                new[] { $"delete from {table}", $"insert into {table} select * from kept_{table}", $"drop table kept_{table}" }
            ),
        ]);
        await service.ByHand("delete from audit_waiting");
        await File.WriteAllLinesAsync(service.Checkpoints(), lines);
    }

    [Fact]
    public async Task What_nobody_has_touched_holds()
    {
        var (holds, said) = await Verify();
        Assert.True(holds, said);
        Assert.Contains("3 checkpoints", said, StringComparison.Ordinal);
        Assert.Contains("Everything holds.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_for_its_place_holds_too()
    {
        await service.Given.AnOpenRequest();
        var (holds, said) = await Verify();
        Assert.True(holds, said);
        Assert.Contains("1 entries wait", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("actor = 'somebody-else'")]
    [InlineData("seen = '[]'")]
    [InlineData("region_code = '330000'")]
    [InlineData("times = 2")]
    public Task An_entry_that_was_changed(string change) =>
        Sees($@"seq 4: the entry \S+ is not what was sealed", $"update audit_entry set {change} where entry_id = {IdAt(4)}");

    [Fact]
    public Task An_entry_that_was_deleted() =>
        Sees(@"seq 5: the entry \S+ was deleted", $"delete from audit_entry where entry_id = {IdAt(5)}");

    [Fact]
    public Task An_entry_that_was_deleted_with_its_seal() =>
        Sees(
            @"seq 5: the chain has a gap up to 6",
            $"delete from audit_entry where entry_id = {IdAt(5)}",
            "delete from audit_seal where seq = 5"
        );

    [Fact]
    public Task Two_entries_that_changed_places() =>
        Sees(
            @"seq 3: the entry \S+ is not what was sealed",
            "update audit_seal set seq = -3 where seq = 3",
            "update audit_seal set seq = 3 where seq = 4",
            "update audit_seal set seq = 4 where seq = -3"
        );

    [Fact]
    public Task Two_entries_whose_content_changed_places() =>
        Sees(
            @"seq 3: the entry \S+ is not what was sealed",
            "create table swapped as select * from audit_seal where seq in (3, 4)",
            "delete from audit_seal where seq in (3, 4)",
            "insert into audit_seal (seq, entry_id, hash) select 7 - swapped.seq, swapped.entry_id, other.hash from swapped join swapped other on other.seq = 7 - swapped.seq",
            "drop table swapped"
        );

    [Fact]
    public Task An_entry_that_was_put_in_beside_the_chain() =>
        Sees(@"The entry \S+ stands nowhere in the chain", Copied("019e0000-0000-7000-8000-000000000001"), "delete from audit_waiting");

    [Fact]
    public Task An_entry_that_was_put_in_to_be_sealed() =>
        Sees(
            @"The entry 019e0000\S+, which waits for its place, was not written by the service",
            Copied("019e0000-0000-7000-8000-000000000001")
        );

    [Fact]
    public async Task An_entry_that_was_deleted_before_it_was_sealed()
    {
        await service.Given.AnOpenRequest();
        await Sees(
            @"The entry \S+, which waited for its place, was deleted",
            "delete from audit_entry where entry_id in (select entry_id from audit_waiting)"
        );
    }

    [Fact]
    public async Task An_entry_that_was_put_in_and_sealed_by_the_service_itself()
    {
        await service.ByHand(Copied("019e0000-0000-7000-8000-000000000001"));
        var reached = await service.Stored<long>("select max(seq) from audit_seal");
        await service.Sealer().SealWaiting();
        await Sees($@"seq {reached + 1}: the entry 019e0000\S+ was not written by the service");
    }

    [Fact]
    public async Task A_chain_that_was_written_anew_from_a_changed_entry_on()
    {
        await service.ByHand($"update audit_entry set actor = 'somebody-else' where entry_id = {IdAt(2)}");
        await ChainAnew();
        var said = await Sees(@"seq \d+: checkpoint 1 vouches for another hash");
        Assert.Contains("seq 2: the entry", said, StringComparison.Ordinal);
    }

    [Fact]
    public Task The_end_of_the_chain_that_was_cut_off() =>
        Sees(
            @"The chain ends at \d+; checkpoint 2 of \S+ \S+ vouches for entry \d+",
            "delete from audit_entry where entry_id in (select entry_id from audit_seal where seq > (select min(seq) from audit_checkpoint))",
            "delete from audit_seal where seq > (select min(seq) from audit_checkpoint)"
        );

    [Fact]
    public Task An_older_database_that_was_put_back() =>
        Sees(
            @"The chain ends at \d+; checkpoint 2 of \S+ \S+ vouches for entry \d+",
            "delete from audit_entry where entry_id in (select entry_id from audit_seal where seq > (select min(seq) from audit_checkpoint))",
            "delete from audit_seal where seq > (select min(seq) from audit_checkpoint)",
            "delete from audit_checkpoint where number > 1"
        );

    [Fact]
    public async Task A_service_on_an_older_database_or_an_older_file_writes_no_checkpoint_over_the_gap()
    {
        await File.WriteAllLinesAsync(service.Checkpoints(), lines[..1]);
        await service.Given.AnOpenRequest();
        await service.Sealer().SealWaiting();
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => service.Sealer().WriteCheckpoint());
        Assert.Contains("put back", refusal.Message, StringComparison.Ordinal);
        await File.WriteAllLinesAsync(service.Checkpoints(), lines);
        await service.ByHand("delete from audit_seal where seq > 2", "delete from audit_waiting");
        await Assert.ThrowsAsync<InvalidOperationException>(() => service.Sealer().WriteCheckpoint());
    }

    [Fact]
    public Task An_older_checkpoint_file_that_was_put_back() =>
        SeesInFile(@"The checkpoint file ends at 1; the database knows of checkpoint 2 for entry \d+", _ => lines[..1]);

    [Fact]
    public Task A_checkpoint_file_of_another_site() =>
        SeesInFile(
            "not one this database knows",
            _ =>
            {
                var other = Path.Combine(service.Data, "other.ndjson");
                File.Delete(other);
                var reached = Checkpoint.Read(lines[^1])!;
                new CheckpointFile(other, service.Services.GetRequiredService<AuditKey>()).Append(
                    null,
                    new AuditSeal { Seq = reached.Seq, Hash = reached.Hash },
                    reached.At
                );
                return File.ReadAllLines(other);
            }
        );

    [Fact]
    public async Task A_checkpoint_file_that_is_gone()
    {
        File.Delete(service.Checkpoints());
        await Sees("There is no checkpoint file");
    }

    [Fact]
    public Task Checkpoints_in_another_order() => SeesInFile("Checkpoint 3 .*number 2 was expected", _ => [lines[0], lines[2], lines[1]]);

    [Fact]
    public Task A_checkpoint_that_is_missing() => SeesInFile("Checkpoint 3 .*number 2 was expected", _ => [lines[0], lines[2]]);

    [Fact]
    public Task A_checkpoint_with_another_signature() =>
        SeesInFile(
            @"Checkpoint 2 \(line 2, entry \d+\): the signature is not that of the key",
            _ =>
            {
                var changed = Checkpoint.Read(lines[1])! with { At = service.Clock.GetUtcNow() };
                return [lines[0], changed.Line, lines[2]];
            }
        );

    [Fact]
    public Task A_checkpoint_signed_by_somebody_else() =>
        SeesInFile(
            @"Checkpoint 2 \(line 2, entry \d+\): the signature is not that of the key",
            _ =>
            {
                using var stranger = new AuditKey(AuditKey.Fresh());
                var forged = Checkpoint.Read(lines[1])! with { Key = stranger.Id };
                return [lines[0], (forged with { Signature = stranger.Sign(forged.Signed) }).Line, lines[2]];
            }
        );

    [Fact]
    public Task A_checkpoint_that_was_signed_anew_for_another_time() =>
        SeesInFile(
            @"Checkpoint 3 \(entry \d+\) is not the line the database was told of",
            _ =>
            {
                var changed = Checkpoint.Read(lines[2])!;
                changed = changed with { At = changed.At.AddMinutes(1) };
                var signature = service.Services.GetRequiredService<AuditKey>().Sign(changed.Signed);
                return [lines[0], lines[1], (changed with { Signature = signature }).Line];
            }
        );

    [Fact]
    public Task A_checkpoint_that_goes_back() =>
        SeesInFile(
            @"Checkpoint 4 \(line 4, entry \d+\): it does not go on from the checkpoint before it",
            _ =>
            {
                var earlier = Checkpoint.Read(lines[0])!;
                new CheckpointFile(service.Checkpoints(), service.Services.GetRequiredService<AuditKey>()).Append(
                    Checkpoint.Read(lines[2]),
                    new AuditSeal { Seq = earlier.Seq, Hash = earlier.Hash },
                    service.Clock.GetUtcNow()
                );
                return File.ReadAllLines(service.Checkpoints());
            }
        );

    [Fact]
    public async Task A_line_that_was_begun_when_the_power_went_is_none()
    {
        await File.AppendAllTextAsync(service.Checkpoints(), "{\"at\":\"20");
        var (holds, said) = await Verify();
        Assert.True(holds, said);
        Assert.Contains("3 checkpoints", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_with_another_key_writes_nothing_into_the_file_of_the_former()
    {
        var reached = Checkpoint.Read(lines[^1])!;
        File.Delete(service.Checkpoints());
        using (var stranger = new AuditKey(AuditKey.Fresh()))
        {
            new CheckpointFile(service.Checkpoints(), stranger).Append(
                null,
                new AuditSeal { Seq = reached.Seq, Hash = reached.Hash },
                reached.At
            );
        }

        await service.Given.AnOpenRequest();
        await service.Sealer().SealWaiting();
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => service.Sealer().WriteCheckpoint());
        Assert.Contains("was signed with the key", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task A_line_that_is_no_checkpoint() =>
        SeesInFile("Line 2 of the checkpoint file is no checkpoint", _ => [lines[0], "{}", lines[2]]);

    [Fact]
    public async Task The_command_of_the_program_says_the_same_and_ends_with_a_code()
    {
        using var said = new StringWriter();
        var codes = new List<int>();
        await service.WhileStopped(async settings =>
        {
            codes.Add(await VerifyCommand.Run(["verify-audit", .. settings], said));
            await service.ByHand($"update audit_entry set actor = 'somebody-else' where entry_id = {IdAt(4)}");
            codes.Add(await VerifyCommand.Run(["verify-audit", .. settings], said));
        });
        Assert.True(codes is [0, 1], said.ToString());
        Assert.Contains("seq 4", said.ToString(), StringComparison.Ordinal);
    }

    private static string IdAt(int seq) => $"(select entry_id from audit_seal where seq = {seq})";

    private static string Copied(string id) =>
        $"insert into audit_entry ({AuditEntry.Columns}) select '{id}', {AuditEntry.Columns["entry_id, ".Length..]} from audit_entry where entry_id = {IdAt(4)}";

    private async Task<string> Sees(string said, params string[] statements)
    {
        await service.ByHand(statements);
        var (holds, output) = await Verify();
        Assert.False(holds, output);
        Assert.Matches(new Regex(said, RegexOptions.None, TimeSpan.FromSeconds(1)), output);
        return output;
    }

    private async Task SeesInFile(string said, Func<string[], string[]> change)
    {
        await File.WriteAllLinesAsync(service.Checkpoints(), change(lines));
        await Sees(said);
    }

    private async Task<(bool Holds, string Said)> Verify()
    {
        using var said = new StringWriter();
        var verification = new AuditVerification(
            service.Services.GetRequiredService<AuditKey>(),
            service.Services.GetRequiredService<BlindIndex>(),
            said
        );
        var holds = await verification.Run(
            async () =>
            {
                var connection = service.Connection();
                await connection.OpenAsync();
                return connection;
            },
            service.Checkpoints()
        );
        return (holds, said.ToString());
    }

    // Somebody with the database can take the triggers away.
    private async Task Unguard()
    {
        await using var connection = service.Raw();
        await connection.OpenAsync();
        if (connection is not SqliteConnection)
        {
            foreach (var table in new[] { "audit_entry", "audit_seal", "audit_checkpoint" })
            {
                await connection.ExecuteAsync($"drop trigger if exists {table}_only_grows on {table}");
            }

            return;
        }

        foreach (
            var trigger in (
                await connection.QueryAsync<string>("select name from sqlite_master where type = 'trigger' and name like '%_is_not_%'")
            ).ToList()
        )
        {
            await connection.ExecuteAsync($"drop trigger {trigger}");
        }
    }

    // With hashes that fit together again, as anybody can work them out.
    private async Task ChainAnew()
    {
        await using var connection = service.Raw();
        await connection.OpenAsync();
        var entries = (
            await connection.QueryAsync<AuditEntry>(
                $"select {string.Join(", ", AuditEntry.Columns.Split(", ").Select(column => "audit_entry." + column))} from audit_seal join audit_entry on audit_entry.entry_id = audit_seal.entry_id order by seq"
            )
        ).ToList();
        var reached = AuditSeal.Origin;
        foreach (var entry in entries)
        {
            reached = AuditChain.After(reached, entry);
            await connection.ExecuteAsync("update audit_seal set hash = @Hash where seq = @Seq", reached);
        }
    }
}
