using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Dispatch.Api.Tests.Features.Rights;

/// <summary>Who was erased stays so, whatever database is put back.</summary>
public sealed class ErasureFileTests
{
    [Fact]
    public async Task A_database_from_before_is_erased_again_before_anybody_is_answered()
    {
        await using var service = new Site();
        await service.InitializeAsync();
        var (closed, open) = (
            await service.AClosedRequest("苏老旧", "13933330001"),
            await service.Given.AnOpenRequest(World.Call("苏新近", "13933330002"))
        );
        await service.Keep();
        await service.Erase(closed);
        await service.Erase(open.Id());
        Assert.Empty(await service.Find("苏老旧", "苏新近"));

        await service.PutBack();

        Assert.Empty(await service.Find("苏老旧", "苏新近"));
        Assert.Equal(("closed", "***"), ((await service.Request(closed)).Text("state"), (await service.Request(closed)).Text("text")));
        Assert.Equal("cancelled", await service.State(open.Id()));
        Assert.Equal(2, await service.Stored<long>("select count(*) from erasure", new { }));
    }

    [Fact]
    public async Task A_line_that_a_crash_cut_off_is_written_again_and_one_of_another_hand_stops_the_start()
    {
        await using var service = new Site();
        await service.InitializeAsync();
        var request = (await service.Given.AnOpenRequest(World.Call("苏半行", "13933330003"))).Id();
        await service.Erase(request);
        var whole = await File.ReadAllTextAsync(service.ErasureFile);
        Assert.DoesNotContain("13933330003", whole, StringComparison.Ordinal);
        await service.WhileStopped(_ => File.WriteAllTextAsync(service.ErasureFile, whole[..^9]));
        Assert.Equal(whole, await File.ReadAllTextAsync(service.ErasureFile));

        var forged = whole.Replace(request.ToString(), Guid.NewGuid().ToString(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(service.ErasureFile, forged);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => service.Restart());
        Assert.Contains("Line 1", refusal.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(service.ErasureFile, whole);
        await service.OpenAgain();
    }

    /// <summary>A site whose database is kept and put back.</summary>
    public sealed class Site : RunningService, IAsyncDisposable
    {
        // On PostgreSQL a whole database is put back by its own tools; here the rows that tell of persons are.
        private static readonly string[] Tables = ["help_request", "timeline", "visit", "confirmation", "problem", "training"];

        public string ErasureFile => Path.Combine(Data, "erasures.txt");

        private string Copy => Path.Combine(Data, "backup.db");

        public async Task Keep()
        {
            await using var connection = Connection(readOnly: false);
            await connection.OpenAsync();
            if (connection is SqliteConnection)
            {
                await connection.ExecuteAsync($"vacuum into '{Copy}'");
                return;
            }

            await connection.ExecuteAsync("create schema kept");
            foreach (var table in Tables)
            {
                await connection.ExecuteAsync($"create table kept.{table} as select * from {table}");
            }
        }

        public Task PutBack() =>
            WhileStopped(async _ =>
            {
                await using var connection = Connection(readOnly: false);
                if (connection is SqliteConnection)
                {
                    foreach (var file in Directory.GetFiles(Data, "dispatch.db*"))
                    {
                        File.Delete(file);
                    }

                    File.Copy(Copy, Path.Combine(Data, "dispatch.db"));
                    return;
                }

                await connection.OpenAsync();
                await connection.ExecuteAsync("delete from erasure");
                await connection.ExecuteAsync("delete from timeline");
                foreach (var table in Tables)
                {
                    await PutBack(connection, table);
                }
            });

        private static async Task PutBack(DbConnection connection, string table)
        {
            var columns = (
                await connection.QueryAsync<string>(
                    "select column_name from information_schema.columns where table_schema = 'public' and table_name = @table",
                    new { table }
                )
            ).ToList();
            var key = $"{(table == "help_request" ? "request" : table)}_id";
            await connection.ExecuteAsync(
                table switch
                {
                    "timeline" => "insert into timeline select * from kept.timeline",
                    "confirmation" =>
                        "update confirmation set comment = was.comment from kept.confirmation was where was.request_id = confirmation.request_id",
                    _ =>
                        $"update {table} set {string.Join(", ", columns.Where(column => column != key).Select(column => $"{column} = was.{column}"))} from kept.{table} was where was.{key} = {table}.{key}",
                }
            );
        }

        ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());
    }
}
