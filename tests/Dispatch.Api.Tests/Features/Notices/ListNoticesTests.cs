using System.Net;
using Dispatch.Api.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Dispatch.Api.Tests.Features.Reading;

namespace Dispatch.Api.Tests.Features.Notices;

public sealed class ListNoticesTests(RunningService service) : IClassFixture<RunningService>
{
    // Far below the 25 seconds a poll may wait, far above what a busy machine needs.
    private static readonly TimeSpan WithoutWaiting = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_poll_answers_at_once_when_something_is_unread()
    {
        var county = At("mec-cut");
        var team = await county.CountyTeam(5);
        await county.Dispatched();
        var found = await service.LeaderOf(team).Read("/v1/notices?wait=25").WaitAsync(WithoutWaiting);
        Assert.Equal("offer", Assert.Single(found.Items()).Text("kind"));
    }

    [Fact]
    public async Task A_waiting_poll_answers_as_soon_as_something_is_written()
    {
        var county = At("mec-cnc");
        var team = await county.CountyTeam(5);
        var request = await county.Request();
        var woken = service.Services.GetRequiredService<NoticeSignal>().Next;
        var poll = service.LeaderOf(team).Read("/v1/notices?wait=25");
        Assert.False(woken.IsCompleted);
        await county.Dispatch(request);

        Assert.True(woken.IsCompleted, "A committed notice wakes those who wait.");
        var found = await poll.WaitAsync(WithoutWaiting);
        Assert.Equal(request, Assert.Single(found.Items()).Id("requestId"));
    }

    [Fact]
    public async Task A_refused_command_wakes_nobody()
    {
        var county = At("mec-surface");
        var request = await county.Dispatched();
        var woken = service.Services.GetRequiredService<NoticeSignal>().Next;
        await service
            .Officer()
            .Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "好了。" })
            .MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        Assert.False(woken.IsCompleted);
    }

    [Fact]
    public async Task Without_anything_to_tell_the_answer_is_an_empty_list()
    {
        var team = await At("mec-weld").CountyTeam(5);
        Assert.Empty((await service.LeaderOf(team).Read("/v1/notices")).Items());
        Assert.Empty((await service.LeaderOf(team).Read("/v1/notices?wait=1")).Items());
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("31")]
    public async Task Nobody_waits_longer_than_half_a_minute(string wait) =>
        await service.Officer().GetAsync($"/v1/notices?wait={wait}").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");

    [Fact]
    public async Task The_answer_clock_starts_when_the_leader_hears_of_the_offer()
    {
        var county = At("mec-mould");
        var team = await county.CountyTeam(5);
        var request = await county.Dispatched("emergency");
        Assert.Equal(Shanghai("2026-06-01 09:20"), (await service.LiveOffer(request)).Time("answerDueAt"));

        service.Clock.SetShanghai("2026-06-01 09:02");
        await service.LeaderOf(team).Read("/v1/notices");
        var heard = await service.LiveOffer(request);
        Assert.Equal(Shanghai("2026-06-01 09:02"), heard.Time("deliveredAt"));
        Assert.Equal(Shanghai("2026-06-01 09:17"), heard.Time("answerDueAt"));
        Assert.Equal(Shanghai("2026-06-01 09:17"), await service.Due(request, "answer"));

        // Heard is heard: looking again gives no more time.
        service.Clock.SetShanghai("2026-06-01 09:04");
        await service.LeaderOf(team).Read("/v1/notices");
        Assert.Equal(Shanghai("2026-06-01 09:17"), (await service.LiveOffer(request)).Time("answerDueAt"));
        await service.At("2026-06-01 09:16");
        await service.LiveOffer(request);
        await service.At("2026-06-01 09:17");
        Assert.Equal("expired", (await service.OfferStates(request))[team]);
    }

    [Fact]
    public async Task Unheard_for_five_minutes_an_offer_is_unreachable_and_hearing_late_gives_no_more_time()
    {
        var county = At("mec-tool");
        var team = await county.CountyTeam(5);
        var request = await county.Dispatched("emergency");
        service.Clock.SetShanghai("2026-06-01 09:05");
        Assert.False((await service.LiveOffer(request))["unreachable"]!.GetValue<bool>());
        service.Clock.SetShanghai("2026-06-01 09:06");
        Assert.True((await service.LiveOffer(request))["unreachable"]!.GetValue<bool>());

        await service.LeaderOf(team).Read("/v1/notices");
        var heard = await service.LiveOffer(request);
        Assert.False(heard["unreachable"]!.GetValue<bool>());
        Assert.Equal(Shanghai("2026-06-01 09:20"), heard.Time("answerDueAt"));
    }

    [Fact]
    public async Task An_offer_nobody_heard_of_ends_all_the_same_and_the_officers_learn_that()
    {
        var county = At("mec-measure");
        await county.CountyTeam(5);
        var request = await county.Dispatched("emergency");
        await service.At("2026-06-01 09:20");
        Assert.Contains(
            (await service.Officer(LonelyCounty.County).Read("/v1/notices")).Items(),
            notice => notice.Id("requestId") == request && notice.Text("text").Contains("未送达", StringComparison.Ordinal)
        );
    }

    private LonelyCounty At(string skill)
    {
        service.Clock.SetShanghai("2026-06-01 09:00");
        return new LonelyCounty(service, skill);
    }
}
