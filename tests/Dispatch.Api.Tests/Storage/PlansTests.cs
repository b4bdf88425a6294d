using System.Collections.Concurrent;
using System.Data.Common;
using System.Net;
using System.Text.RegularExpressions;
using Dapper;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Faults.Ground;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SQLitePCL;
using Xunit;

namespace Dispatch.Api.Tests.Storage;

/// <summary>What the work of a day asks of the database finds its rows by an index: a statement that walks through a table is slow only when there are many rows, and no
/// other test has many.</summary>
public sealed partial class PlansTests(PlansTests.HeardService service) : IClassFixture<PlansTests.HeardService>
{
    /// <summary>With every request, offer or visit they have more rows.</summary>
    private static readonly HashSet<string> Growing = new(StringComparer.Ordinal)
    {
        "achievement",
        "assignment",
        "attendance",
        "audit_entry",
        "audit_seal",
        "benefit",
        "confirmation",
        "consent",
        "deadline",
        "figure_entry",
        "help_request",
        "idempotent_answer",
        "match_decision",
        "notice",
        "offer",
        "problem",
        "problem_result",
        "request_requirement",
        "request_skill",
        "request_window",
        "skill_correction",
        "timeline",
        "timer",
        "training",
        "visit",
        "visit_member",
    };

    [Fact]
    public async Task A_days_work_walks_through_no_table_that_grows()
    {
        var walks =
            from asked in await Plans()
            // In the order of an index, and only so far as is asked for.
            let isPage = asked.Step.Contains("INDEX", StringComparison.Ordinal) && Limit().IsMatch(asked.Statement)
            where Walk().Match(asked.Step) is { Success: true } walk && Growing.Contains(walk.Groups["table"].Value) && !isPage
            select $"{asked.Step}: {asked.Statement}";
        None(walks);
    }

    [Fact]
    public async Task Who_knows_the_request_does_not_look_through_all_that_a_team_or_a_region_ever_had()
    {
        var detours =
            from asked in await Plans()
            where Detour().Match(asked.Step) is { Success: true } detour && Growing.Contains(detour.Groups["table"].Value)
            where OfARequest().IsMatch(asked.Statement)
            select $"{asked.Step}: {asked.Statement}";
        None(detours);
    }

    [Fact]
    public async Task Similar_requests_are_found_past_those_that_were_cancelled() =>
        Assert.All(
            (await Plans()).Where(asked => Similar().IsMatch(asked.Statement)).DefaultIfEmpty(),
            asked => Assert.Contains("INDEX help_request_alike (", asked.Step, StringComparison.Ordinal)
        );

