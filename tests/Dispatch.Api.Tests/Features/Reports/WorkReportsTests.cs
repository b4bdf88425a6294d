using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Tests.Generating;
using Dispatch.Domain.Calendar;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Reports;

/// <summary>The funnel, the unmet needs and the record of a team over many different histories, each beside the same told slowly: row by row, out of plain
/// tables, in this process.</summary>
public sealed class WorkReportsTests(SyntheticSite service) : IClassFixture<SyntheticSite>
{
    [Theory]
    [InlineData("2024-01-01", "2024-12-31", "440000", null)]
    [InlineData("2024-03-01", "2024-03-31", "440000", null)]
    [InlineData("2024-01-01", "2024-12-31", "440300", null)]
    [InlineData("2024-01-01", "2024-12-31", "441900", null)]
    [InlineData("2024-01-01", "2024-12-31", "440000", "aut-maint")]
    [InlineData("2024-01-01", "2024-12-31", "330000", null)]
    public async Task The_funnel_is_what_the_timelines_say(string from, string to, string region, string? skill)
    {
        var told = await service
            .Officer()
            .Read($"/v1/reports/funnel?from={from}&to={to}&region={region}" + (skill is null ? "" : "&skill=" + skill));
        var requests = await Requests(from, to, region, skill);
        var moves = (await Rows<MoveRow>("select request_id, seq, at, subject, subject_id, action from timeline")).ToLookup(row =>
            row.RequestId
        );
        var words = (await Rows<WordRow>("select request_id, solved, rating, confirmed_at from confirmation")).ToLookup(row =>
            row.RequestId
        );
        var aborted = (await Rows<IdRow>("select visit_id as id from visit where state not in ('completed', 'in_service')"))
            .Select(row => row.Id)
            .ToHashSet();
        var times = requests.ConvertAll(request =>
        {
            var its = moves[request.RequestId].OrderBy(move => move.Seq).ToList();
            return new DateTimeOffset?[]
            {
                request.CreatedAt,
                First(its, move => move is { Subject: "offer", Action: "offer" }),
                First(its, move => move is { Subject: "request", Action: "accept" or "claim" }),
                First(its, move => move is { Subject: "visit", Action: "begin" } && !aborted.Contains(move.SubjectId)),
                First(its, move => move is { Subject: "request", Action: "resolve" }),
                words[request.RequestId].Where(word => word.Solved).Select(word => (DateTimeOffset?)word.ConfirmedAt).Min(),
            };
        });
        for (var step = 0; step < 6; step++)
        {
            var level = told["steps"]![step]!;
            var here = Enumerable.Range(0, requests.Count).Where(at => times[at].Skip(step).Any(time => time is not null)).ToList();
            Assert.Equal(here.Count, level["requests"]!.GetValue<int>());
            var stayed =
                step == 5 ? [] : here.Where(at => times[at].Skip(step + 1).All(time => time is null)).Select(at => requests[at]).ToList();
            var lost = stayed.Select(request => request.CancelReason ?? (request.State == "closed" ? request.Outcome : null)).ToList();
            Assert.Equal(lost.Count(reason => reason is null), level["underWay"]!.GetValue<int>());
            Assert.Equal(
                lost.Where(reason => reason is not null)
                    .GroupBy(reason => reason!)
                    .ToDictionary(group => group.Key, group => group.Count()),
                level["losses"]!.AsArray().ToDictionary(loss => loss!.Text("reason"), loss => loss!["requests"]!.GetValue<int>())
            );
            var waits =
                step == 0
                    ? []
                    : times
                        .Where(time => time[step] is not null && time[step - 1] is not null)
                        .Select(time => (time[step] - time[step - 1])!.Value)
                        .ToList();
            SameWaits(waits, level, "p50Minutes", "p90Minutes");
        }
    }

    [Theory]
    [InlineData("2024-01-01", "2024-12-31", "440000")]
    [InlineData("2024-01-01", "2024-06-30", "440000")]
    [InlineData("2024-01-01", "2024-12-31", "440100")]
    public async Task Unmet_needs_are_the_requests_nobody_had_the_skill_for(string from, string to, string region)
    {
        var told = await service.Officer().Read($"/v1/reports/unmet-needs?from={from}&to={to}&region={region}");
        var unmet = (await Requests(from, to, region, null)).Where(request => request.CancelReason == "unmet").ToList();
        Assert.Equal((unmet.Count, 0), (told["unmet"]!.GetValue<int>(), told["waiting"]!.GetValue<int>()));
        var needs = told["needs"]!.AsArray();
        Assert.Equal(
            unmet
                .GroupBy(request =>
                    (request.MainSkill!, Below(region, request), ShanghaiTime.ToLocal(request.CreatedAt).ToString("yyyy-MM", null))
                )
                .ToDictionary(group => group.Key, group => group.Count()),
            needs.ToDictionary(
                need => (need!.Text("skill"), need!.Text("region"), need!.Text("month")),
                need => need!["unmet"]!.GetValue<int>()
            )
        );
        Assert.All(needs, need => Assert.Equal(0, need!["teams"]!.GetValue<int>()));
        // Each leads to its requests.
        foreach (var place in needs.SelectMany(need => need!["requests"]!.AsArray()).Take(3))
        {
            Assert.Equal("cancelled", (await service.Officer().Read(place!.GetValue<string>())).Text("state"));
        }

        Assert.Equal(unmet.Count, needs.Sum(need => need!["requests"]!.AsArray().Count));
    }

