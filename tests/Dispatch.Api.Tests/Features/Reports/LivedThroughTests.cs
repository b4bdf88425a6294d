using System.Text.Json.Nodes;
using Dapper;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Tests.Features.Rights;
using Dispatch.Domain.Calendar;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Reports;

/// <summary>The same property through the real API: whatever officers, leaders and requesters do, allowed or refused, every report says what the records say.</summary>
public sealed class LivedThroughTests(RunningService service) : IClassFixture<RunningService>
{
    private const int Sequences = 24;
    private const string Trade = "mec-cut";
    private const string Period = "from=2026-06-01&to=2026-12-31";

    [Fact]
    public async Task Whatever_is_done_every_report_says_what_the_records_say()
    {
        var county = new LonelyCounty(service, Trade);
        Guid[] teams = [await county.CountyTeam(5, 30), await county.CityTeam(4)];
        var refused = 0;
        for (var sequence = 0; sequence < Sequences; sequence++)
        {
            var life = new Life(service, county, teams, new Random(sequence));
            refused += await life.Live();
            await Check(sequence);
            if (sequence % 3 == 2)
            {
                await service.Services.GetRequiredService<FigureRoller>().BookWaiting();
                await Check(sequence);
            }

            if (sequence == Sequences / 2)
            {
                await service.At("2026-07-01 09:00");
                await service.Officer().Post("/v1/report-periods/2026-06/close", new { region = LonelyCounty.Province }).Must();
            }
        }

        Assert.True(refused > 0);
    }

    private async Task Check(int sequence)
    {
        var counted = await Counted();
        foreach (var rows in new[] { "", "&rows=month", "&rows=team", "&rows=skill", "&rows=county&columns=tier" })
        {
            var answer = await service.Officer().Read($"/v1/reports/summary?{Period}&indicators={string.Join(',', counted.Keys)}{rows}");
            foreach (var (indicator, value) in counted)
            {
                // What is of a request stands under no team.
                if (
                    (rows.Contains("team", StringComparison.Ordinal) || rows.Contains("tier", StringComparison.Ordinal))
                    && indicator.StartsWith("requests", StringComparison.Ordinal)
                )
                {
                    continue;
                }

                var said =
                    rows.Length == 0
                        ? Of(answer.Items("figures"), indicator)
                        : answer["table"]!.Items("cells").Sum(cell => Of(cell.Items("figures"), indicator));
                Assert.True(
                    value == said,
                    $"After sequence {sequence}, {rows}: {indicator} is {value} in the records; the report says {said}."
                );
            }
        }
    }

    private static decimal Of(IEnumerable<JsonNode> figures, string indicator) =>
        figures.Single(figure => figure.Text("indicator") == indicator)["value"]!.GetValue<decimal>();

    /// <summary>By hand, from the tables.</summary>
    private async Task<Dictionary<string, decimal>> Counted()
    {
        await using var db = service.Raw();
        await db.OpenAsync();
        var visits = (
            await db.QueryAsync<VisitRow>(
                """
                select cast(visit.request_id as text) as request, cast(visit.visit_id as text) as visit, visit.ended_at, assignment.role, visit.stated_person_times as people
                from visit join assignment on assignment.assignment_id = visit.assignment_id where visit.state = 'completed'
                """
            )
        ).ToList();
        var reports = (
            await db.QueryAsync<ReportRow>(
                "select cast(problem_id as text) as problem, cast(visit_id as text) as visit, result, reported_at from problem_result"
            )
        )
            .GroupBy(row => row.Problem)
            .Select(rows => rows.OrderBy(row => row.ReportedAt).ThenBy(row => row.Visit, StringComparer.Ordinal).Last())
            .ToList();
        return new Dictionary<string, decimal>(StringComparer.Ordinal)
        {
            ["requests_received"] = await Number("select count(*) from help_request"),
            ["requests_closed"] = await Number("select count(*) from help_request where closed_at is not null"),
            ["requests_confirmed_solved"] = await Number(
                "select count(*) from help_request where closed_at is not null and outcome = 'confirmed'"
            ),
            ["requests_cancelled"] = await Number("select count(*) from help_request where state = 'cancelled'"),
            ["services"] = visits
                .GroupBy(visit => (visit.Request, ShanghaiTime.DayOf(visit.EndedAt)))
                .Sum(day => Math.Max(1, day.Count(visit => visit.Role == "lead"))),
            ["shared_services"] = visits.Count(visit => visit.Role == "support"),
            ["service_person_times"] = visits.Sum(visit => visit.People),
            ["problems_found"] = reports.Count,
            ["problems_solved"] = reports.Count(report => report.Result == "solved"),
            ["trained_person_times"] = await Number("select coalesce(sum(attendances), 0) from training"),
            ["economic_benefit_yuan"] =
                await Number("select coalesce(sum(amount_fen), 0) from benefit where kind in ('new_value', 'cost_saved', 'income_gain')")
                / 100m,
            ["offers_made"] = await Number("select count(*) from offer"),
            ["declines"] = await Number("select count(*) from offer where state = 'declined'"),
        };

        async Task<decimal> Number(string sql) => await db.ExecuteScalarAsync<long>(sql);
    }

