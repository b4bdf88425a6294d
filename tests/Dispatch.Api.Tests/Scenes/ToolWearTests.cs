using System.Net;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Tests.Features;
using Xunit;
using static Dispatch.Api.Tests.Features.Reading;

namespace Dispatch.Api.Tests.Scenes;

/// <summary>Tuesday 2026-06-02: a firm in Shenzhen has tools that wear out. Nobody in the city knows tools; the province's precision team
/// comes for a consultation with three people.</summary>
public sealed class ToolWearTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Shenzhen = "440300";
    private const string PrecisionTeam = "T-44-1";

    [Fact]
    public async Task A_request_nobody_in_the_city_can_serve_escalates_to_the_province_by_one_click()
    {
        service.Clock.SetShanghai("2026-06-02 10:00");
        var submitted = await service.Officer(Shenzhen).Post("/v1/requests", Call()).Must(HttpStatusCode.Created);
        var request = submitted.Id();
        Assert.Equal("city", submitted.Text("tier"));
        var seen = new Onlookers(service, request, submitted.Text("trackToken"), Shenzhen, PrecisionTeam);
        await seen.OnlyTheLeaderDoesNotSee("open", "待派单");
        await service.Officer("440600").GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");

        var match = await seen.Officer.Read($"/v1/requests/{request}/matches");
        var passed = Assert.Single(match.Items("passedOver"));
        Assert.Equal(("city", "nobody_eligible"), (passed.Text("tier"), passed.Text("reason")));
        Assert.Equal("province", match.Text("tier"));
        Assert.Equal(RunningService.TeamId(PrecisionTeam), match.TeamAt(1));
        Assert.Equal(0, match.Items("candidates")[0].Items("parts").Single(part => part.Text("name") == "nearness").Number("weight"));

        await OneClick(request, seen);
        await TheConsultation(request, seen);
        await TheFigures();
    }

    private static object Call() =>
        new
        {
            requester = new
            {
                kind = "enterprise",
                name = "机械加工企业甲",
                phone = "0755-86001234",
            },
            text = "机床加工不锈钢件时刀具磨得特别快，一把刀做不到一百件，成本压不下来，请师傅现场会诊。",
            skills = new[] { new { code = "mec-tool" }, new { code = "mec-cnc" } },
            location = new
            {
                regionCode = Shenzhen,
                lat = 22.5455,
                lng = 114.0683,
            },
            urgency = "high",
            form = "consultation",
            mode = "many_to_one",
        };

    private async Task OneClick(Guid request, Onlookers seen)
    {
        var offered = await seen.Officer.Post($"/v1/requests/{request}/dispatch").Must();
        Assert.Equal(("offered", "province"), (offered.Text("state"), offered.Text("tier")));
        await seen.AllSee("offered", "待接单");
        var escalation = Assert.Single((await service.Timeline(request)).Of("request", "escalate"));
        Assert.Equal(("nobody_eligible", "city → province"), (escalation.Text("reason"), escalation.Text("note")));
        Assert.Equal("officer", escalation.Text("actorRole"));

        var offer = await service.LiveOffer(request);
        Assert.Equal(RunningService.TeamId(PrecisionTeam), offer.Id("teamId"));
        Assert.Equal(Shanghai("2026-06-02 15:05"), offer.Time("answerDueAt"));
        service.Clock.SetShanghai("2026-06-02 10:02");
        await seen.Leader.Read("/v1/notices");
        Assert.Equal(Shanghai("2026-06-02 15:02"), (await service.LiveOffer(request)).Time("answerDueAt"));

        service.Clock.SetShanghai("2026-06-02 11:00");
        await seen.Leader.Post($"/v1/offers/{offer.Id()}/accept").Must();
        await seen.AllSee("accepted", "已接单");
        Assert.Equal("精密制造劳模工匠服务队", (await seen.RequesterSees()).Text("teamName"));
        Assert.Equal(Shanghai("2026-06-04 18:00"), (await seen.OfficerSees()).Deadline("first_visit").Time("dueAt"));
    }

    private async Task TheConsultation(Guid request, Onlookers seen)
    {
        var three = Enumerable.Range(0, 3).Select(place => SeedFiles.IdOf($"{PrecisionTeam}:member:{place}")).ToList();
        var visit = await seen
            .Leader.Post(
                $"/v1/requests/{request}/visits",
                new
                {
                    start = Shanghai("2026-06-04 14:00"),
                    end = Shanghai("2026-06-04 16:00"),
                    memberIds = three,
                }
            )
            .Must(HttpStatusCode.Created);
        Assert.Equal("consultation", visit.Text("form"));
        service.Clock.SetShanghai("2026-06-04 14:00");
        await seen.Leader.Post($"/v1/visits/{visit.Id()}/begin").Must();
        await seen.AllSee("in_progress", "服务中");

        service.Clock.SetShanghai("2026-06-04 16:00");
        var stranger = SeedFiles.IdOf("T-44-0:member:0");
        await Complete(visit.Id(), seen, [stranger]).MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        var completed = await Complete(visit.Id(), seen, three).Must();
        Assert.Equal(3, completed.Items("attended").Count);
        await seen
            .Leader.Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "更换涂层刀具，调整切削参数。" })
            .Must();
        await seen.AllSee("resolved", "待确认");
        await seen.Officer.Post($"/v1/requests/{request}/confirm", new { solved = true, by = "callback" }).Must();
        await seen.AllSee("closed", "已办结");
    }

    private static Task<HttpResponseMessage> Complete(Guid visit, Onlookers seen, IEnumerable<Guid> members) =>
        seen.Leader.Post(
            $"/v1/visits/{visit}/complete",
            new
            {
                findings = "刀具涂层与材料不匹配，切削速度偏高。",
                minutes = 120,
                attended = members.Select(memberId => new { memberId, minutes = 120 }),
                problems = new[] { new { title = "刀具磨损快", result = "solved" } },
            }
        );

    private async Task TheFigures()
    {
        var june = await service.Officer().Read($"/v1/reports/summary?from=2026-06-01&to=2026-06-30&region={Shenzhen}&groupBy=tier");
        Assert.Equal((1, 3, 1), (june.Figure("services"), june.Figure("service_person_times"), june.Figure("problems_solved")));
        var province = Assert.Single(june.Items("groups"), group => group.Text("key") == "province");
        Assert.Equal(3, province.Figure("service_person_times"));
    }
}