    [Fact]
    public async Task A_report_of_a_place_looks_through_the_sums_and_the_entries_of_its_province_and_no_others()
    {
        var steps = (await Plans()).Where(asked => OfAReport().IsMatch(asked.Statement)).Select(asked => asked.Step).ToList();
        Assert.Contains(steps, step => step.Contains("INDEX figure_rollup_of_province (", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.Contains("INDEX figure_entry_of_province (", StringComparison.Ordinal));
        Assert.All(
            steps.Where(step => step.Contains("figure_", StringComparison.Ordinal)),
            step => Assert.Contains("_of_province (", step, StringComparison.Ordinal)
        );
    }

    private static void None(IEnumerable<string> found)
    {
        var all = found.Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(all.Count == 0, string.Join("\n\n", all));
    }

    private async Task<IReadOnlyList<(string Statement, string Step)>> Plans()
    {
        service.Heard.Clear();
        await ADay();
        Assert.True(service.Heard.Count > 150, $"only {service.Heard.Count} statements were heard");
        await using var connection = service.Connection();
        await connection.OpenAsync();
        var plans = new List<(string, string)>();
        foreach (var statement in service.Heard.Keys.Where(Looks))
        {
            plans.AddRange(
                (await connection.QueryAsync<PlanRow>("explain query plan " + statement)).Select(step => (statement, step.Detail))
            );
        }

        return plans;
    }

    private async Task ADay()
    {
        var officer = service.Officer("331000");
        var (request, visit) = await service.Given.ACompletedVisit(
            report: new
            {
                findings = "根系积水，缺镁。",
                minutes = 80,
                personTimes = 1,
                problems = new[] { new { title = "叶子发黄", result = "solved" } },
                trainings = new[]
                {
                    new
                    {
                        topic = "柑橘水肥",
                        sessions = 1,
                        attendances = 12,
                        hours = 1.5,
                    },
                },
                benefits = new[]
                {
                    new
                    {
                        kind = "cost_saved",
                        amountFen = 100_000,
                        basis = "少买的肥料",
                    },
                },
            }
        );
        await service
            .Leader(Given.Expert)
            .Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "开沟排水，补镁。" })
            .Must();
        await officer.Post($"/v1/requests/{request}/confirm", new { solved = true, rating = 5 }).Must();
        var silent = await service.Given.ASilentlyClosedRequest();
        await officer.Post($"/v1/requests/{silent}/reopen", new { reason = "又黄了" }).Must();
        await service.Given.ACancelledRequest();
        await service.Given.ARequestWithoutSkills();
        var (declined, offer) = await service.Given.AnOffer();
        await service.Leader(Given.Expert).Post($"/v1/offers/{offer}/decline", new { reason = "too_busy" }).Must();
        await officer.Post($"/v1/requests/{declined}/dispatch").Must();
        await service.FireDue();
        await service.Services.GetRequiredService<FigureRoller>().BookWaiting();
        await service.Services.GetRequiredService<AuditSealer>().SealWaiting();
        foreach (
            var path in new[]
            {
                $"/v1/requests/{request}",
                $"/v1/requests/{request}/timeline",
                $"/v1/requests/{declined}/matches",
                $"/v1/requests/{declined}/solved-cases",
                $"/v1/visits/{visit}",
            }
        )
        {
            using var answer = await officer.GetAsync(path);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode}");
        }

        foreach (var region in new[] { "331000", "331083" })
        {
            await officer.Read($"/v1/reports/summary?from=2026-01-15&to=2026-11-20&region={region}&groupBy=skill");
        }

        await service.Leader(Given.Expert).Read("/v1/offers");
        await service.Leader(Given.Expert).Read("/v1/visits");
    }

    // What a trigger does is told as a remark; and where a row is only put in, the plan names tables that are not looked at (those with keys that lead to it).
    private static bool Looks(string statement) => !statement.StartsWith("--", StringComparison.Ordinal) && !PutIn().IsMatch(statement);

    [GeneratedRegex(@"^\s*insert\b.*\bvalues\b", RegexOptions.Singleline, 1000)]
    private static partial Regex PutIn();

    [GeneratedRegex(@"^SCAN (?<table>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Walk();

    // By a column that many requests share, and by nothing that is the request's own.
    [GeneratedRegex(
        @"^SEARCH (?<table>\w+) .*INDEX \w+ \((team_id|state|queue|(region|county|city|province)_code)\b.*\)$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Detour();

    [GeneratedRegex(@"\brequest_id\s*=\s*'", RegexOptions.None, 1000)]
    private static partial Regex OfARequest();

    [GeneratedRegex(@"where county_code = .* cancel_reason is null and safety_held", RegexOptions.Singleline, 1000)]
    private static partial Regex Similar();

    [GeneratedRegex(@"\bas sums\s+from figure_(rollup|entry) where (dimension|counts_on) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OfAReport();

    [GeneratedRegex(@"\blimit\b", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Limit();

    private sealed record PlanRow
    {
        public string Detail { get; init; } = "";
    }

    /// <summary>On SQLite, which tells every statement it is asked for.</summary>
    public sealed class HeardService : RunningService
    {
        public ConcurrentDictionary<string, bool> Heard { get; } = new(StringComparer.Ordinal);

        protected override Task<TestDatabase> MakeDatabase() => Task.FromResult(TestDatabase.OnSqlite());

        protected override void Replace(IServiceCollection services) =>
            AroundDatabase.Replace(services, real => new Listening(real, Heard));
    }

    private sealed class Listening(Database real, ConcurrentDictionary<string, bool> heard) : AroundDatabase(real)
    {
        public override async Task<(DbConnection Connection, DbTransaction Transaction)> OpenSnapshot()
        {
            var opened = await Real.OpenSnapshot();
            Listen(opened.Connection);
            return opened;
        }

        public override Task HoldKey(DbConnection connection, DbTransaction transaction, string key)
        {
            Listen(connection);
            return Real.HoldKey(connection, transaction, key);
        }

        public override Task Write(Session session, Func<Task> work, CancellationToken ct) =>
            Real.Write(
                session,
                async () =>
                {
                    // So it comes by with its connection.
                    await session.HoldKey("listening");
                    await work();
                },
                ct
            );

        private void Listen(DbConnection connection) =>
            raw.sqlite3_trace(((SqliteConnection)connection).Handle, (_, statement) => heard.TryAdd(statement, true), null);
    }
}
