using System.Data.Common;
using Dapper;
using Dispatch.Api.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;
using Xunit;

namespace Dispatch.Api.Tests.Storage;

/// <summary>The schema comes up once, whoever else starts, and two versions share it until one takes something away.</summary>
public sealed class MigrationsTests : IAsyncLifetime
{
    private static readonly Dictionary<int, Action<DbConnection>> NoSteps = [];
    private static readonly Migration Expand = new(9001, "9001_district.sql", "alter table holiday add column district text;");
    private static readonly Migration Contract = new(9002, "9002_no_note.sql", "-- needs: 9001\nalter table holiday drop column district;");

    private readonly string folder = Directory.CreateTempSubdirectory("dispatch-schema-").FullName;
    private TestDatabase database = null!;

    public async Task InitializeAsync() => database = await TestDatabase.Create();

    public async Task DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_version_that_only_added_leaves_the_one_before_at_work()
    {
        using var connection = Open();
        Migrations.Apply(connection, NoSteps);
        Migrations.Apply(connection, NoSteps, [.. Migration.All, Expand]);
        Migrations.Apply(connection, NoSteps);
        Assert.Equal(0, connection.ExecuteScalar<long>("select count(district) from holiday"));
    }

    [Fact]
    public void A_version_that_took_something_away_is_not_served_by_the_one_that_needs_it()
    {
        using var connection = Open();
        Migrations.Apply(connection, NoSteps, [.. Migration.All, Expand, Contract]);
        var refused = Assert.Throws<InvalidOperationException>(() => Migrations.Apply(connection, NoSteps));
        Assert.Contains("know migration 9001 or later", refused.Message, StringComparison.Ordinal);
        Migrations.Apply(connection, NoSteps, [.. Migration.All, Expand]);
    }

    [Fact]
    public void What_failed_is_begun_again_and_leaves_nothing_behind()
    {
        using var connection = Open();
        Migrations.Apply(connection, NoSteps);
        var wrong = Expand with { Sql = Expand.Sql + "insert into holiday (nowhere) values (1);" };
        Assert.ThrowsAny<DbException>(() => Migrations.Apply(connection, NoSteps, [.. Migration.All, wrong]));
        Migrations.Apply(connection, NoSteps, [.. Migration.All, Expand]);
        Assert.Equal(0, connection.ExecuteScalar<long>("select count(district) from holiday"));
    }

    [Fact]
    public void What_was_done_in_code_is_done_before_its_file_and_once()
    {
        using var connection = Open();
        Migrations.Apply(connection, NoSteps);
        var times = 0;
        var steps = new Dictionary<int, Action<DbConnection>> { [Expand.Number] = _ => times++ };
        Migrations.Apply(connection, steps, [.. Migration.All, Expand]);
        Migrations.Apply(connection, steps, [.. Migration.All, Expand]);
        Assert.Equal(1, times);
    }

