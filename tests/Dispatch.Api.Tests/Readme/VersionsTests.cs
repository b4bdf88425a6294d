using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Readme;

public sealed class VersionsTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task What_moves_along_with_a_request_does_not_stand_in_for_the_version_that_was_read()
    {
        var (request, visit) = await service.Given.AScheduledVisit();
        var read = await Tag(request);
        await service.Officer().Post($"/v1/requests/{request}/cancel", new { reason = "rejected" }, ifMatch: read).Must();
        Assert.Equal("cancelled", (await service.Officer().Read($"/v1/visits/{visit}")).Text("state"));
    }

    [Fact]
    public async Task The_bearer_of_a_track_token_withdraws_the_version_that_was_read()
    {
        var call = await service.Given.AnOpenRequest();
        var (request, track) = (call.Id(), call.Text("trackToken"));
        var offer = await service
            .Officer()
            .Post($"/v1/requests/{request}/offers", new { teamId = RunningService.TeamId(Given.Expert) })
            .Must(HttpStatusCode.Created);
        await service.Leader(Given.Expert).Post($"/v1/offers/{offer.Id()}/accept").Must();
        var visit = await service.Given.BookedVisit(request);
        using var read = await service.Anonymous().GetAsync($"/v1/track/{track}");
        await service.Anonymous().Post($"/v1/track/{track}/withdraw", ifMatch: read.Headers.ETag!.ToString()).Must();
        Assert.Equal("cancelled", (await service.Officer().Read($"/v1/visits/{visit}")).Text("state"));
    }

    [Theory]
    [InlineData("dispatch")]
    [InlineData("escalate")]
    public async Task A_request_that_moves_more_than_once_is_judged_by_the_version_that_was_read(string action)
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        await service.Officer().Post($"/v1/requests/{request}/{action}", ifMatch: await Tag(request)).Must();
    }

    [Fact]
    public async Task A_move_on_a_version_read_too_early_changes_nothing_that_hangs_on_it()
    {
        var (request, _) = await service.Given.AnAcceptedRequest();
        var read = await Tag(request);
        await service.Officer().Post($"/v1/requests/{request}/hold", new { reason = "缺少照片" }).Must();
        await service.Officer().Post($"/v1/requests/{request}/resume").Must();
        var visit = await service.Given.BookedVisit(request);
        await service
            .Officer()
            .Post($"/v1/requests/{request}/cancel", new { reason = "rejected" }, ifMatch: read)
            .MustRefuse(HttpStatusCode.PreconditionFailed, "resource.changed");
        Assert.Equal("scheduled", (await service.Officer().Read($"/v1/visits/{visit}")).Text("state"));
    }

    [Fact]
    public async Task A_visit_is_judged_by_its_own_version()
    {
        var (_, visit) = await service.Given.AScheduledVisit();
        var leader = service.Leader(Given.Expert);
        var first = await Tag(visit, "visits");
        var (start, end) = (service.Clock.GetUtcNow().AddHours(4), service.Clock.GetUtcNow().AddHours(5));
        await leader.Post($"/v1/visits/{visit}/reschedule", new { start, end }, ifMatch: first).Must();
        await leader.Post($"/v1/visits/{visit}/depart", ifMatch: first).MustRefuse(HttpStatusCode.PreconditionFailed, "resource.changed");
        await leader.Post($"/v1/visits/{visit}/depart", ifMatch: await Tag(visit, "visits")).Must();
    }

    private async Task<string> Tag(Guid id, string kind = "requests")
    {
        using var answer = await service.Officer().GetAsync($"/v1/{kind}/{id}");
        return answer.Headers.ETag!.ToString();
    }
}
