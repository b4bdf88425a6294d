using Xunit;
using static Dispatch.Api.Tests.Features.Reading;

namespace Dispatch.Api.Tests.Features.Deadlines;

public sealed class MissedDeadlinesTests(RunningService service) : IClassFixture<RunningService>
{
    private const string FirstMorning = "2026-06-01 09:00";

    [Fact]
    public async Task A_request_nobody_looked_at_in_time_is_dispatched_by_itself()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-cut");
        var team = await county.CountyTeam(5);
        var request = await county.Request();
        Assert.Equal(Shanghai("2026-06-01 14:00"), await service.Due(request, "triage"));

        await service.At("2026-06-01 13:59");
        Assert.Equal("open", await service.State(request));
        await service.At("2026-06-01 14:00");
        Assert.Equal(team, await service.AskedTeam(request));
        var offered = await service.Request(request);
        Assert.True(offered["automatic"]!.GetValue<bool>());
        Assert.Equal("clock", Assert.Single((await service.Timeline(request)).Of("request", "offer")).Text("actorRole"));
    }

    [Fact]
    public async Task A_published_request_nobody_claimed_in_time_is_dispatched_by_itself()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-cnc");
        var team = await county.CountyTeam(5);
        var request = await county.Request();
        await service.Officer().Post($"/v1/requests/{request}/publish").Must();
        await service.At("2026-06-01 14:00");
        Assert.Equal(team, await service.AskedTeam(request));
    }

    [Fact]
    public async Task What_nobody_has_understood_stays_with_people_and_they_hear_of_it()
    {
        service.Clock.SetShanghai(FirstMorning);
        var request = (await service.Given.ARequestWithoutSkills()).Id();
        await service.At("2026-06-01 14:00");
        var waiting = await service.Request(request);
        Assert.Equal("open", waiting.Text("state"));
        Assert.Equal("triage", waiting.Text("queue"));
        waiting.Deadline("triage", "missed");
        Assert.Empty(await service.Offers(request));
        Assert.Single(await NoticesToOfficers("331102", request, "deadline"));
    }

    [Fact]
    public async Task A_decision_that_is_late_is_called_for_again_and_not_taken_by_the_clock()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-mould");
        await county.CountyTeam(5);
        var request = await county.Dispatched();
        await county.Decline(request);
        await service.At("2026-06-01 14:00");
        Assert.Equal("arbitration", (await service.Request(request)).Text("queue"));
        Assert.Single(await NoticesToOfficers(LonelyCounty.County, request, "deadline"));
    }

    [Fact]
    public async Task A_first_visit_that_does_not_come_in_time_is_told_once_to_the_officers()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-measure");
        var team = await county.CountyTeam(5);
        var request = await county.Dispatched();
        await county.Accept(request);
        Assert.Equal(Shanghai("2026-06-08 18:00"), await service.Due(request, "first_visit"));
        Assert.Equal(Shanghai("2026-06-23 18:00"), await service.Due(request, "closing"));

        await service.At("2026-06-08 18:00");
        await service.FireDue();
        (await service.Request(request)).Deadline("first_visit", "missed");
        Assert.Single(await NoticesToOfficers(LonelyCounty.County, request, "deadline"));
        Assert.Equal("first_visit", Assert.Single((await service.Timeline(request)).Of("deadline", "miss")).Text("reason"));
        Assert.Equal("accepted", await service.State(request));
        Assert.Equal(team, (await service.Request(request)).Items("teams")[0].Id("teamId"));
    }

    [Fact]
    public async Task A_visit_that_begins_meets_the_first_visit_and_one_that_ends_starts_the_report()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-assembly");
        var team = await county.CountyTeam(5);
        var request = await county.Dispatched();
        await county.Accept(request);
        await county.CompletedVisit(request, team);
        var served = await service.Request(request);
        served.Deadline("first_visit", "met");
        Assert.Equal(Shanghai("2026-06-04 18:00"), served.Deadline("report").Time("dueAt"));
    }

    [Fact]
    public async Task While_a_follow_up_visit_is_booked_no_report_is_owed_and_when_it_is_called_off_it_is_again()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-tool");
        var team = await county.CountyTeam(5);
        var request = await county.Dispatched();
        await county.Accept(request);
        await county.CompletedVisit(request, team);
        var followUp = await county.BookedVisit(request, team, TimeSpan.FromDays(14));
        Assert.DoesNotContain((await service.Request(request)).Items("deadlines"), deadline => deadline.Text("kind") == "report");

        service.Clock.SetShanghai("2026-06-03 10:00");
        await service.LeaderOf(team).Post($"/v1/visits/{followUp}/cancel", new { reason = "not_needed" }).Must();
        Assert.Equal(Shanghai("2026-06-08 18:00"), await service.Due(request, "report"));
    }

    [Fact]
    public async Task A_visit_that_ends_before_the_next_one_owes_no_report_yet()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-valve");
        var team = await county.CountyTeam(5);
        var request = await county.Dispatched();
        await county.Accept(request);
        await county.BookedVisit(request, team, TimeSpan.FromDays(14));
        await county.CompletedVisit(request, team);
        Assert.DoesNotContain((await service.Request(request)).Items("deadlines"), deadline => deadline.Text("kind") == "report");
    }

    [Fact]
    public async Task Seven_days_of_silence_close_a_resolved_request_as_not_confirmed()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-surface");
        var (request, track) = await county.Resolved(await county.CountyTeam(5));
        Assert.Equal(Shanghai("2026-06-08 09:00"), await service.Due(request, "silent_closing"));
        await service.At("2026-06-08 08:59");
        Assert.Equal("resolved", await service.State(request));
        await service.At("2026-06-08 09:00");
        var closed = await service.Request(request);
        Assert.Equal("closed", closed.Text("state"));
        Assert.Equal("not_confirmed", closed.Text("outcome"));
        var seen = await service.Anonymous().Read($"/v1/track/{track}");
        Assert.Equal(["confirm", "reopen"], seen.Items("allowed").Select(action => action.GetValue<string>()));
    }

    private async Task<IReadOnlyList<System.Text.Json.Nodes.JsonNode>> NoticesToOfficers(string region, Guid request, string kind) =>
        [
            .. (await service.Officer(region).Read("/v1/notices"))
                .Items()
                .Where(notice => notice.Id("requestId") == request && notice.Text("kind") == kind),
        ];
}
