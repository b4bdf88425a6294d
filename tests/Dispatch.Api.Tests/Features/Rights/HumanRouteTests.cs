using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Rights;

/// <summary>Whoever does not want the ranking to choose is told how it chose, and gets a person.</summary>
public sealed class HumanRouteTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task The_requester_reads_why_this_team_and_nothing_of_the_others()
    {
        var told = await service.Given.AnOpenRequest();
        var request = told.Id();
        await service.Officer().Post($"/v1/requests/{request}/dispatch").Must();
        var asked = await service.LiveOffer(request);
        var decided = await service.Anonymous().Read($"/v1/track/{told.Text("trackToken")}/decision");
        Assert.True(decided["automatic"]!.GetValue<bool>());
        var one = Assert.Single(decided.Items("decisions"));
        Assert.Equal(asked.Text("teamName"), one.Text("teamName"));
        Assert.NotEmpty(one.Items("reasons"));
        Assert.All(one.Items("reasons"), reason => Assert.NotEmpty(reason.Text("text")));
        var others = (await service.Officer().Read($"/v1/requests/{request}/matches"))
            .Items("candidates")
            .Select(candidate => candidate.Text("teamName"))
            .Where(name => name != one.Text("teamName"));
        Assert.All(others, name => Assert.DoesNotContain(name, decided.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_asks_for_an_officer_gets_one_and_nothing_goes_out_by_itself_again()
    {
        var told = await service.Given.AnOpenRequest();
        var request = told.Id();
        await service.Officer().Post($"/v1/requests/{request}/dispatch").Must();
        var asked = await service.Anonymous().Post($"/v1/track/{told.Text("trackToken")}/ask-officer").Must();
        Assert.True(asked["asksOfficer"]!.GetValue<bool>());
        var seen = await service.Request(request);
        Assert.Equal(("open", "dispatch", false), (seen.Text("state"), seen.Text("queue"), seen["automatic"]!.GetValue<bool>()));
        Assert.All((await service.OfferStates(request)).Values, state => Assert.Equal("withdrawn", state));
        Assert.Contains(
            (await service.Officer(World.Yuhuan).Read("/v1/notices")).Items(),
            notice => notice.Id("requestId") == request && notice.Text("text").Contains("工作人员", StringComparison.Ordinal)
        );

        service.Clock.Advance(TimeSpan.FromDays(3));
        await service.FireDue();
        Assert.Equal("open", await service.State(request));
        await service
            .Officer()
            .Post($"/v1/requests/{request}/offers", new { teamId = RunningService.TeamId(Given.Expert) })
            .Must(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Of_several_teams_put_together_by_the_ranking_none_stays()
    {
        var shop = new Workshop(service, "mec-cut", "aut-robot");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Accept(request, other);
        Assert.Equal("offered", await service.State(request));
        await service.Officer().Post($"/v1/requests/{request}/ask-officer").Must();
        Assert.Empty(await shop.Parts(request));
        var seen = await service.Request(request);
        Assert.Equal(("open", "dispatch"), (seen.Text("state"), seen.Text("queue")));
        await service.LeaderOf(other).GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service.LeaderOf(lead).GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task Once_a_team_has_it_nobody_chooses_any_more()
    {
        var (request, _) = await service.Given.AnAcceptedRequest();
        await service.Officer().Post($"/v1/requests/{request}/ask-officer").MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
    }
}
