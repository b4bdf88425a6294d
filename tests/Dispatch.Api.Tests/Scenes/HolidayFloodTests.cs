using System.Net;
using Dispatch.Api.Tests.Features;
using Xunit;
using static Dispatch.Api.Tests.Features.Reading;

namespace Dispatch.Api.Tests.Scenes;

/// <summary>Saturday 2026-06-20, in the Dragon Boat holiday (06-19 to 06-21): a cloudburst in Longquan. The emergency runs on the clock;
/// ordinary deadlines stand still until Monday.</summary>
public sealed class HolidayFloodTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Longquan = "331181";
    private const string OwnTeam = "T-331181";
    private const string Mushrooms = "T-331126-F";
    private const string Farming = "T-331126-A";

    [Fact]
    public async Task A_flooded_grower_is_helped_by_telephone_within_the_hour_while_ordinary_deadlines_stand_still()
    {
        var fourth = await FourthTeam();
        service.Clock.SetShanghai("2026-06-18 15:00");
        var (ordinary, underway) = await OrdinaryRequests();

        service.Clock.SetShanghai("2026-06-20 08:00");
        var submitted = await service.Officer(Longquan).Post("/v1/requests", Call()).Must(HttpStatusCode.Created);
        var request = submitted.Id();
        Assert.Equal(Shanghai("2026-06-20 08:15"), submitted.Deadline("triage").Time("dueAt"));
        var seen = new Onlookers(service, request, submitted.Text("trackToken"), Longquan, Farming);
        await seen.OnlyTheLeaderDoesNotSee("open", "待派单");

        await ThreeAreAsked(request, seen);
        await SilenceIsRefilled(request, fourth);
        await TheFirstToAcceptHasIt(request, seen, fourth);
        await GuidanceFirstThenTheVisit(request, seen);
        await OrdinaryDeadlinesStoodStill(ordinary, underway);
    }

    private static object Call() =>
        new
        {
            requester = new
            {
                kind = "farmer",
                name = "蔬菜种植户甲",
                phone = "13800138037",
            },
            text = "昨晚暴雨把菜地全淹了，瓜藤倒了一片，沟也堵了，现在该先做什么？求马上来人指导，怕接着发病。",
            skills = new[] { new { code = "agr-disaster" }, new { code = "agr-veg" }, new { code = "agr-plantprot" } },
            location = new
            {
                regionCode = Longquan,
                lat = 27.8795,
                lng = 118.9895,
            },
            urgency = "emergency",
            mode = "one_to_many",
            channel = "phone",
        };

    // In another county of the same city, with the skill at a low level: the fourth best.
    private async Task<Guid> FourthTeam()
    {
        var team = (
            await service
                .Officer()
                .Post(
                    "/v1/teams",
                    new
                    {
                        name = "缙云县农技服务队",
                        kind = "county_team",
                        regionCode = "331122",
                        size = 4,
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();
        await service.Officer().Put($"/v1/teams/{team}/skills", new { skills = new[] { new { code = "agr-disaster", level = 2 } } }).Must();
        return team;
    }

    private async Task<(Guid Ordinary, Guid Underway)> OrdinaryRequests()
    {
        var ordinary = (await service.Given.AnOpenRequest(Mushroom())).Id();
        await service.Officer(Longquan).Post($"/v1/requests/{ordinary}/dispatch").Must();
        Assert.Equal(Shanghai("2026-06-22 18:00"), (await service.LiveOffer(ordinary)).Time("answerDueAt"));
        var (underway, _) = await service.Given.AnAcceptedRequest(OwnTeam, Mushroom());
        Assert.Equal(Shanghai("2026-06-26 18:00"), await service.Due(underway, "first_visit"));
        return (ordinary, underway);
    }

    private static object Mushroom() =>
        new
        {
            requester = new
            {
                kind = "farmer",
                name = "香菇种植户甲",
                phone = "13800138038",
            },
            text = "菌棒发黑，想请人看看。",
            skills = new[] { new { code = "agr-fungi" } },
            location = new { regionCode = Longquan },
        };

    private async Task ThreeAreAsked(Guid request, Onlookers seen)
    {
        var offered = await seen.Officer.Post($"/v1/requests/{request}/dispatch").Must();
        Assert.Equal(("offered", 3), (offered.Text("state"), offered.Number("pendingOffers")));
        Assert.Equal("city", offered.Text("tier"));
        await seen.AllSee("offered", "待接单");
        var offers = await service.Offers(request);
        Assert.Equal(
            new[] { OwnTeam, Mushrooms, Farming }.Select(RunningService.TeamId).Order(),
            offers.Select(offer => offer.Id("teamId")).Order()
        );
        Assert.Equal("county", offers.Single(offer => offer.Id("teamId") == RunningService.TeamId(OwnTeam)).Text("tier"));
        Assert.Equal("city", offers.Single(offer => offer.Id("teamId") == RunningService.TeamId(Farming)).Text("tier"));
        Assert.All(offers, offer => Assert.Equal(Shanghai("2026-06-20 08:20"), offer.Time("answerDueAt")));

        service.Clock.SetShanghai("2026-06-20 08:01");
        await service.Leader(OwnTeam).Read("/v1/notices");
        service.Clock.SetShanghai("2026-06-20 08:03");
        await service.Leader(Farming).Read("/v1/notices");
        Assert.Equal(Shanghai("2026-06-20 08:16"), await AnswerDue(request, OwnTeam));
        Assert.Equal(Shanghai("2026-06-20 08:18"), await AnswerDue(request, Farming));
        service.Clock.SetShanghai("2026-06-20 08:06");
        var unreachable = (await service.Offers(request)).Where(offer => offer["unreachable"]!.GetValue<bool>());
        Assert.Equal(RunningService.TeamId(Mushrooms), Assert.Single(unreachable).Id("teamId"));
    }

    private async Task SilenceIsRefilled(Guid request, Guid fourth)
    {
        await service.At("2026-06-20 08:15");
        Assert.Equal(3, (await service.Request(request)).Number("pendingOffers"));
        await service.At("2026-06-20 08:16");
        var states = await service.OfferStates(request);
        Assert.Equal(("expired", "pending"), (states[RunningService.TeamId(OwnTeam)], states[fourth]));
        Assert.Equal(3, (await service.Request(request)).Number("pendingOffers"));
        var silent = (await service.Offers(request)).Single(offer => offer.Id("teamId") == RunningService.TeamId(OwnTeam));
        await service.Leader(OwnTeam).Post($"/v1/offers/{silent.Id()}/accept").MustRefuse(HttpStatusCode.Conflict, "offer.expired");
    }

    private async Task TheFirstToAcceptHasIt(Guid request, Onlookers seen, Guid fourth)
    {
        service.Clock.SetShanghai("2026-06-20 08:17");
        var offers = (await service.Offers(request)).ToDictionary(offer => offer.Id("teamId"));
        await seen.Leader.Post($"/v1/offers/{offers[RunningService.TeamId(Farming)].Id()}/accept").Must();
        await service
            .LeaderOf(fourth)
            .Post($"/v1/offers/{offers[fourth].Id()}/accept")
            .MustRefuse(HttpStatusCode.Conflict, "request.taken");
        var states = await service.OfferStates(request);
        Assert.Equal(("withdrawn", "withdrawn"), (states[RunningService.TeamId(Mushrooms)], states[fourth]));
        await seen.AllSee("accepted", "已接单");
        Assert.Equal(Shanghai("2026-06-21 08:17"), (await seen.OfficerSees()).Deadline("first_visit").Time("dueAt"));
    }

    private async Task GuidanceFirstThenTheVisit(Guid request, Onlookers seen)
    {
        service.Clock.SetShanghai("2026-06-20 08:25");
        var call = await Book(request, seen, "remote", "2026-06-20 08:30", "2026-06-20 08:45");
        var visit = await Book(request, seen, "on_site", "2026-06-20 13:00", "2026-06-20 15:00");
        service.Clock.SetShanghai("2026-06-20 08:30");
        await seen.Leader.Post($"/v1/visits/{call}/begin").Must();
        (await seen.OfficerSees()).Deadline("first_visit", "met");
        service.Clock.SetShanghai("2026-06-20 08:45");
        await Complete(call, seen, "电话指导：先清沟排水，再扶苗。", 15);

        service.Clock.SetShanghai("2026-06-20 12:00");
        await seen.Leader.Post($"/v1/visits/{visit}/depart").Must();
        Assert.Equal(["completed", "travelling"], (await seen.RequesterSees()).Items("visits").Select(booked => booked.Text("state")));
        service.Clock.SetShanghai("2026-06-20 13:00");
        await seen.Leader.Post($"/v1/visits/{visit}/begin").Must();
        service.Clock.SetShanghai("2026-06-20 15:00");
        await Complete(visit, seen, "清沟、扶苗、喷药防病。", 120);
        Assert.Equal(Shanghai("2026-06-23 15:00"), (await seen.OfficerSees()).Deadline("report").Time("dueAt"));
        await seen.Leader.Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "已排水扶苗，防病指导到位。" }).Must();
        await seen.AllSee("resolved", "待确认");
        service.Clock.SetShanghai("2026-06-21 09:00");
        await seen.Confirm(solved: true, rating: 5);
        await seen.AllSee("closed", "已办结");
    }

    private async Task OrdinaryDeadlinesStoodStill(Guid ordinary, Guid underway)
    {
        await service.At("2026-06-22 17:59");
        var asked = await service.AskedTeam(ordinary);
        Assert.Empty((await service.Timeline(ordinary)).Of("deadline", "miss"));
        await service.At("2026-06-22 18:00");
        Assert.Equal("expired", (await service.OfferStates(ordinary))[asked]);
        Assert.Empty((await service.Timeline(underway)).Of("deadline", "miss"));
    }

    private async Task<DateTimeOffset> AnswerDue(Guid request, string team) =>
        (await service.Offers(request)).Single(offer => offer.Id("teamId") == RunningService.TeamId(team)).Time("answerDueAt");

    private static async Task<Guid> Book(Guid request, Onlookers seen, string form, string start, string end) =>
        (
            await seen
                .Leader.Post(
                    $"/v1/requests/{request}/visits",
                    new
                    {
                        form,
                        start = Shanghai(start),
                        end = Shanghai(end),
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();

    private static Task Complete(Guid visit, Onlookers seen, string findings, int minutes) =>
        seen
            .Leader.Post(
                $"/v1/visits/{visit}/complete",
                new
                {
                    findings,
                    minutes,
                    personTimes = 1,
                }
            )
            .Must();
}
