using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class ReopenRequestTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Reopened_it_goes_to_the_same_team_first_whoever_ranks_higher()
    {
        var county = new LonelyCounty(service, "mec-cut");
        var (same, higher) = (await county.CountyTeam(3), await county.CountyTeam(8));
        var (request, track) = await county.Resolved(same);
        var seen = await service.Anonymous().Post($"/v1/track/{track}/reopen", new { reason = "又响了。" }).Must();

        Assert.Equal("open", seen.Text("state"));
        var reopened = await service.Request(request);
        Assert.Equal(1, reopened.Number("reopenCount"));
        Assert.Equal("dispatch", reopened.Text("queue"));
        Assert.Null(reopened["result"]);
        Assert.Contains(
            (await service.LeaderOf(same).Read("/v1/notices")).Items(),
            notice => notice.Id("requestId") == request && notice.Text("text").Contains("又响了", StringComparison.Ordinal)
        );
        await county.Dispatch(request);
        Assert.Equal(same, await service.AskedTeam(request));
        await county.Decline(request);
        Assert.Equal(higher, await service.AskedTeam(request));
    }

    [Fact]
    public async Task Reopened_it_bounces_anew()
    {
        var county = new LonelyCounty(service, "aut-lean");
        await county.CountyTeam(8);
        await county.CountyTeam(7);
        var same = await county.CountyTeam(4);
        var (request, track) = await county.TrackedRequest();
        await county.Dispatch(request);
        await county.Decline(request);
        await county.Decline(request);
        Assert.Equal(same, await county.Accept(request));
        await county.CompletedVisit(request, same);
        await service.LeaderOf(same).Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "已理顺。" }).Must();
        await service.Anonymous().Post($"/v1/track/{track}/reopen", new { reason = "又乱了。" }).Must();
        await county.Dispatch(request);
        var fresh = await county.CountyTeam(2);
        await county.Decline(request);

        // Two declines before the reopening and one after it: the county has not bounced three times.
        Assert.Equal(fresh, await service.AskedTeam(request));
        Assert.Equal("county", (await service.Request(request)).Text("tier"));
    }

    [Fact]
    public async Task Reopened_without_the_same_team_it_never_goes_there()
    {
        var county = new LonelyCounty(service, "mec-cnc");
        var (other, unwanted) = (await county.CountyTeam(3), await county.CountyTeam(8));
        var (request, track) = await county.Resolved(unwanted);
        await service.Anonymous().Post($"/v1/track/{track}/reopen", new { reason = "不想再请他们。", sameTeam = false }).Must();
        await county.Dispatch(request);
        Assert.Equal(other, await service.AskedTeam(request));
        var match = await service.Officer().Read($"/v1/requests/{request}/matches");
        Assert.Equal(1, match.RefusedFor("conflict_of_interest"));
    }

    [Fact]
    public async Task Not_solved_means_reopen()
    {
        var county = new LonelyCounty(service, "mec-mould");
        var team = await county.CountyTeam(5);
        var (request, track) = await county.Resolved(team);
        await service.Anonymous().Post($"/v1/track/{track}/confirm", new { solved = false, comment = "还是不转。" }).Must();
        var open = await service.Request(request);
        Assert.Equal("open", open.Text("state"));
        Assert.Equal(1, open.Number("reopenCount"));
    }

    [Fact]
    public async Task Served_again_it_needs_a_visit_of_its_own_before_it_is_resolved()
    {
        var county = new LonelyCounty(service, "mec-tool");
        var team = await county.CountyTeam(5);
        var (request, track) = await county.Resolved(team);
        service.Clock.Advance(TimeSpan.FromHours(1));
        await service.Anonymous().Post($"/v1/track/{track}/reopen", new { reason = "又响了。" }).Must();
        await county.Dispatch(request);
        await county.Accept(request);
        var visit = await county.BookedVisit(request, team);
        await service.LeaderOf(team).Post($"/v1/visits/{visit}/depart").Must();
        await service.LeaderOf(team).Post($"/v1/visits/{visit}/miss", new { by = "requester" }).Must();
        await service
            .LeaderOf(team)
            .Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "好了。" })
            .MustRefuse(HttpStatusCode.Conflict, "request.no_visit");
    }
}