    private sealed record VisitRow
    {
        public string Request { get; init; } = "";
        public string Visit { get; init; } = "";
        public DateTimeOffset EndedAt { get; init; }
        public string Role { get; init; } = "";
        public long People { get; init; }
    }

    private sealed record ReportRow
    {
        public string Problem { get; init; } = "";
        public string Visit { get; init; } = "";
        public string Result { get; init; } = "";
        public DateTimeOffset ReportedAt { get; init; }
    }

    private sealed class Life(RunningService service, LonelyCounty county, Guid[] teams, Random random)
    {
        private Guid request;
        private int refused;

        /// <summary>One request, twelve deeds; returns how many were refused.</summary>
        public async Task<int> Live()
        {
            request = await county.Request();
            for (var deed = 0; deed < 12; deed++)
            {
                service.Clock.Advance(TimeSpan.FromHours(random.Next(1, 7)));
                await Do(random.Next(10));
            }

            return refused;
        }

        private async Task Do(int deed)
        {
            var path = $"/v1/requests/{request}";
            var (team, officer) = (teams[random.Next(teams.Length)], service.Officer());
            switch (deed)
            {
                case 0 or 1:
                    var offer = await Tried(officer.Post($"{path}/offers", new { teamId = team }));
                    if (offer is not null)
                    {
                        await Tried(
                            random.Next(4) == 0
                                ? service.LeaderOf(team).Post($"/v1/offers/{offer.Id()}/decline", new { reason = "too_busy" })
                                : service.LeaderOf(team).Post($"/v1/offers/{offer.Id()}/accept")
                        );
                    }

                    break;
                case 2 or 3:
                    await Serve(team);
                    break;
                case 4:
                    var support = await Tried(
                        officer.Post($"{path}/support-offers", new { teamId = team, skills = new[] { new { code = Trade } } })
                    );
                    if (support is not null && await Tried(service.LeaderOf(team).Post($"/v1/offers/{support.Id()}/accept")) is not null)
                    {
                        await Serve(team);
                    }

                    break;
                case 5:
                    await Tried(service.LeaderOf(team).Post($"{path}/resolve", new { result = "solved", summary = "好了" }));
                    break;
                case 6:
                    await Tried(
                        officer.Post(
                            $"{path}/confirm",
                            new
                            {
                                solved = random.Next(2) == 0,
                                rating = random.Next(1, 6),
                                leaveIt = true,
                                by = "callback",
                            }
                        )
                    );
                    break;
                case 7:
                    await Tried(officer.Post($"{path}/reopen", new { reason = "又坏了", sameTeam = true }));
                    break;
                case 8:
                    if (random.Next(3) == 0)
                    {
                        await Tried(officer.Post($"{path}/cancel", new { reason = "unmet" }));
                    }

                    break;
                default:
                    if (
                        random.Next(3) == 0
                        && await Tried(
                            service.As("officer", subject: "asker").Post("/v1/erasures", new { requestId = request, reason = "本人要求" })
                        )
                            is { } asked
                    )
                    {
                        await service.Approve(asked.Id());
                    }

                    break;
            }
        }

        private async Task Serve(Guid team)
        {
            var leader = service.LeaderOf(team);
            var start = service.Clock.GetUtcNow().AddMinutes(10);
            if (await Tried(leader.Post($"/v1/requests/{request}/visits", new { start, end = start.AddHours(1) })) is not { } visit)
            {
                return;
            }

            await Tried(leader.Post($"/v1/visits/{visit.Id()}/begin"));
            await Tried(
                leader.Post(
                    $"/v1/visits/{visit.Id()}/complete",
                    new
                    {
                        findings = "刀具磨损",
                        minutes = 30,
                        personTimes = random.Next(1, 4),
                        problems = new[] { new { title = "磨损", result = random.Next(2) == 0 ? "solved" : "partly" } },
                        trainings = new[]
                        {
                            new
                            {
                                topic = "换刀",
                                sessions = 1,
                                attendances = random.Next(20),
                                hours = 0.1,
                            },
                        },
                        benefits = new[]
                        {
                            new
                            {
                                kind = random.Next(2) == 0 ? "cost_saved" : "donation",
                                amountFen = random.Next(1, 100_000),
                                basis = "少停机",
                            },
                        },
                    }
                )
            );
        }

        private async Task<JsonNode?> Tried(Task<HttpResponseMessage> sending)
        {
            using var answer = await sending;
            Assert.True((int)answer.StatusCode < 500);
            if (answer.IsSuccessStatusCode)
            {
                return await answer.Json();
            }

            refused++;
            return null;
        }
    }
}