    [Fact]
    public async Task The_record_of_a_team_is_what_it_is_credited_with_and_what_was_said_of_it()
    {
        var offers = await Rows<OfferRow>("select team_id, state, decline_reason, offered_at, ended_at from offer");
        var busiest = offers
            .GroupBy(offer => offer.TeamId)
            .OrderByDescending(group => group.Count())
            .Take(6)
            .Select(group => group.Key)
            .ToList();
        var decliner = offers.First(offer => offer.State == "declined").TeamId;
        foreach (var team in busiest.Append(decliner).Distinct())
        {
            var record = await service.Officer().Read($"/v1/reports/team-record/{team}?from=2024-01-01&to=2024-12-31");
            var its = offers.Where(offer => offer.TeamId == team).ToList();
            var answers = record["answers"]!;
            foreach (
                var (member, state) in new[]
                {
                    ("accepted", "accepted"),
                    ("declined", "declined"),
                    ("expired", "expired"),
                    ("withdrawn", "withdrawn"),
                }
            )
            {
                Assert.Equal(its.Count(offer => offer.State == state), answers[member]!.GetValue<int>());
            }

            Assert.Equal(its.Count, answers["offers"]!.GetValue<int>());
            Assert.Equal(
                its.Where(offer => offer.DeclineReason is not null)
                    .GroupBy(offer => offer.DeclineReason!)
                    .ToDictionary(group => group.Key, group => group.Count()),
                answers["declines"]!
                    .AsArray()
                    .ToDictionary(decline => decline!.Text("reason"), decline => decline!["offers"]!.GetValue<int>())
            );
            SameWaits(
                [.. its.Where(offer => offer.State is "accepted" or "declined").Select(offer => offer.EndedAt!.Value - offer.OfferedAt)],
                answers,
                "p50Minutes",
                "p90Minutes"
            );
            await SameAsTheSummary(team, record);
            await SameWords(team, record["words"]!);
        }
    }

