using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class CancelRequestTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Cancelling_takes_back_the_offer_and_nothing_is_owed_any_more()
    {
        var county = new LonelyCounty(service, "mec-cut");
        var team = await county.CountyTeam(5);
        var request = await county.Dispatched();
        var cancelled = await service.Officer().Post($"/v1/requests/{request}/cancel", new { reason = "unmet" }).Must();
        Assert.Equal(("cancelled", "unmet"), (cancelled.Text("state"), cancelled.Text("cancelReason")));
        Assert.Equal("withdrawn", (await service.OfferStates(request))[team]);
        Assert.DoesNotContain(cancelled.Items("deadlines"), deadline => deadline.Text("state") == "running");
    }

    [Fact]
    public async Task The_requester_withdraws_and_the_booked_visit_is_off_and_the_team_is_told()
    {
        var county = new LonelyCounty(service, "mec-cnc");
        var team = await county.CountyTeam(5);
        var (request, track) = await county.TrackedRequest();
        await county.Dispatch(request);
        await county.Accept(request);
        var visit = await county.BookedVisit(request, team);
        var seen = await service.Anonymous().Post($"/v1/track/{track}/withdraw", new { note = "自己修好了。" }).Must();

        Assert.Equal("cancelled", seen.Text("state"));
        Assert.Equal("withdrawn", (await service.Request(request)).Text("cancelReason"));
        Assert.Equal("cancelled", (await service.Officer().Read($"/v1/visits/{visit}")).Text("state"));
        Assert.Contains(
            (await service.LeaderOf(team).Read("/v1/notices")).Items(),
            notice => notice.Id("requestId") == request && notice.Text("kind") == "offer_withdrawn"
        );
        Assert.Equal(0, (await service.Officer().Read($"/v1/teams/{team}")).Number("openAssignments"));
    }

    [Fact]
    public async Task Nothing_is_cancelled_while_the_team_is_on_its_way()
    {
        var county = new LonelyCounty(service, "mec-mould");
        var team = await county.CountyTeam(5);
        var (request, track) = await county.TrackedRequest();
        await county.Dispatch(request);
        await county.Accept(request);
        var visit = await county.BookedVisit(request, team);
        await service.LeaderOf(team).Post($"/v1/visits/{visit}/depart").Must();
        await service
            .Officer()
            .Post($"/v1/requests/{request}/cancel", new { reason = "rejected" })
            .MustRefuse(HttpStatusCode.Conflict, "request.visit_open");
        await service.Anonymous().Post($"/v1/track/{track}/withdraw").MustRefuse(HttpStatusCode.Conflict, "request.visit_open");
        Assert.Equal("in_progress", await service.State(request));
    }

    [Fact]
    public async Task A_duplicate_names_the_original()
    {
        var county = new LonelyCounty(service, "mec-tool");
        var (original, duplicate) = (await county.Request(), await county.Request());
        await service
            .Officer()
            .Post($"/v1/requests/{duplicate}/cancel", new { reason = "duplicate" })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        var cancelled = await service
            .Officer()
            .Post($"/v1/requests/{duplicate}/cancel", new { reason = "duplicate", duplicateOf = original })
            .Must();
        Assert.Equal(original, cancelled.Id("duplicateOf"));
        Assert.Equal("open", await service.State(original));
    }
}
