using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Features;
using Dispatch.Api.Tests.Features.DispatchRuns;
using Xunit;
using static Dispatch.Api.Tests.Features.Reading;

namespace Dispatch.Api.Tests.Scenes;

/// <summary>Saturday 2026-06-20, in a holiday: fourteen calls in two hours after a cloudburst in Longquan. They are dispatched village by
/// village in batches; when the county's own team is full, the neighbours of Qingyuan are called in; two dangers wait for a person.</summary>
public sealed class CloudburstTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Longquan = "331181";
    private const string OwnTeam = "T-331181";
    private const string Mushrooms = "T-331126-F";
    private const string Farming = "T-331126-A";
    private const string Power = "T-331126-P";

    private static readonly string[] Vegetables = ["agr-disaster", "agr-veg"];
    private static readonly string[] Fungi = ["agr-disaster", "agr-fungi"];
    private static readonly string[] Lines = ["pow-rural", "pow-line"];

    private int callers;

    private HttpClient Officer => service.Officer(Longquan);

    [Fact]
    public async Task Fourteen_calls_in_two_hours_are_dispatched_by_village_with_the_neighbours_called_in()
    {
        // 08:00, the first village: the county's own team has room for four.
        service.Clock.SetShanghai("2026-06-20 08:00");
        var first = await Calls("城北乡", 28.12, 119.20, Vegetables, Vegetables, Vegetables, Fungi);
        var chest = await Danger("老人胸口痛一小时还在冒冷汗，医疗服务队能不能马上来？");
        await service.At("2026-06-20 08:10");
        var morning = await Committed(await service.PlannedRun(new { requestIds = first.Append(chest) }, Longquan));
        Assert.Equal(("kept_out", "safety_hold"), morning.Outcome(chest));
        Assert.All(first, request => Assert.Equal(RunningService.TeamId(OwnTeam), morning.Item(request).Id("teamId")));
        Assert.Equal(4, morning["counts"]!.Number("offered"));
        await Guided(first, "2026-06-20 08:12", "2026-06-20 08:25");

        // 09:00, the second: everybody at home is busy, so the officer asks the city.
        await service.At("2026-06-20 09:00");
        var second = await Calls("兰巨乡", 28.03, 119.10, Vegetables, Vegetables, Fungi, Fungi);
        var pigs = await Danger("一周内连死七头大猪，皮肤发紫，邻村也有，该怎么办？");
        var plan = await service.PlannedRun(new { requestIds = second.Append(pigs) }, Longquan);
        Assert.All(second, request => Assert.Equal(("left_out", "no_free_place"), plan.Outcome(request)));
        Assert.Equal(("kept_out", "safety_hold"), plan.Outcome(pigs));
        var neighbours = await Committed(await CalledIn(plan, second));
        var asked = second.Select(request => neighbours.Item(request).Id("teamId")).ToHashSet();
        Assert.Equal(new[] { Farming, Mushrooms }.Select(RunningService.TeamId).Order(), asked.Order());
        Assert.All(second, request => Assert.Equal("city", neighbours.Item(request).Text("tier")));
        await Guided(second, "2026-06-20 09:10", "2026-06-20 09:25");

        // 09:50, the third: four without power, and three places with the neighbours' electricians.
        await service.At("2026-06-20 09:50");
        var third = await Calls("塔石街道", 28.08, 119.14, Lines, Lines, Lines);
        var shock = await Call("塔石街道", 28.08, 119.14, "洗澡时摸到水龙头发麻，是不是漏电？现在已经把闸拉了。", ["pow-rural"]);
        var dark = third.Append(shock.Id()).ToList();
        Assert.Equal("electric_shock", shock["safety"]!.Text("kind"));
        var evening = await Committed(await CalledIn(await service.PlannedRun(new { requestIds = dark }, Longquan), dark));
        Assert.Equal((3m, 1m), (evening["counts"]!.Number("offered"), evening["counts"]!.Number("leftOut")));
        Assert.All(evening.Items("assigned"), item => Assert.Equal(RunningService.TeamId(Power), item.Id("teamId")));
        var leftOut = Assert.Single(evening.Items("unassigned"));
        Assert.Equal("places_worth_more", leftOut.Text("reason"));
        await Guided([.. evening.Items("assigned").Select(item => item.Id("requestId"))], "2026-06-20 10:00", "2026-06-20 10:15");

        await NobodyIsForgotten(leftOut.Id("requestId"), first, [chest, pigs]);
    }

    [Fact]
    public async Task A_lens_maker_gets_a_lecture_from_another_province_and_an_unknown_trade_waits_for_a_person()
    {
        service.Clock.SetShanghai("2026-06-26 09:00");
        var lens = (
            await service.Given.AnOpenRequest(
                Firm("331083", 28.14, 121.22, "想给摄像头配套做镜头，本地没人懂，能不能请外省做镜头的团队线上讲一次？", "13800138045")
            )
        ).Id();
        var drone = await service.Given.AnOpenRequest(
            Firm("330411", 30.766, 120.707, "植保无人机电池鼓包、飞控报错，厂家在外地，哪里有人会修？", "13800138046")
        );
        Assert.Equal("triage", drone.Text("queue"));

        var run = await service.PlannedRun(lens, drone.Id());

        Assert.Equal(("kept_out", "unknown_skill"), run.Outcome(drone.Id()));
        Assert.Equal(("planned", "country"), (run.Outcome(lens).State, run.Item(lens).Text("tier")));
        var team = run.Item(lens).Id("teamId");
        Assert.Contains(team, new[] { "T-44-1", "T-4420" }.Select(RunningService.TeamId));
        await service.CommittedRun(run.Id());
        var offer = await service.LiveOffer(lens);
        Assert.Equal(("batch", "country"), (offer.Text("way"), offer.Text("tier")));
        await service.LeaderOf(team).Post($"/v1/offers/{offer.Id()}/accept").Must();
        var form = (await service.Request(lens)).Text("form");
        Assert.Contains(form, new[] { "lecture", "remote" });
        var visit = (
            await service
                .LeaderOf(team)
                .Post(
                    $"/v1/requests/{lens}/visits",
                    new
                    {
                        form,
                        start = Shanghai("2026-06-26 14:00"),
                        end = Shanghai("2026-06-26 15:30"),
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();
        service.Clock.SetShanghai("2026-06-26 14:00");
        await service.LeaderOf(team).Post($"/v1/visits/{visit}/begin").Must();
        service.Clock.SetShanghai("2026-06-26 15:30");
        await Complete(service.LeaderOf(team), visit, "线上讲解镜头装配与偏心调校。", 90);
        await service.LeaderOf(team).Post($"/v1/requests/{lens}/resolve", new { result = "solved", summary = "线上讲授一次。" }).Must();
        Assert.Equal("resolved", await service.State(lens));
        Assert.Equal(
            ("open", "triage"),
            ((await service.Request(drone.Id())).Text("state"), (await service.Request(drone.Id())).Text("queue"))
        );
    }

    private static object Firm(string region, double lat, double lng, string text, string phone) =>
        new
        {
            requester = new
            {
                kind = "enterprise",
                name = "求助企业甲",
                phone,
            },
            text,
            location = new
            {
                regionCode = region,
                lat,
                lng,
            },
        };

    private async Task<List<Guid>> Calls(string village, double lat, double lng, params string[][] skills)
    {
        List<Guid> calls = [];
        foreach (var wanted in skills)
        {
            service.Clock.Advance(TimeSpan.FromSeconds(50));
            var text =
                wanted == Lines
                    ? "暴雨后断电十多户，表箱进水，请检修队优先老人户。"
                    : "昨晚暴雨把菜地和菇棚全淹了，沟也堵了，求马上来人指导。";
            calls.Add((await Call(village, lat, lng, text, wanted)).Id());
        }

        return calls;
    }

    private Task<JsonNode> Call(string village, double lat, double lng, string text, string[] skills) =>
        Officer
            .Post(
                "/v1/requests",
                new
                {
                    requester = new
                    {
                        kind = "farmer",
                        name = $"{village}村民{++callers}",
                        phone = $"138001392{callers:00}",
                    },
                    text,
                    skills = skills.Select(code => new { code }),
                    location = new
                    {
                        regionCode = Longquan,
                        address = village,
                        lat,
                        lng,
                    },
                    urgency = "emergency",
                    channel = "phone",
                }
            )
            .Must(HttpStatusCode.Created);

    private async Task<Guid> Danger(string text)
    {
        var call = await Officer
            .Post(
                "/v1/requests",
                new
                {
                    requester = new
                    {
                        kind = "individual",
                        name = $"村民{++callers}",
                        phone = $"138001392{callers:00}",
                    },
                    text,
                    location = new { regionCode = Longquan },
                }
            )
            .Must(HttpStatusCode.Created);
        Assert.NotNull(call["safety"]);
        return call.Id();
    }

    /// <summary>The neighbours of the same city may be asked, and the plan is made anew from the last one.</summary>
    private async Task<JsonNode> CalledIn(JsonNode plan, IEnumerable<Guid> requests)
    {
        foreach (var request in requests)
        {
            await Officer.Post($"/v1/requests/{request}/escalate", new { reason = "本县队伍已满，请邻县支援" }).Must();
        }

        await Officer.Post($"/v1/dispatch-runs/{plan.Id()}/refresh").Must();
        await service.WorkRuns();
        return await service.Run(plan.Id());
    }

    private async Task<JsonNode> Committed(JsonNode plan)
    {
        Assert.Equal(("planned", 0m), (plan.Text("state"), plan.Number("gap")));
        Assert.True(plan.Number("gained") >= 0);
        await Officer.Post($"/v1/dispatch-runs/{plan.Id()}/commit").Must();
        await service.WorkRuns();
        var run = await service.Run(plan.Id());
        Assert.Equal(("committed", 0m), (run.Text("state"), run["counts"]!.Number("changed")));
        return run;
    }

    /// <summary>Accepted at once, and told by telephone what to do first within half an hour of the call.</summary>
    private async Task Guided(IEnumerable<Guid> requests, string from, string until)
    {
        service.Clock.SetShanghai(from);
        var calls = new List<(HttpClient Leader, Guid Visit)>();
        foreach (var request in requests)
        {
            var offer = await service.LiveOffer(request);
            var leader = service.LeaderOf(offer.Id("teamId"));
            await leader.Post($"/v1/offers/{offer.Id()}/accept").Must();
            var guidance = new
            {
                form = "remote",
                start = Shanghai(from),
                end = Shanghai(until),
            };
            calls.Add((leader, (await leader.Post($"/v1/requests/{request}/visits", guidance).Must(HttpStatusCode.Created)).Id()));
        }

        foreach (var (leader, visit) in calls)
        {
            await leader.Post($"/v1/visits/{visit}/begin").Must();
        }

        service.Clock.SetShanghai(until);
        foreach (var (leader, visit) in calls)
        {
            await Complete(leader, visit, "电话指导：先断电排水，再扶苗。", 10);
        }

        foreach (var request in requests)
        {
            var shown = await service.Request(request);
            Assert.Equal("in_progress", shown.Text("state"));
            shown.Deadline("first_visit", "met");
            // Working days stand still on a holiday; an emergency's clock does not.
            Assert.Equal(Shanghai(until).AddHours(72), shown.Deadline("report").Time("dueAt"));
            Assert.True(Shanghai(until) - shown.Time("createdAt") <= TimeSpan.FromMinutes(30));
        }
    }

    private static Task<JsonNode> Complete(HttpClient leader, Guid visit, string findings, int minutes) =>
        leader
            .Post(
                $"/v1/visits/{visit}/complete",
                new
                {
                    findings,
                    minutes,
                    personTimes = 1,
                }
            )
            .Must();

    private async Task NobodyIsForgotten(Guid leftOut, List<Guid> served, Guid[] dangers)
    {
        // Who is left out of a plan still has the next step that every request has: its desk's deadline sends it out by itself.
        await service.At("2026-06-20 10:15");
        Assert.Equal("offered", await service.State(leftOut));
        Assert.All(await service.Offers(leftOut), offer => Assert.Equal("broadcast", offer.Text("way")));
        foreach (var danger in dangers)
        {
            Assert.Equal("open", await service.State(danger));
            Assert.Empty(await service.Offers(danger));
        }

        foreach (var request in served)
        {
            Assert.Single(await service.Offers(request));
        }

        Assert.Equal(14, callers);
    }
}
