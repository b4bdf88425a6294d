using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class ReleaseRequestTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_request_given_back_goes_on_by_itself_and_never_to_that_team_again()
    {
        var county = new LonelyCounty(service, "mec-cut");
        var (second, first) = (await county.CountyTeam(4), await county.CountyTeam(7));
        var request = await county.Dispatched();
        Assert.Equal(first, await county.Accept(request));
        var visit = await county.BookedVisit(request, first);

        await service.LeaderOf(first).Post($"/v1/requests/{request}/release", new { reason = "人手不够" }).Must();
        Assert.Equal(second, await service.AskedTeam(request));
        Assert.Equal("cancelled", (await service.Officer().Read($"/v1/visits/{visit}")).Text("state"));
        await service.LeaderOf(first).GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");

        await county.Decline(request);
        Assert.Equal("arbitration", (await service.Request(request)).Text("queue"));
        var match = await service.Officer().Read($"/v1/requests/{request}/matches");
        Assert.Equal(2, match.RefusedFor("declined_before"));
    }

    [Fact]
    public async Task A_request_dispatched_by_hand_comes_back_to_the_officers_desk()
    {
        var county = new LonelyCounty(service, "mec-cnc");
        var team = await county.CountyTeam(7);
        var request = await county.Request();
        await county.Pick(request, team);
        await county.Accept(request);
        await service.LeaderOf(team).Post($"/v1/requests/{request}/release", new { reason = "人手不够" }).Must();
        var open = await service.Request(request);
        Assert.Equal(("open", "dispatch"), (open.Text("state"), open.Text("queue")));
        Assert.DoesNotContain(
            open.Items("deadlines"),
            deadline => deadline.Text("kind") is "first_visit" or "closing" && deadline.Text("state") == "running"
        );
        await service
            .Officer()
            .Post($"/v1/requests/{request}/offers", new { teamId = team })
            .MustRefuse(HttpStatusCode.Conflict, "team.not_eligible");
    }

    [Fact]
    public async Task Nothing_is_given_back_while_the_team_is_at_work()
    {
        var county = new LonelyCounty(service, "mec-mould");
        var team = await county.CountyTeam(7);
        var request = await county.Dispatched();
        await county.Accept(request);
        var visit = await county.BookedVisit(request, team);
        await service.LeaderOf(team).Post($"/v1/visits/{visit}/begin").Must();
        await service
            .LeaderOf(team)
            .Post($"/v1/requests/{request}/release", new { reason = "人手不够" })
            .MustRefuse(HttpStatusCode.Conflict, "request.visit_open");
        Assert.Equal("in_progress", await service.State(request));
    }
}
