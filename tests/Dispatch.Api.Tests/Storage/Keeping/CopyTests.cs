using System.Net;
using Dapper;
using Dispatch.Api.Storage.Keeping;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Api.Tests.Features;
using Dispatch.Api.Tests.Features.Rights;
using Dispatch.Api.Tests.Storage.Auditing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using AuditKey = Dispatch.Api.Storage.Auditing.AuditKey;
using AuditVerification = Dispatch.Api.Storage.Auditing.AuditVerification;

namespace Dispatch.Api.Tests.Storage.Keeping;

/// <summary>A site moves from SQLite to PostgreSQL: every row, or nothing that a service would start on.</summary>
public sealed class CopyTests : IAsyncLifetime
{
    private readonly MovingSite service = new();

    public Task InitializeAsync() => TestDatabase.IsPostgres ? service.InitializeAsync() : Task.CompletedTask;

    public Task DisposeAsync() => TestDatabase.IsPostgres ? service.DisposeAsync() : Task.CompletedTask;

    [PostgresFact]
    public async Task The_service_goes_on_where_it_was()
    {
        var (_, visit) = await service.AFullSite();
        // To be read is to be delivered: the second time nothing changes any more.
        await service.Answers();
        var before = await service.Answers();
        await service.Move();

        var after = await service.Answers();
        Assert.Equal(before.Keys, after.Keys);
        Assert.DoesNotContain(after, answer => answer.Value != before[answer.Key]);
        Assert.Equal(0, await service.Stored<long>("select count(*) from team where changed <> 0"));
        Assert.Equal(0, await service.Stored<long>("select count(*) from team_load where changed <> 0"));
        // A visit that was under way is brought to its end.
        var leader = service.Leader(Given.Expert);
        await leader.Post($"/v1/visits/{visit}/begin").Must();
        await leader
            .Post(
                $"/v1/visits/{visit}/complete",
                new
                {
                    findings = "根系积水。",
                    minutes = 30,
                    personTimes = 1,
                }
            )
            .Must();
        await service.Given.AnAcceptedRequest();

        var chained = await service.Stored<long>("select max(seq) from audit_seal");
        Assert.True(await service.Sealer().SealWaiting() > 0);
        Assert.True(await service.Stored<long>("select max(seq) from audit_seal") > chained);
        Assert.True(await service.Sealer().WriteCheckpoint());
        Assert.True(await service.Verify());
        await Assert.ThrowsAsync<PostgresException>(() => service.ByHand("delete from audit_entry"));
    }

    [PostgresFact]
    public async Task Cut_off_anywhere_it_goes_on_and_loses_and_doubles_nothing()
    {
        await service.AFullSite();
        await using var target = await TestDatabase.Create();
        var cuts = 0;
        // A service in between would write to the source.
        await service.WhileStopped(async words =>
        {
            while (true)
            {
                var left = ++cuts * 15;
                try
                {
                    Assert.True(await service.Run(words, target, (_, _) => Cut(ref left), ["--batch", "40"]) == 0, service.Said);
                    return;
                }
                catch (OperationCanceledException)
                {
                    // As a kill does it: between two commits, and the next call finds what was committed.
                    Assert.DoesNotContain("have the same rows", service.Said, StringComparison.Ordinal);
                    if (cuts == 1)
                    {
                        await Assert.ThrowsAsync<InvalidOperationException>(() => service.StartOn(target));
                    }
                }
            }
        });
        Assert.True(cuts > 3, $"{cuts} cuts");
        Assert.Contains("have the same rows on both sides", service.Said, StringComparison.Ordinal);
        Assert.Contains(" rows were there", service.Said, StringComparison.Ordinal);

        static void Cut(ref int left)
        {
            if (--left == 0)
            {
                throw new OperationCanceledException();
            }
        }
    }

