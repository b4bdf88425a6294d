using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class ConfirmRequestTests(RunningService service) : IClassFixture<RunningService>
{
    private const string FirstMorning = "2026-06-01 09:00";

    [Fact]
    public async Task A_late_word_within_90_days_still_counts()
    {
        var (request, track) = await SilentlyClosed("mec-cut");
        service.Clock.SetShanghai("2026-09-06 09:00");
        var seen = await service.Anonymous().Post($"/v1/track/{track}/confirm", new { solved = true, rating = 5 }).Must();
        Assert.Equal("closed", seen.Text("state"));
        Assert.Equal("confirmed", (await service.Request(request)).Text("outcome"));
        await service
            .Anonymous()
            .Post($"/v1/track/{track}/confirm", new { solved = true })
            .MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
    }

    [Fact]
    public async Task A_word_after_90_days_is_too_late_and_so_is_reopening()
    {
        var (request, track) = await SilentlyClosed("mec-cnc");
        service.Clock.SetShanghai("2026-09-06 09:01");
        await service
            .Anonymous()
            .Post($"/v1/track/{track}/confirm", new { solved = true })
            .MustRefuse(HttpStatusCode.Conflict, "request.too_late");
        await service
            .Anonymous()
            .Post($"/v1/track/{track}/reopen", new { reason = "又响了。" })
            .MustRefuse(HttpStatusCode.Conflict, "request.too_late");
        Assert.Equal("not_confirmed", (await service.Request(request)).Text("outcome"));
    }

    [Fact]
    public async Task Unsolved_and_left_is_closed_as_denied()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-mould");
        var (request, track) = await county.Resolved(await county.CountyTeam(5));
        await service
            .Anonymous()
            .Post(
                $"/v1/track/{track}/confirm",
                new
                {
                    solved = false,
                    leaveIt = true,
                    rating = 2,
                }
            )
            .Must();
        var closed = await service.Request(request);
        Assert.Equal(("closed", "denied"), (closed.Text("state"), closed.Text("outcome")));
    }

    [Fact]
    public async Task An_officer_who_called_back_confirms_and_the_team_never_does()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-tool");
        var team = await county.CountyTeam(5);
        var (request, _) = await county.Resolved(team);
        await service
            .LeaderOf(team)
            .Post($"/v1/requests/{request}/confirm", new { solved = true })
            .MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        var closed = await service.Officer().Post($"/v1/requests/{request}/confirm", new { solved = true, by = "callback" }).Must();
        Assert.Equal(("closed", "confirmed"), (closed.Text("state"), closed.Text("outcome")));
        var row = Assert.Single((await service.Timeline(request)).Of("request", "confirm"));
        Assert.Equal("officer", row.Text("actorRole"));
        Assert.DoesNotContain(closed.Items("deadlines"), deadline => deadline.Text("state") == "running");
    }

    private async Task<(Guid Request, string Track)> SilentlyClosed(string skill)
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, skill);
        var resolved = await county.Resolved(await county.CountyTeam(5));
        await service.At("2026-06-08 09:00");
        Assert.Equal("not_confirmed", (await service.Request(resolved.Request)).Text("outcome"));
        return resolved;
    }
}
