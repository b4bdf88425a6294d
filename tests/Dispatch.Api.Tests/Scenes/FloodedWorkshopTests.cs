using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Features;
using Xunit;
using static Dispatch.Api.Tests.Features.Reading;

namespace Dispatch.Api.Tests.Scenes;

/// <summary>Thursday 2026-06-18: a cloudburst has flooded a workshop in Pingshan. Two welders and one electrician are needed; one welder is
/// on another job, the first electrician says no. From the call to the requester's word.</summary>
public sealed class FloodedWorkshopTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Two_welders_and_an_electrician_come_together_and_one_service_is_counted_for_the_lead()
    {
        service.Clock.SetShanghai("2026-06-18 08:00");
        var shop = new Workshop(service, "mec-weld", "pow-rural");
        var (lead, welder, spare) = (await shop.MainTeam(8), await shop.MainTeam(5), await shop.MainTeam(2));
        var (refusing, electrician) = (await shop.OtherTeam(7), await shop.OtherTeam(4));
        var submitted = await service.Officer(Workshop.County).Post("/v1/requests", Call()).Must(HttpStatusCode.Created);
        var request = submitted.Id();
        Assert.Equal(
            [("all", "mec-weld", 2), ("all", "pow-rural", 1)],
            submitted
                .Items("requirements")
                .Select(group => (group.Text("mode"), group.Items("skills")[0].Text("code"), group["count"]!.GetValue<int>()))
        );
        // What the groups ask for is asked for.
        Assert.Equal(["mec-weld", "pow-rural"], submitted.Items("skills").Select(skill => skill.Text("code")));

        var match = await service.Officer().Read($"/v1/requests/{request}/matches");
        Assert.Equal(lead, match["joint"]!.Id("leadTeamId"));
        Assert.Equal(
            [refusing, welder],
            match["joint"]!.Items("supports").Select(support => support.Id("teamId")).OrderByDescending(id => id == refusing)
        );

        await service.Officer().Post($"/v1/requests/{request}/dispatch").Must();
        await EverybodyIsTold(request, refusing);
        await shop.Accept(request, welder);
        await shop.Decline(request, refusing);
        await shop.Accept(request, electrician);
        Assert.Equal("待接单", (await Track(submitted)).Text("stateText")[..3]);
        Assert.Null((await Track(submitted))["teamName"]);
        await shop.Accept(request, lead);
        Assert.Equal("accepted", await service.State(request));
        Assert.Contains("mec-weld 8", (await Track(submitted)).Text("teamName"), StringComparison.Ordinal);
        Assert.DoesNotContain(spare, (await service.OfferStates(request)).Keys);

        await TheWork(request, lead, welder, electrician);
        var resolved = await service
            .LeaderOf(lead)
            .Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "支架已焊牢，线路已恢复。" })
            .Must();
        Assert.Equal(["lead", "support", "support"], resolved.Items("teams").Select(team => team.Text("role")));
        await service.Anonymous().Post($"/v1/track/{submitted.Text("trackToken")}/confirm", new { solved = true, rating = 5 }).Must();
        Assert.Equal("closed", await service.State(request));
        await TheFigures(lead, welder, electrician);
    }

    private static object Call() =>
        new
        {
            requester = new
            {
                kind = "enterprise",
                name = "屏山加工车间",
                phone = "13800138555",
            },
            text = "昨夜暴雨车间进水，设备支架脱焊，配电箱跳闸，需要两位焊工和一位电工今天到场。",
            requirements = new object[]
            {
                new
                {
                    mode = "all",
                    skills = new[] { new { code = "mec-weld", minLevel = 2 } },
                    count = 2,
                },
                new { mode = "all", skills = new[] { new { code = "pow-rural" } } },
            },
            location = new
            {
                regionCode = Workshop.County,
                lat = 28.8307,
                lng = 104.3208,
            },
            urgency = "high",
            form = "on_site",
        };

    private async Task EverybodyIsTold(Guid request, Guid electrician)
    {
        var notice = Assert.Single(
            (await service.LeaderOf(electrician).Read("/v1/notices")).Items(),
            notice => notice.Id("requestId") == request
        );
        Assert.Contains("（协办：", notice.Text("text"), StringComparison.Ordinal);
        var english = service.LeaderOf(electrician);
        english.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        notice = Assert.Single((await english.Read("/v1/notices")).Items(), notice => notice.Id("requestId") == request);
        Assert.Contains("(support: ", notice.Text("text"), StringComparison.Ordinal);
    }

    /// <summary>The three teams come on one day; the electrician has to come again on the next.</summary>
    private async Task TheWork(Guid request, Guid lead, Guid welder, Guid electrician)
    {
        service.Clock.SetShanghai("2026-06-18 10:00");
        await Visit(request, electrician, personTimes: 1);
        Assert.Equal("in_progress", await service.State(request));
        await Visit(request, welder, personTimes: 2);
        service.Clock.SetShanghai("2026-06-18 15:00");
        await Visit(request, lead, personTimes: 3);
        service.Clock.SetShanghai("2026-06-19 09:00");
        await Visit(request, electrician, personTimes: 1);
    }

    private async Task Visit(Guid request, Guid team, int personTimes)
    {
        var visit = await new LonelyCounty(service, "mec-weld").BookedVisit(request, team);
        await service.LeaderOf(team).Post($"/v1/visits/{visit}/begin").Must();
        await service
            .LeaderOf(team)
            .Post(
                $"/v1/visits/{visit}/complete",
                new
                {
                    findings = "已抢修。",
                    minutes = 90,
                    personTimes,
                    problems = new[] { new { title = "脱焊或跳闸", result = "solved" } },
                }
            )
            .Must();
    }

    /// <summary>Two days, two services, both the lead's; three times another team had its part; nothing is counted twice.</summary>
    private async Task TheFigures(Guid lead, Guid welder, Guid electrician)
    {
        var june = await service.Officer().Read($"/v1/reports/summary?from=2026-06-18&to=2026-06-19&region={Workshop.County}&groupBy=team");
        Assert.Equal((2, 3), (june.Figure("services"), june.Figure("shared_services")));
        Assert.Equal((7, 4), (june.Figure("service_person_times"), june.Figure("problems_solved")));
        Assert.Equal((2, 0, 7), Of(lead));
        Assert.Equal((0, 1, 0), Of(welder));
        Assert.Equal((0, 2, 0), Of(electrician));
        foreach (var indicator in new[] { "services", "shared_services", "service_person_times", "problems_solved" })
        {
            Assert.Equal(june.Figure(indicator), june.Items("groups").Sum(group => group.Figure(indicator)));
        }

        (decimal Services, decimal Shared, decimal PersonTimes) Of(Guid team)
        {
            var group = Assert.Single(june.Items("groups"), group => group.Text("key") == team.ToString());
            return (group.Figure("services"), group.Figure("shared_services"), group.Figure("service_person_times"));
        }
    }

    private Task<JsonNode> Track(JsonNode submitted) => service.Anonymous().Read($"/v1/track/{submitted.Text("trackToken")}");
}