    [PostgresFact]
    public async Task Rows_that_are_not_the_same_are_found_though_the_counts_agree()
    {
        (string Table, string Harm)[] harms =
        [
            ("skill", "update skill set en = en || '.' where skill_code = 'agr-citrus'"),
            ("skill_synonym", "update skill_synonym set word = word || ' ' where skill_code = 'agr-citrus'"),
            ("team", "update team set created_at = created_at + interval '1 millisecond'"),
            ("region", "update region set lat = lat + 0.0000001 where region_code = '331083'"),
        ];
        await using var target = await TestDatabase.Create();
        var isHarmed = false;
        var code = await service.Copy(
            target,
            (table, _) =>
            {
                // Everything it leads to is there by then.
                if (table != "visit_member" || isHarmed)
                {
                    return;
                }

                isHarmed = true;
                using var connection = new NpgsqlConnection(target.Setting);
                connection.Execute(string.Join(';', harms.Select(harm => harm.Harm)));
            }
        );
        Assert.Equal(1, code);
        Assert.All(harms, harm => Assert.Contains($" {harm.Table} (", service.Said, StringComparison.Ordinal));
        Assert.DoesNotContain(" holiday (", service.Said, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_database_that_holds_anything_else_is_not_touched()
    {
        await using var target = await TestDatabase.Create();
        await using var connection = new NpgsqlConnection(target.Setting);
        await connection.ExecuteAsync("create table somebody_s (number integer)");
        Assert.Equal(2, await service.Copy(target));
        Assert.Contains("holds tables already", service.Said, StringComparison.Ordinal);
        Assert.Equal(2, await service.Copy(target, null, "--anew"));
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("select count(*) from pg_tables where schemaname = 'public'"));
    }

    [PostgresFact]
    public async Task A_site_at_work_is_copied_as_a_rehearsal_alone_and_the_move_begins_anew()
    {
        await using var target = await TestDatabase.Create();
        await service.Given.AnOpenRequest();
        Assert.Equal(2, await service.CopyAtWork(target));
        Assert.Contains("Stop it for the move", service.Said, StringComparison.Ordinal);
        var isWritten = false;
        var code = await service.CopyAtWork(
            target,
            (_, _) =>
            {
                if (!isWritten)
                {
                    isWritten = true;
                    service.Given.AnOpenRequest().GetAwaiter().GetResult();
                }
            },
            "--live"
        );
        Assert.True(code == 0, service.Said);
        Assert.Contains("A rehearsal", service.Said, StringComparison.Ordinal);
        await using var connection = new NpgsqlConnection(target.Setting);
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("select count(*) from help_request"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => service.StartOn(target));

        // Not from where the rehearsal was: rows have changed since.
        Assert.Equal(1, await service.Copy(target));
        Assert.Contains("not the same in ", service.Said, StringComparison.Ordinal);
        await connection.ExecuteAsync("create function of_the_site() returns integer language sql as 'select 1'");
        Assert.Equal(0, await service.Copy(target, null, "--anew"));
        Assert.Equal(2, await connection.ExecuteScalarAsync<long>("select count(*) from help_request"));
        // What others keep there is none of the copy's business.
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("select of_the_site()"));
    }

    [PostgresFact]
    public async Task Every_table_has_its_place_after_those_it_leads_to_and_a_table_without_one_stops_the_copy()
    {
        await using var target = await TestDatabase.Create();
        Assert.True(await service.Copy(target) == 0, service.Said);
        await using var connection = new NpgsqlConnection(target.Setting);
        await connection.OpenAsync();
        var order = (await CopiedTables.Of(connection)).Select(table => table.Name).ToList();
        await using (var file = service.Connection())
        {
            Assert.Equal(
                await file.QueryAsync<string>(
                    "select name from sqlite_master where type = 'table' and name not in ('schema_migration', 'sqlite_sequence') order by name"
                ),
                order.Order(StringComparer.Ordinal)
            );
            foreach (var table in order)
            {
                foreach (var other in await file.QueryAsync<string>($"select \"table\" from pragma_foreign_key_list('{table}')"))
                {
                    Assert.True(order.IndexOf(other) <= order.IndexOf(table), $"{table} comes before {other}");
                }
            }
        }

        await using var fresh = await TestDatabase.Create();
        await service.WhileStopped(_ => service.ByHand("create table newcomer (number integer primary key)"));
        Assert.Equal(2, await service.Copy(fresh));
        Assert.Contains("newcomer.number", service.Said, StringComparison.Ordinal);
    }

