using System.Text.Json.Nodes;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Tests.Features.Imports;
using Dispatch.Api.Tests.Storage.Auditing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Reports;

/// <summary>Histories that a made-up year does not have, one at a time, each with a skill of its own.</summary>
public sealed class FewRequestsTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Period = "from=2026-06-01&to=2026-12-31";

    [Fact]
    public async Task What_is_confirmed_twice_was_confirmed_when_it_was_confirmed_first()
    {
        var county = new LonelyCounty(service, "mec-cut");
        var team = await county.CountyTeam(5);
        var (request, _) = await county.Resolved(team);
        service.Clock.Advance(TimeSpan.FromMinutes(17));
        await Confirm(request);
        await service.Officer().Post($"/v1/requests/{request}/reopen", new { reason = "又坏了", sameTeam = true }).Must();
        service.Clock.Advance(TimeSpan.FromDays(2));
        await county.Pick(request, team);
        await county.Accept(request);
        await county.CompletedVisit(request, team);
        await service.LeaderOf(team).Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "好了" }).Must();
        await Confirm(request);
        var steps = (await service.Officer().Read($"/v1/reports/funnel?{Period}&skill=mec-cut"))["steps"]!.AsArray();
        Assert.Equal((1, 17), (steps[5]!["requests"]!.GetValue<int>(), steps[5]!["p50Minutes"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Unmet_is_what_nobody_could_be_asked_for_and_not_what_somebody_declined()
    {
        var nobody = new LonelyCounty(service, "cra-pottery");
        var unasked = await nobody.Dispatched();
        Assert.Equal("arbitration", (await service.Request(unasked)).Text("queue"));
        Assert.Equal((0, 1, $"/v1/requests/{unasked}"), Of(await Need("cra-pottery")));

        // Given up by the requester it is nobody's lack; given up for want of a team it is.
        var withdrawn = await nobody.Dispatched();
        await service.Officer().Post($"/v1/requests/{withdrawn}/cancel", new { reason = "withdrawn" }).Must();
        await service.Officer().Post($"/v1/requests/{unasked}/cancel", new { reason = "unmet" }).Must();
        Assert.Equal((1, 0, $"/v1/requests/{unasked}"), Of(await Need("cra-pottery")));

        var county = new LonelyCounty(service, "ict-chip");
        await county.CountyTeam(5);
        var declined = await county.Dispatched();
        await county.Decline(declined);
        Assert.Equal("arbitration", (await service.Request(declined)).Text("queue"));
        Assert.Null(await Need("ict-chip"));
    }

    [Fact]
    public async Task A_suspended_team_is_none_of_those_that_have_the_skill()
    {
        var county = new LonelyCounty(service, "cra-carve");
        var request = await county.Request();
        await service.Officer().Post($"/v1/requests/{request}/cancel", new { reason = "unmet" }).Must();
        await county.CountyTeam(5);
        var suspended = await county.CountyTeam(4);
        Assert.Equal(2, (await Need("cra-carve"))!["teams"]!.GetValue<int>());
        Assert.Equal(1, await service.ByHand($"update team set suspended = true where team_id = '{suspended}'"));
        Assert.Equal(1, (await Need("cra-carve"))!["teams"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_escalation_counts_under_the_tier_it_led_to_however_high_the_request_stands_by_now()
    {
        var county = new LonelyCounty(service, "cra-design");
        var request = await county.Request();
        var first = (await service.Request(request)).Text("tier");
        await service.Officer().Post($"/v1/requests/{request}/escalate").Must();
        var second = (await service.Request(request)).Text("tier");
        Assert.NotEqual(first, second);
        Assert.Equal([$"{second} 1"], await Escalations("cra-design"));
        await service.Officer().Post($"/v1/requests/{request}/escalate").Must();
        var third = (await service.Request(request)).Text("tier");
        Assert.NotEqual(second, third);
        string[] each = [$"{second} 1", $"{third} 1"];
        foreach (var _ in new[] { "waiting", "booked" })
        {
            Assert.Equal(each.Order(StringComparer.Ordinal), await Escalations("cra-design"));
            await service.Services.GetRequiredService<FigureRoller>().BookWaiting();
        }

        // What was written before that was noted counts under the tier of the request.
        await service.ByHand($"update timeline set tier = null where request_id = '{request}'");
        await service.ByHand($"insert into figure_due (request_id, mark) values ('{request}', 0)");
        Assert.Equal([$"{third} 2"], await Escalations("cra-design"));
    }

    [Fact]
    public async Task What_goes_up_by_itself_counts_under_the_tier_of_the_team_that_is_asked()
    {
        var county = new LonelyCounty(service, "cra-ceramic");
        await county.CityTeam(5);
        await county.ProvinceTeam(4);
        var request = await county.Dispatched();
        Assert.Equal(["city 1"], await Escalations("cra-ceramic"));
        await county.Decline(request);
        Assert.Equal("province", (await service.Request(request)).Text("tier"));
        Assert.Equal(["city 1", "province 1"], await Escalations("cra-ceramic"));
    }

    [Fact]
    public async Task What_was_done_before_the_site_was_there_was_offered_to_nobody()
    {
        const string Then = "from=2024-05-01&to=2024-05-31";
        var import = await service.AReadImport(Files.PastServices("FEW-1", "FEW-2"), "past_services");
        Assert.Equal((2, 0, 0), import.Counts());
        foreach (var _ in new[] { "waiting", "booked" })
        {
            var steps = (await service.Officer().Read($"/v1/reports/funnel?{Then}"))["steps"]!.AsArray();
            // Whoever came further was here too, and nobody waited for it.
            Assert.Equal((2, 0), (steps[1]!["requests"]!.GetValue<int>(), steps[1]!["timed"]!.GetValue<int>()));
            Assert.Equal((2, 0), (steps[2]!["requests"]!.GetValue<int>(), steps[2]!["timed"]!.GetValue<int>()));
            var figures = (
                await service.Officer().Read($"/v1/reports/summary?{Then}&indicators=services,offers_made,median_minutes_to_offer")
            )["figures"]!.AsArray();
            Assert.Equal(["2", "0", null], figures.Select(figure => figure!["value"]?.ToString()));
            var record = await service.Officer().Read($"/v1/reports/team-record/{RunningService.TeamId(Given.Expert)}?{Then}");
            Assert.Equal(0, record["answers"]!["offers"]!.GetValue<int>());
            Assert.Equal("2", record["figures"]![0]!["value"]!.ToString());
            await service.Services.GetRequiredService<FigureRoller>().BookWaiting();
        }
    }

    private async Task<IEnumerable<string>> Escalations(string skill) =>
        (await service.Officer().Read($"/v1/reports/summary?{Period}&indicators=escalations&rows=tier&columns=skill"))["table"]!["cells"]!
            .AsArray()
            .Where(cell => cell!.Text("column") == skill)
            .Select(cell => $"{cell!["row"]} {cell["figures"]![0]!["value"]}");

    private Task<JsonNode> Confirm(Guid request) =>
        service
            .Officer()
            .Post(
                $"/v1/requests/{request}/confirm",
                new
                {
                    solved = true,
                    rating = 5,
                    by = "callback",
                }
            )
            .Must();

    private async Task<JsonNode?> Need(string skill) =>
        (await service.Officer().Read($"/v1/reports/unmet-needs?{Period}&region={LonelyCounty.Province}"))["needs"]!
            .AsArray()
            .SingleOrDefault(need => need!.Text("skill") == skill);

    private static (int Unmet, int Waiting, string Requests) Of(JsonNode? need) =>
        (
            need!["unmet"]!.GetValue<int>(),
            need["waiting"]!.GetValue<int>(),
            string.Join(' ', need["requests"]!.AsArray().Select(request => request!.GetValue<string>()))
        );
}