    /// <summary>Of a service done before the site was there nobody was asked, whichever version took it in.</summary>
    [Fact]
    public void What_an_older_version_took_in_as_past_is_asked_of_nobody_and_counted_anew()
    {
        const int Unasked = 47;
        string[] ids = [.. Enumerable.Range(1, 3).Select(at => $"00000000-0000-7000-8000-00000000000{at}")];
        using var connection = Open();
        Migrations.Apply(connection, NoSteps, [.. Migration.All.Where(migration => migration.Number < Unasked)]);
        connection.Execute("insert into region (region_code, name, level, lat, lng) values ('331083', '玉环市', 'county', 28, 121)");
        connection.Execute(
            $"insert into team (team_id, name, kind, tier, region_code, size, capacity, version, created_at) values ('{ids[0]}', '队', 'county_team', 'county', '331083', 1, 1, 1, '2026-01-01T00:00:00Z')"
        );
        foreach (var (id, why) in new[] { (ids[1], "imported"), (ids[2], "person") })
        {
            connection.Execute(
                $"""
                insert into help_request (request_id, reference, state, version, tier, queue, requester_kind, requester_key, text, region_code, lat, lng, urgency, form, mode, channel,
                    confidentiality, track_hash, created_at, changed_at)
                values ('{id}', '{id}', 'open', 1, 'county', 'dispatch', 'farmer', 'x', 'x', '331083', 28, 121, 'normal', 'on_site', 'one_to_one', 'web', 'normal', '{id}',
                    '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')
                """
            );
            connection.Execute(
                $$"""
                insert into offer (offer_id, request_id, team_id, state, version, role, way, tier, explanation, offered_at, answer_due_at)
                values ('{{id}}', '{{id}}', '{{ids[
                    0
                ]}}', 'accepted', 1, 'lead', 'arbitrated', 'county', '{"weightsVersion":0,"decidedBecause":"{{why}}"}', '2026-01-01T00:00:00Z',
                    '2026-01-01T00:00:00Z')
                """
            );
        }

        connection.Execute("delete from figure_due");
        Migrations.Apply(connection, NoSteps);
        Assert.Equal(ids[1], connection.ExecuteScalar<string>("select cast(offer_id as text) from offer where not asked"));
        Assert.Equal(ids[1], connection.ExecuteScalar<string>("select cast(request_id as text) from figure_due"));
        Assert.Equal(1, connection.ExecuteScalar<long>("select count(*) from figure_due"));
    }

    [PostgresFact]
    public async Task Nodes_that_start_at_once_do_each_step_once()
    {
        const int Nodes = 3;
        var times = 0;
        using var arrived = new CountdownEvent(Nodes);
        var steps = new Dictionary<int, Action<DbConnection>>
        {
            [Expand.Number] = _ =>
            {
                Interlocked.Increment(ref times);
                // Not over before the others are at the door.
                arrived.Wait();
            },
        };
        await Task.WhenAll(
            Enumerable
                .Range(0, Nodes)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        using var connection = Open();
                        arrived.Signal();
                        Migrations.Apply(connection, steps, [.. Migration.All, Expand]);
                    })
                )
        );
        Assert.Equal(1, times);
    }

    [PostgresFact]
    public async Task A_step_that_finds_its_table_held_lets_others_pass_and_tries_again()
    {
        using var connection = Open();
        Migrations.Apply(connection, NoSteps);
        await using var reader = Open();
        await using var held = await reader.BeginTransactionAsync();
        await reader.ExecuteAsync("select * from holiday", transaction: held);
        var applying = Task.Run(() => Migrations.Apply(connection, NoSteps, [.. Migration.All, Expand]));
        await using var other = Open();
        await Until(() => Waiting(other) > 0);
        // It stands in line behind the step, and the step leaves the line.
        await other.ExecuteAsync("select * from holiday", commandTimeout: 10);
        Assert.False(applying.IsCompleted);
        await held.RollbackAsync();
        await applying;
    }

    [PostgresFact]
    public void An_index_is_built_beside_the_work_and_again_where_it_was_cut()
    {
        using var connection = Open();
        Migrations.Apply(connection, NoSteps);
        var index = new Migration(
            9003,
            "9003_index_postgres.sql",
            "-- apart\ndrop index concurrently if exists holiday_by_name;\ncreate index concurrently holiday_by_name on holiday (name);"
        );
        connection.Execute("create index holiday_by_name on holiday (name)");
        Migrations.Apply(connection, NoSteps, [.. Migration.All, index]);
        Assert.True(connection.ExecuteScalar<bool>("select indisvalid from pg_index where indexrelid = 'holiday_by_name'::regclass"));
    }

    private static long Waiting(DbConnection connection) =>
        connection.ExecuteScalar<long>("select count(*) from pg_locks where not granted and relation = 'holiday'::regclass");

    private static async Task Until(Func<bool> seen)
    {
        for (var look = 0; look < 200 && !seen(); look++)
        {
            await Task.Delay(20);
        }

        Assert.True(seen());
    }

    private DbConnection Open()
    {
        DbConnection connection = TestDatabase.IsPostgres
            ? new NpgsqlConnection(database.Setting)
            : new SqliteConnection($"Data Source={Path.Combine(folder, "dispatch.db")}");
        connection.Open();
        return connection;
    }
}