    /// <summary>Begins on a file, whatever store the other tests run on.</summary>
    public sealed class MovingSite : RunningService
    {
        // Read with every role that reads; the time, and what reading itself adds, stand in none of them.
        private static readonly string[] Lists =
        [
            "/v1/requests?page_size=200",
            "/v1/teams?page_size=200",
            "/v1/visits?page_size=200",
            "/v1/notices",
            "/v1/skills",
            "/v1/reports/summary",
            "/v1/regions/331083",
            "/v1/dispatch-runs",
            "/v1/approvals",
        ];

        /// <summary>What the last command said.</summary>
        public string Said { get; private set; } = "";

        private string Source => Path.Combine(Data, "dispatch.db");

        protected override Task<TestDatabase> MakeDatabase() => Task.FromResult(TestDatabase.OnSqlite());

        /// <summary>Something of everything; with a visit on the way.</summary>
        public async Task<(Guid RequestId, Guid VisitId)> AFullSite()
        {
            await this.AClosedRequest("苏搬家", "13933350001");
            var erased = (await Given.AnOpenRequest(World.Call("苏不搬", "13933350002"))).Id();
            await this.Erase(erased);
            await Given.AMember("member-subject");
            await Given.ARequestOnHold();
            await Given.ACancelledRequest();
            await Given.AConfirmedCorrection("文旦树叶子发黄，请看看。", "agr-soil");
            var reopened = await Given.ASilentlyClosedRequest();
            await Officer().Post($"/v1/requests/{reopened}/reopen", new { reason = "又坏了" });
            await Given.AnOffer();
            var visit = await Given.AVisitOnTheWay();
            await Officer().Post("/v1/dispatch-runs", new { regionCode = "331083", dryRun = true });
            await WorkRuns();
            await this.Sealer().SealWaiting();
            await this.Sealer().WriteCheckpoint();
            return visit;
        }

        /// <summary>What an officer is answered, to the byte.</summary>
        public async Task<IReadOnlyDictionary<string, string>> Answers()
        {
            var answers = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var ids = (await Officer().Read("/v1/requests?page_size=200")).Items().Select(item => item.Id());
            foreach (var path in Lists.Concat(ids.SelectMany(id => new[] { $"/v1/requests/{id}", $"/v1/requests/{id}/timeline" })))
            {
                using var answer = await Officer().GetAsync(path);
                answers[path] = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
            }

            Assert.Contains(answers, answer => answer.Value.Contains("苏搬家", StringComparison.Ordinal));
            return answers;
        }

        /// <summary>Copies everything, and starts on the copy.</summary>
        public async Task<TestDatabase> Move()
        {
            var target = await TestDatabase.Create();
            await WhileStopped(async words =>
            {
                Assert.True(await Run(words, target, null, []) == 0, Said);
                await MoveTo(target);
            });
            return target;
        }

        public async Task<int> Copy(TestDatabase target, Action<string, long>? afterBatch = null, params string[] more)
        {
            var code = -1;
            await WhileStopped(async words => code = await Run(words, target, afterBatch, more));
            return code;
        }

        public Task<int> CopyAtWork(TestDatabase target, Action<string, long>? afterBatch = null, params string[] more) =>
            Run(["--environment=Development", $"--Dispatch:Data={Data}"], target, afterBatch, more);

        /// <summary>A service of its own there, which stops at once.</summary>
        public async Task StartOn(TestDatabase target)
        {
            await using var app = Service.Build([
                "--environment=Development",
                $"--Dispatch:Data={Data}",
                $"--Dispatch:Database={target.Setting}",
                "--Dispatch:Timers=false",
            ]);
            await Service.Start(app);
        }

        public async Task<bool> Verify()
        {
            using var said = new StringWriter();
            return await new AuditVerification(
                Services.GetRequiredService<AuditKey>(),
                Services.GetRequiredService<BlindIndex>(),
                said
            ).Run(
                async () =>
                {
                    var connection = Connection();
                    await connection.OpenAsync();
                    return connection;
                },
                this.Checkpoints()
            );
        }

        public async Task<int> Run(string[] words, TestDatabase target, Action<string, long>? afterBatch, string[] more)
        {
            using var said = new StringWriter();
            try
            {
                return await CopyCommand.Run(["copy", "--from", Source, "--to", target.Setting, .. more, .. words], said, afterBatch);
            }
            finally
            {
                Said = said.ToString();
            }
        }
    }
}
