using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Tests.Features;
using Xunit;
using static Dispatch.Api.Tests.Features.Reading;

namespace Dispatch.Api.Tests.Scenes;

/// <summary>Monday 2026-06-01 to Thursday 06-18: a pomelo grower phones, the retired expert he asks for comes the same afternoon and once
/// more after 14 days, and the grower says that it is solved.</summary>
public sealed class PomeloGrowerTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Yuhuan = "331083";
    private static readonly Guid Expert = RunningService.TeamId(Given.Expert);
    private static readonly Guid ExpertHimself = SeedFiles.IdOf(Given.Expert + ":member:0");

    [Fact]
    public async Task A_growers_call_is_served_the_same_afternoon_followed_up_and_closed_by_his_word()
    {
        service.Clock.SetShanghai("2026-06-01 08:30");
        await service.Given.AnAcceptedRequest(call: Given.PomeloCall(phone: "13800138091"));
        await service.Given.AnAcceptedRequest(call: Given.PomeloCall(phone: "13800138092"));

        service.Clock.SetShanghai("2026-06-01 09:00");
        var (request, seen) = await TheCallIsTypedIn();
        await TheExpertRanksFirst(request);
        var visit = await TheExpertAccepts(request, seen);
        var magnesium = await TheVisit(request, visit, seen);
        await TheFollowUp(request, magnesium, seen);
        await TheGrowerConfirms(request, seen);
        await TheFiguresOfJune();
    }

    private async Task<(Guid Request, Onlookers Seen)> TheCallIsTypedIn()
    {
        var submitted = await service
            .Officer(Yuhuan)
            .Post("/v1/requests", Given.PomeloCall(number: "YH2026060100017", preferred: Expert))
            .Must(HttpStatusCode.Created);
        Assert.Equal(("open", "county", "dispatch"), (submitted.Text("state"), submitted.Text("tier"), submitted.Text("queue")));
        Assert.Equal("phone", submitted.Text("channel"));
        Assert.Equal(Shanghai("2026-06-01 14:00"), submitted.Deadline("triage").Time("dueAt"));
        var seen = new Onlookers(service, submitted.Id(), submitted.Text("trackToken"), Yuhuan, Given.Expert);
        await seen.OnlyTheLeaderDoesNotSee("open", "待派单");
        await seen.RequesterMay("reply", "withdraw");
        return (submitted.Id(), seen);
    }

    private async Task TheExpertRanksFirst(Guid request)
    {
        var match = await service.Officer(Yuhuan).Read($"/v1/requests/{request}/matches");
        Assert.Equal(61, match.Number("evaluated"));
        Assert.Equal(2, match.Number("eligible"));
        var first = match.Items("candidates")[0];
        Assert.Equal(Expert, first.Id("teamId"));
        Assert.Equal("expert_individual", first.Text("kind"));
        Assert.True(first["preferredByName"]!.GetValue<bool>());
        Assert.True(first["bringsAll"]!.GetValue<bool>());
        Assert.Equal((2, 3), (first["load"]!.Number("open"), first["load"]!.Number("capacity")));
        Assert.InRange(first.Number("distanceKm"), 4.5m, 5.5m);
        Assert.Empty(match.Items("passedOver"));
    }

    private async Task<Guid> TheExpertAccepts(Guid request, Onlookers seen)
    {
        service.Clock.SetShanghai("2026-06-01 09:10");
        var offered = await seen.Officer.Post($"/v1/requests/{request}/dispatch").Must();
        Assert.Equal(1, offered.Number("pendingOffers"));
        await seen.AllSee("offered", "待接单");
        var asked = await seen.LeaderSees();
        Assert.Equal("138****8000", asked["requester"]!.Text("phone"));
        Assert.Equal("清港镇", asked["location"]!.Text("address"));
        Assert.Equal(28.25m, asked["location"]!.Number("lat"));

        var told = Assert.Single((await seen.Leader.Read("/v1/notices")).Items(), notice => notice.Id("requestId") == request);
        Assert.Equal("offer", told.Text("kind"));
        await seen.Leader.Post($"/v1/notices/{told.Id()}/read").Must();

        service.Clock.SetShanghai("2026-06-01 10:05");
        var accepted = await seen
            .Leader.Post(
                $"/v1/offers/{told.Id("offerId")}/accept",
                new
                {
                    start = Shanghai("2026-06-01 15:10"),
                    end = Shanghai("2026-06-01 16:40"),
                    memberIds = new[] { ExpertHimself },
                }
            )
            .Must();
        Assert.Equal("accepted", accepted.Text("state"));
        await seen.AllSee("accepted", "已接单");
        var officer = await seen.OfficerSees();
        Assert.Equal(Shanghai("2026-06-08 18:00"), officer.Deadline("first_visit").Time("dueAt"));
        Assert.Equal(Shanghai("2026-06-23 18:00"), officer.Deadline("closing").Time("dueAt"));
        Assert.Equal(Expert, Assert.Single(officer.Items("teams")).Id("teamId"));
        var leader = await seen.LeaderSees();
        Assert.Equal("+8613800138000", leader["requester"]!.Text("phone"));
        Assert.Equal("清港镇", leader["location"]!.Text("address"));
        var requester = await seen.RequesterSees();
        Assert.Equal("玉环农技首席专家（退休返聘）", requester.Text("teamName"));
        Assert.Equal(Shanghai("2026-06-01 15:10"), Assert.Single(requester.Items("visits")).Time("start"));
        Assert.Equal(3, (await seen.Officer.Read($"/v1/teams/{Expert}")).Number("openAssignments"));
        return accepted.Id("visitId");
    }

    private async Task<Guid> TheVisit(Guid request, Guid visit, Onlookers seen)
    {
        service.Clock.SetShanghai("2026-06-01 14:40");
        await seen.Leader.Post($"/v1/visits/{visit}/depart").Must();
        await seen.AllSee("in_progress", "服务中");
        Assert.Equal("travelling", Assert.Single((await seen.RequesterSees()).Items("visits")).Text("state"));

        service.Clock.SetShanghai("2026-06-01 15:10");
        await seen.Leader.Post($"/v1/visits/{visit}/begin").Must();
        (await seen.OfficerSees()).Deadline("first_visit", "met");

        service.Clock.SetShanghai("2026-06-01 16:40");
        var completed = await seen
            .Leader.Post(
                $"/v1/visits/{visit}/complete",
                new
                {
                    findings = "园边排水沟堵塞，根系受淹；叶脉间黄化，缺镁。",
                    minutes = 90,
                    attended = new[] { new { memberId = ExpertHimself, minutes = 90 } },
                    problems = new[]
                    {
                        new
                        {
                            title = "根系受淹",
                            skill = "agr-citrus",
                            result = "solved",
                        },
                        new
                        {
                            title = "缺镁",
                            skill = "agr-soil",
                            result = "partly",
                        },
                    },
                }
            )
            .Must();
        Assert.Equal("completed", completed.Text("state"));
        Assert.Equal(Shanghai("2026-06-04 18:00"), (await seen.OfficerSees()).Deadline("report").Time("dueAt"));
        return completed.Items("problems").Single(problem => problem.Text("title") == "缺镁").Id("problemId");
    }

    private async Task TheFollowUp(Guid request, Guid magnesium, Onlookers seen)
    {
        service.Clock.SetShanghai("2026-06-01 16:50");
        var followUp = await seen
            .Leader.Post(
                $"/v1/requests/{request}/visits",
                new
                {
                    start = Shanghai("2026-06-15 15:00"),
                    end = Shanghai("2026-06-15 16:00"),
                    memberIds = new[] { ExpertHimself },
                }
            )
            .Must(HttpStatusCode.Created);
        await seen
            .Leader.Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "好了。" })
            .MustRefuse(HttpStatusCode.Conflict, "request.visit_open");

        await service.At("2026-06-15 15:00");
        Assert.Empty((await service.Timeline(request)).Of("deadline", "miss"));
        await seen.Leader.Post($"/v1/visits/{followUp.Id()}/begin").Must();
        service.Clock.SetShanghai("2026-06-15 15:50");
        var completed = await seen
            .Leader.Post(
                $"/v1/visits/{followUp.Id()}/complete",
                new
                {
                    findings = "新叶转绿。",
                    minutes = 50,
                    attended = new[] { new { memberId = ExpertHimself, minutes = 50 } },
                    problems = new[] { new { problemId = magnesium, result = "solved" } },
                }
            )
            .Must();
        var problem = Assert.Single(completed.Items("problems"));
        Assert.Equal((magnesium, "缺镁", "solved"), (problem.Id("problemId"), problem.Text("title"), problem.Text("result")));
        await seen.AllSee("in_progress", "服务中");

        service.Clock.SetShanghai("2026-06-15 16:30");
        await seen.Leader.Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "开沟排水，补施镁肥。" }).Must();
        await seen.AllSee("resolved", "待确认");
        await seen.RequesterMay("confirm", "reopen");
        Assert.Equal("开沟排水，补施镁肥。", (await seen.RequesterSees()).Text("summary"));
        Assert.Equal(2, (await seen.Officer.Read($"/v1/teams/{Expert}")).Number("openAssignments"));
        Assert.Equal(Shanghai("2026-06-22 16:30"), (await seen.OfficerSees()).Deadline("silent_closing").Time("dueAt"));
    }

    private async Task TheGrowerConfirms(Guid request, Onlookers seen)
    {
        await service.At("2026-06-18 10:00");
        Assert.StartsWith("20260601-", (await seen.RequesterSees()).Text("reference"), StringComparison.Ordinal);
        await seen.Confirm(solved: true, rating: 5);
        await seen.AllSee("closed", "已办结");
        await seen.RequesterMay("reopen");
        var closed = await seen.OfficerSees();
        Assert.Equal(("confirmed", "solved"), (closed.Text("outcome"), closed.Text("result")));
        Assert.Equal(Shanghai("2026-06-18 10:00"), closed.Time("closedAt"));
        Assert.DoesNotContain(closed.Items("deadlines"), deadline => deadline.Text("state") is "running" or "missed");
        Assert.Equal("+8613800138000", (await seen.LeaderSees())["requester"]!.Text("phone"));
        Assert.Equal(
            ["submit", "offer", "accept", "begin", "resolve", "confirm"],
            (await service.Timeline(request)).Where(row => row.Text("subject") == "request").Select(row => row.Text("action"))
        );
        await service.At("2026-06-22 16:30");
        Assert.Equal("confirmed", (await seen.OfficerSees()).Text("outcome"));
    }

    private async Task TheFiguresOfJune()
    {
        foreach (var region in new[] { Yuhuan, "331000", "330000" })
        {
            var june = await Summary("2026-06-01", "2026-06-30", region);
            Assert.Equal(2, june.Figure("services"));
            Assert.Equal(2, june.Figure("service_person_times"));
            Assert.Equal(2, june.Figure("problems_found"));
            Assert.Equal(2, june.Figure("problems_solved"));
            Assert.Equal(0, june.Figure("trained_person_times"));
            Assert.Equal(3, june.Figure("requests_received"));
            Assert.Equal(1, june.Figure("requests_confirmed_solved"));
        }

        Assert.Equal(0, (await Summary("2026-06-01", "2026-06-30", "331100")).Figure("services"));
        var firstHalf = await Summary("2026-06-01", "2026-06-14", Yuhuan);
        Assert.Equal((1, 2, 1), (firstHalf.Figure("services"), firstHalf.Figure("problems_found"), firstHalf.Figure("problems_solved")));
    }

    private Task<JsonNode> Summary(string from, string to, string region) =>
        service.Officer().Read($"/v1/reports/summary?from={from}&to={to}&region={region}");
}
