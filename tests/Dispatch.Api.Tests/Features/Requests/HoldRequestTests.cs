using System.Net;
using Xunit;
using static Dispatch.Api.Tests.Features.Reading;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class HoldRequestTests(RunningService service) : IClassFixture<RunningService>
{
    private const string FirstMorning = "2026-06-01 09:00";

    [Fact]
    public async Task A_hold_pauses_every_deadline_and_resuming_runs_them_on_with_the_rest_of_the_working_time()
    {
        var (_, request, _) = await Accepted("mec-cut");
        Assert.Equal(Shanghai("2026-06-08 18:00"), await service.Due(request, "first_visit"));

        service.Clock.SetShanghai("2026-06-02 10:00");
        var held = await service.Officer().Post($"/v1/requests/{request}/hold", new { reason = "缺少照片" }).Must();
        Assert.Equal("on_hold", held.Text("state"));
        held.Deadline("first_visit", "paused");
        held.Deadline("closing", "paused");

        // Long past the old due time nothing is missed: 39 of 40 office hours were left.
        await service.At("2026-06-09 10:00");
        Assert.Empty((await service.Timeline(request)).Of("deadline", "miss"));
        var resumed = await service.Officer().Post($"/v1/requests/{request}/resume").Must();
        Assert.Equal("accepted", resumed.Text("state"));
        Assert.Equal(Shanghai("2026-06-15 18:00"), resumed.Deadline("first_visit").Time("dueAt"));

        await service.At("2026-06-15 17:59");
        Assert.Empty((await service.Timeline(request)).Of("deadline", "miss"));
        await service.At("2026-06-15 18:00");
        Assert.Equal("first_visit", Assert.Single((await service.Timeline(request)).Of("deadline", "miss")).Text("reason"));
    }

    [Fact]
    public async Task A_hold_cancels_the_visits_only_planned()
    {
        var (county, request, team) = await Accepted("mec-cnc");
        var visit = await county.BookedVisit(request, team);
        await service.Officer().Post($"/v1/requests/{request}/hold", new { reason = "缺少照片" }).Must();
        Assert.Equal("cancelled", (await service.LeaderOf(team).Read($"/v1/visits/{visit}")).Text("state"));
    }

    [Fact]
    public async Task Nothing_is_put_on_hold_while_the_team_is_on_its_way()
    {
        var (county, request, team) = await Accepted("mec-mould");
        var visit = await county.BookedVisit(request, team);
        await service.LeaderOf(team).Post($"/v1/visits/{visit}/depart").Must();
        await service
            .Officer()
            .Post($"/v1/requests/{request}/hold", new { reason = "缺少照片" })
            .MustRefuse(HttpStatusCode.Conflict, "request.visit_open");
        Assert.Equal("in_progress", await service.State(request));
        Assert.Equal("travelling", (await service.LeaderOf(team).Read($"/v1/visits/{visit}")).Text("state"));
    }

    [Fact]
    public async Task The_requesters_answer_ends_the_hold_and_reaches_team_and_office()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-tool");
        var team = await county.CountyTeam(5);
        var (request, track) = await county.TrackedRequest();
        await county.Dispatch(request);
        await county.Accept(request);
        await service.LeaderOf(team).Post($"/v1/requests/{request}/hold", new { reason = "缺少照片" }).Must();
        Assert.Equal("on_hold", (await service.Anonymous().Read($"/v1/track/{track}")).Text("state"));

        var seen = await service.Anonymous().Post($"/v1/track/{track}/reply", new { text = "照片已寄出，电话13800138777。" }).Must();
        Assert.Equal("accepted", seen.Text("state"));
        foreach (var reader in new[] { service.LeaderOf(team), service.Officer(LonelyCounty.County) })
        {
            var told = Assert.Single(
                (await reader.Read("/v1/notices")).Items(),
                notice => notice.Id("requestId") == request && notice.Text("kind") == "message"
            );
            Assert.Contains("照片已寄出", told.Text("text"), StringComparison.Ordinal);
            Assert.DoesNotContain("13800138777", told.Text("text"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("triage")]
    [InlineData("claim")]
    [InlineData("arbitration")]
    public async Task Resumed_it_is_back_on_the_desk_it_was_on(string desk)
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-measure");
        Guid request;
        switch (desk)
        {
            case "triage":
                request = (await service.Given.ARequestWithoutSkills()).Id();
                break;
            case "claim":
                request = await county.Request();
                await service.Officer().Post($"/v1/requests/{request}/publish").Must();
                break;
            default:
                request = await county.Dispatched();
                break;
        }

        Assert.Equal(desk, (await service.Request(request)).Text("queue"));
        await service.Officer().Post($"/v1/requests/{request}/hold", new { reason = "缺少照片" }).Must();
        await service.Officer().Post($"/v1/requests/{request}/resume").Must();
        Assert.Equal(desk, (await service.Request(request)).Text("queue"));
    }

    private async Task<(LonelyCounty County, Guid Request, Guid Team)> Accepted(string skill)
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, skill);
        var team = await county.CountyTeam(5);
        var request = await county.Dispatched();
        await county.Accept(request);
        return (county, request, team);
    }
}
