using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class ReassignRequestTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_request_taken_from_a_silent_team_goes_to_the_next_and_the_team_is_told()
    {
        var county = new LonelyCounty(service, "mec-cut");
        var (second, first) = (await county.CountyTeam(4), await county.CountyTeam(7));
        var request = await county.Dispatched();
        await county.Accept(request);
        await service.Officer().Post($"/v1/requests/{request}/reassign", new { reason = "三天没有回音" }).Must();

        Assert.Equal(second, await service.AskedTeam(request));
        Assert.Contains(
            (await service.LeaderOf(first).Read("/v1/notices")).Items(),
            notice => notice.Id("requestId") == request && notice.Text("kind") == "offer_withdrawn"
        );
        await county.Decline(request);
        Assert.Equal("arbitration", (await service.Request(request)).Text("queue"));
    }

    [Fact]
    public async Task A_team_cannot_take_a_request_from_itself()
    {
        var county = new LonelyCounty(service, "mec-cnc");
        var team = await county.CountyTeam(7);
        var request = await county.Dispatched();
        await county.Accept(request);
        await service.LeaderOf(team).Post($"/v1/requests/{request}/reassign").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        Assert.Equal("accepted", await service.State(request));
    }
}