    [Fact]
    public async Task A_leader_reads_the_record_of_the_own_team_and_of_no_other()
    {
        var (own, other) = (SeedFiles.IdOf("guangdong-2024:S-440106-1"), SeedFiles.IdOf("guangdong-2024:S-440106-2"));
        var leader = service.LeaderOf(own);
        Assert.Equal(own, (await leader.Read($"/v1/reports/team-record/{own}")).Id("teamId"));
        await leader.GetAsync($"/v1/reports/team-record/{other}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task An_officer_reads_the_own_region_and_of_a_team_elsewhere_nothing()
    {
        var officer = service.Officer("440300");
        await officer.GetAsync("/v1/reports/funnel?region=440100").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        await officer.GetAsync("/v1/reports/unmet-needs?region=440100").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        await officer
            .GetAsync($"/v1/reports/team-record/{SeedFiles.IdOf("guangdong-2024:S-440106-1")}")
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await officer.Read($"/v1/reports/team-record/{SeedFiles.IdOf("guangdong-2024:S-440305-1")}");
        await service.Officer().GetAsync("/v1/reports/funnel?skill=nothing").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
    }

    /// <summary>Each figure asked for alone, and all of them together: whoever has every answer has no sum of a sister that is small.</summary>
    [Theory]
    [InlineData("440106", "2024-01-01", "2024-12-31")]
    [InlineData("440106", "2024-01-01", "2024-06-30")]
    [InlineData("440300", "2024-01-01", "2024-12-31")]
    [InlineData("440300", "2024-03-01", "2024-03-31")]
    public async Task A_comparison_tells_no_small_figure_however_it_is_asked_for(string caller, string from, string to)
    {
        string[][] related =
        [
            ["problems_found", "problems_solved", "solved_rate"],
            ["requests_closed", "requests_confirmed_solved", "confirmed_rate"],
            ["declines", "declines_too_busy", "declines_no_skill", "declines_too_far", "declines_conflict", "declines_other"],
            ["economic_benefit_yuan", "economic_benefit_yuan_confirmed", "economic_benefit_yuan_estimated", "training_hours"],
        ];
        var all = await Asked(service.Officer(), string.Join(',', related.SelectMany(codes => codes)), "&region=" + Above(caller));
        var hidden = 0;
        foreach (var codes in related)
        {
            var together = await Asked(service.Officer(caller), string.Join(',', codes), "");
            List<string>? first = null;
            foreach (var code in codes)
            {
                var alone = await Asked(service.Officer(caller), code, "");
                var places = alone["regions"]!
                    .AsArray()
                    .Where(region => Of(region!, code)["suppressed"]!.GetValue<bool>())
                    .Select(region => region!.Text("region"))
                    .ToList();
                first ??= places;
                Assert.Equal(first, places);
                Assert.Equal(
                    places,
                    together["regions"]!
                        .AsArray()
                        .Where(region => Of(region!, code)["suppressed"]!.GetValue<bool>())
                        .Select(region => region!.Text("region"))
                );
                Assert.DoesNotContain(caller, places);
                hidden += places.Count;
                var counts = all["regions"]!
                    .AsArray()
                    .Where(region => places.Contains(region!.Text("region")))
                    .Select(region => Of(region!, code)["value"]?.GetValue<decimal>() ?? 0)
                    .Where(value => value > 0)
                    .ToList();
                var isCount = Of(all["regions"]![0]!, code).Text("unit") is "problems" or "requests" or "offers";
                Assert.True(
                    !isCount
                        || Of(alone, code)["suppressed"]!.GetValue<bool>()
                        || counts.Count == 0
                        || (counts.Count > 1 && counts.Sum() >= 5),
                    $"{code}: what is hidden comes to {counts.Sum()} in {counts.Count} regions, and the total is told"
                );
            }
        }

        Assert.True(hidden > 0);

        Task<JsonNode> Asked(HttpClient client, string codes, string further) =>
            client.Read($"/v1/reports/region-comparison?from={from}&to={to}&indicators={codes}{further}");

        static JsonNode Of(JsonNode place, string code) => place["figures"]!.AsArray().Single(figure => figure!.Text("indicator") == code)!;
    }

    [Theory]
    [InlineData("440106", "services")]
    [InlineData("440300", "services")]
    [InlineData("440300", "problems_found")]
    public async Task A_year_shows_of_sisters_what_each_of_its_months_shows(string caller, string indicator)
    {
        var year = await Told("2024-01-01", "2024-12-31");
        for (var first = new DateOnly(2024, 1, 1); first.Year == 2024; first = first.AddMonths(1))
        {
            var month = await Told($"{first:yyyy-MM-dd}", $"{first.AddMonths(1).AddDays(-1):yyyy-MM-dd}");
            var hidden = Hidden(month);
            Assert.Subset(Hidden(year).ToHashSet(), hidden.ToHashSet());
            Assert.True(IsHidden(year) || !IsHidden(month));
        }

        Task<JsonNode> Told(string from, string to) =>
            service.Officer(caller).Read($"/v1/reports/region-comparison?from={from}&to={to}&indicators={indicator}");

        static List<string> Hidden(JsonNode answer) =>
            [.. answer["regions"]!.AsArray().Where(region => IsHidden(region!)).Select(region => region!.Text("region"))];

        static bool IsHidden(JsonNode place) => place["figures"]![0]!["suppressed"]!.GetValue<bool>();
    }

    private string Above(string region) => service.Services.GetRequiredService<Catalogue>().Regions.Find(region)!.ParentCode!;

    private async Task SameAsTheSummary(Guid team, JsonNode record)
    {
        var summary = await service.Officer().Read("/v1/reports/summary?from=2024-01-01&to=2024-12-31&groupBy=team");
        var group = summary["groups"]!.AsArray().FirstOrDefault(group => group!.Text("key") == team.ToString());
        foreach (var figure in record["figures"]!.AsArray())
        {
            var counted = group?["figures"]!.AsArray().First(other => other!.Text("indicator") == figure!.Text("indicator"))![
                "value"
            ]!.GetValue<decimal>();
            Assert.Equal(counted ?? 0, figure!["value"]!.GetValue<decimal>());
        }

        var attended = await Rows<IdRow>(
            $"select distinct attendance.member_id as id from attendance join visit on visit.visit_id = attendance.visit_id where visit.state = 'completed' and visit.team_id in (select team_id from team where code = '{await CodeOf(team)}')"
        );
        Assert.Equal(attended.Count, record["helpers"]!.GetValue<int>());
    }

    private async Task SameWords(Guid team, JsonNode told)
    {
        var assignments = (await Rows<AssignmentRow>("select request_id, team_id, role, ended_as, ended_at from assignment"))
            .Where(row => row is { Role: "lead", EndedAs: "completed" })
            .ToLookup(row => row.RequestId);
        var requests = await Requests("2020-01-01", "2030-01-01", null, null);
        var led = requests.Where(request => assignments[request.RequestId].Any(row => row.TeamId == team)).ToList();
        Assert.Equal(led.Count, told["completed"]!.GetValue<int>());
        Assert.Equal(led.Count(request => request.Outcome == "confirmed"), told["confirmed"]!.GetValue<int>());
        Assert.Equal(led.Count(request => request.Outcome == "denied"), told["denied"]!.GetValue<int>());
        Assert.Equal(led.Count(request => request.Outcome == "not_confirmed"), told["notConfirmed"]!.GetValue<int>());
        var ratings = (await Rows<WordRow>("select request_id, solved, rating, confirmed_at from confirmation"))
            .Where(word => word.Rating is not null && word.ConfirmedAt < new DateTimeOffset(2024, 12, 31, 16, 0, 0, TimeSpan.Zero))
            .Where(word =>
                assignments[word.RequestId].Where(row => row.EndedAt <= word.ConfirmedAt).MaxBy(row => row.EndedAt)?.TeamId == team
            )
            .GroupBy(word => word.Rating!.Value)
            .ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(
            ratings,
            told["ratings"]!
                .AsArray()
                .ToDictionary(rating => rating!["rating"]!.GetValue<int>(), rating => rating!["times"]!.GetValue<int>())
        );
    }

    private static void SameWaits(List<TimeSpan> waits, JsonNode told, string half, string most)
    {
        waits.Sort();
        Assert.Equal(Rank(0.5), told[half]?.GetValue<long>());
        Assert.Equal(Rank(0.9), told[most]?.GetValue<long>());

        // The first that so many of all do not exceed.
        long? Rank(double part) =>
            waits.Count == 0
                ? null
                : (long)Math.Ceiling(waits.First(wait => waits.Count(other => other <= wait) >= (part * waits.Count) - 1e-9).TotalMinutes);
    }

    private static DateTimeOffset? First(IEnumerable<MoveRow> moves, Func<MoveRow, bool> which) => moves.FirstOrDefault(which)?.At;

    private async Task<string> CodeOf(Guid team) =>
        (await Rows<CodeRow>("select code from team")).Single(row => SeedFiles.IdOf("guangdong-2024:" + row.Code) == team).Code;

    private string Below(string region, RequestRow request) =>
        new[] { request.RegionCode, request.CountyCode, request.CityCode }.FirstOrDefault(code =>
            code is not null && service.Services.GetRequiredService<Catalogue>().Regions.Find(code)!.ParentCode == region
        ) ?? region;

    private async Task<List<RequestRow>> Requests(string from, string to, string? region, string? skill) =>
        [
            .. (
                await Rows<RequestRow>(
                    "select request_id, state, outcome, cancel_reason, created_at, region_code, county_code, city_code, province_code, main_skill from help_request"
                )
            )
                .Where(row => region is null || new[] { row.RegionCode, row.CountyCode, row.CityCode, row.ProvinceCode }.Contains(region))
                .Where(row => skill is null || row.MainSkill == skill)
                .Where(row => string.CompareOrdinal(Day(row), from) >= 0 && string.CompareOrdinal(Day(row), to) <= 0),
        ];

    private static string Day(RequestRow row) => ShanghaiTime.DayOf(row.CreatedAt).ToString("yyyy-MM-dd", null);

    private async Task<List<T>> Rows<T>(string sql)
    {
        await using var connection = service.Connection();
        return (await connection.QueryAsync<T>(sql)).AsList();
    }

    private sealed record RequestRow
    {
        public Guid RequestId { get; init; }
        public string State { get; init; } = "";
        public string? Outcome { get; init; }
        public string? CancelReason { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public string RegionCode { get; init; } = "";
        public string? CountyCode { get; init; }
        public string? CityCode { get; init; }
        public string? ProvinceCode { get; init; }
        public string? MainSkill { get; init; }
    }

    private sealed record MoveRow
    {
        public Guid RequestId { get; init; }
        public int Seq { get; init; }
        public DateTimeOffset At { get; init; }
        public string Subject { get; init; } = "";
        public Guid SubjectId { get; init; }
        public string Action { get; init; } = "";
    }

    private sealed record WordRow
    {
        public Guid RequestId { get; init; }
        public bool Solved { get; init; }
        public int? Rating { get; init; }
        public DateTimeOffset ConfirmedAt { get; init; }
    }

    private sealed record OfferRow
    {
        public Guid TeamId { get; init; }
        public string State { get; init; } = "";
        public string? DeclineReason { get; init; }
        public DateTimeOffset OfferedAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
    }

    private sealed record AssignmentRow
    {
        public Guid RequestId { get; init; }
        public Guid TeamId { get; init; }
        public string Role { get; init; } = "";
        public string? EndedAs { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
    }

    private sealed record IdRow
    {
        public Guid Id { get; init; }
    }

    private sealed record CodeRow
    {
        public string Code { get; init; } = "";
    }
}
