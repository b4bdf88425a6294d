using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class ArbitrateRequestTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_decision_asks_the_team_at_once_even_one_that_had_declined_and_its_acceptance_ends_the_matter()
    {
        var county = new LonelyCounty(service, "mec-cut");
        var team = await county.CountyTeam(5);
        var request = await InArbitration(county);

        var decided = await Arbitrate(request, team);
        Assert.Equal("offered", decided.Text("state"));
        var offer = await service.LiveOffer(request);
        Assert.Equal(team, offer.Id("teamId"));
        Assert.Equal("arbitrated", offer.Text("way"));
        Assert.Equal("只有这支队伍会修。", offer["explanation"]!.Text("decidedBecause"));
        await county.Accept(request);
        var accepted = await service.Request(request);
        Assert.Equal("accepted", accepted.Text("state"));
        Assert.Null(accepted["queue"]);
    }

    [Fact]
    public async Task When_the_decided_team_declines_a_person_decides_again()
    {
        var county = new LonelyCounty(service, "mec-cnc");
        var team = await county.CountyTeam(5);
        var request = await InArbitration(county);
        await Arbitrate(request, team);
        await county.Decline(request, "conflict");
        var again = await service.Request(request);
        Assert.Equal("open", again.Text("state"));
        Assert.Equal("arbitration", again.Text("queue"));
        again.Deadline("triage");
        Assert.Equal("arbitrated_team_declined", (await service.Timeline(request)).Of("request", "escalate")[^1].Text("reason"));
    }

    [Fact]
    public async Task When_the_decided_team_stays_silent_a_person_decides_again()
    {
        var county = new LonelyCounty(service, "mec-mould");
        var team = await county.CountyTeam(5);
        var request = await InArbitration(county);
        await Arbitrate(request, team);
        await service.At(
            (await service.LiveOffer(request)).Time("answerDueAt").ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd HH:mm", null)
        );
        Assert.Equal("arbitration", (await service.Request(request)).Text("queue"));
        Assert.Equal("expired", (await service.OfferStates(request))[team]);
    }

    [Fact]
    public async Task A_decision_takes_back_the_offer_that_waits()
    {
        var county = new LonelyCounty(service, "mec-measure");
        var (asked, decided) = (await county.CountyTeam(7), await county.CountyTeam(3));
        var request = await county.Dispatched();
        await Arbitrate(request, decided);
        var states = await service.OfferStates(request);
        Assert.Equal(("withdrawn", "pending"), (states[asked], states[decided]));
        Assert.Equal("offered", await service.State(request));
    }

    [Fact]
    public async Task A_suspended_team_is_beyond_a_decision()
    {
        var county = new LonelyCounty(service, "mec-valve");
        var team = await county.CountyTeam(5);
        var request = await InArbitration(county);
        var profile = await service.Officer().GetAsync($"/v1/teams/{team}");
        await service
            .Officer()
            .Put(
                $"/v1/teams/{team}",
                new
                {
                    name = "停用的服务队",
                    kind = "county_team",
                    regionCode = LonelyCounty.County,
                    size = 6,
                    suspended = true,
                },
                profile.Headers.ETag!.ToString()
            )
            .Must();
        await service
            .Officer()
            .Post($"/v1/requests/{request}/arbitrate", new { teamId = team, reason = "试试。" })
            .MustRefuse(HttpStatusCode.Conflict, "team.not_eligible");
        Assert.Equal("arbitration", (await service.Request(request)).Text("queue"));
    }

    private Task<System.Text.Json.Nodes.JsonNode> Arbitrate(Guid request, Guid team) =>
        service.Officer().Post($"/v1/requests/{request}/arbitrate", new { teamId = team, reason = "只有这支队伍会修。" }).Must();

    private async Task<Guid> InArbitration(LonelyCounty county)
    {
        var request = await county.Dispatched();
        await county.Decline(request);
        Assert.Equal("arbitration", (await service.Request(request)).Text("queue"));
        service.Clock.Advance(TimeSpan.FromMinutes(10));
        return request;
    }
}
