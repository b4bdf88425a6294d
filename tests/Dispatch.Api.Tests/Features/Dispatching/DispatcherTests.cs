using System.Net;
using Xunit;
using static Dispatch.Api.Tests.Features.Reading;

namespace Dispatch.Api.Tests.Features.Dispatching;

public sealed class DispatcherTests(RunningService service) : IClassFixture<RunningService>
{
    private const string FirstMorning = "2026-06-01 09:00";

    [Fact]
    public async Task One_click_asks_the_best_team_and_a_decline_moves_on_to_the_next_best()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-cut");
        var (third, first, second) = (await county.CountyTeam(3), await county.CountyTeam(7), await county.CountyTeam(5));
        var request = await county.Dispatched();

        Assert.Equal("offered", await service.State(request));
        Assert.Equal(first, await service.AskedTeam(request));
        await county.Decline(request);
        Assert.Equal(second, await service.AskedTeam(request));
        Assert.Equal("offered", await service.State(request));
        await county.Decline(request);
        Assert.Equal(third, await service.AskedTeam(request));

        var offers = await service.OfferStates(request);
        Assert.Equal("declined", offers[first]);
        Assert.Equal("declined", offers[second]);
        Assert.Equal(2, (await service.Timeline(request)).Of("request", "return").Count);
    }

    [Fact]
    public async Task A_leader_who_declined_no_longer_sees_the_request()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-mould");
        var first = await county.CountyTeam(7);
        var request = await county.Dispatched();
        await service.LeaderOf(first).Read($"/v1/requests/{request}");
        await county.Decline(request);
        await service.LeaderOf(first).GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task Silence_moves_on_at_the_answer_deadline_and_not_a_minute_before()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-cnc");
        var (second, first) = (await county.CountyTeam(4), await county.CountyTeam(6));
        var request = await county.Dispatched();
        Assert.Equal(Shanghai("2026-06-02 18:00"), (await service.LiveOffer(request)).Time("answerDueAt"));

        await service.At("2026-06-02 17:59");
        Assert.Equal(first, await service.AskedTeam(request));
        await service.At("2026-06-02 18:00");
        Assert.Equal(second, await service.AskedTeam(request));
        Assert.Equal("expired", (await service.OfferStates(request))[first]);
        Assert.Equal("answer", Assert.Single((await service.Timeline(request)).Of("deadline", "miss")).Text("reason"));
        Assert.Equal(Shanghai("2026-06-03 18:00"), await service.Due(request, "answer"));
    }

    [Fact]
    public async Task With_nobody_left_in_its_tier_the_request_goes_one_tier_up_and_says_so()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-measure");
        var (own, city, province) = (await county.CountyTeam(3), await county.CityTeam(5), await county.ProvinceTeam(8));
        var request = await county.Dispatched();

        Assert.Equal(own, await service.AskedTeam(request));
        Assert.Equal("county", (await service.Request(request)).Text("tier"));
        await county.Decline(request);
        Assert.Equal(city, await service.AskedTeam(request));
        Assert.Equal("city", (await service.Request(request)).Text("tier"));
        await county.Decline(request);
        Assert.Equal(province, await service.AskedTeam(request));
        Assert.Equal("province", (await service.Request(request)).Text("tier"));
        Assert.Equal(
            ["county → city", "city → province"],
            (await service.Timeline(request)).Of("request", "escalate").Select(row => row.Text("note"))
        );
    }

    [Fact]
    public async Task After_three_bounces_in_a_tier_the_next_tier_is_asked_although_somebody_is_left()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-assembly");
        for (var level = 5; level <= 7; level++)
        {
            await county.CountyTeam(level);
        }

        var left = await county.CountyTeam(4);
        var city = await county.CityTeam(8);
        var request = await county.Dispatched();
        for (var bounce = 1; bounce <= 3; bounce++)
        {
            Assert.Equal("county", (await service.LiveOffer(request)).Text("tier"));
            await county.Decline(request);
        }

        var offer = await service.LiveOffer(request);
        Assert.Equal(city, offer.Id("teamId"));
        Assert.Equal("city", offer.Text("tier"));
        Assert.DoesNotContain(left, (await service.OfferStates(request)).Keys);
    }

    [Fact]
    public async Task After_six_bounces_a_person_decides_although_somebody_is_left()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-surface");
        for (var team = 0; team < 3; team++)
        {
            await county.CountyTeam(4);
            await county.CityTeam(6);
        }

        var left = await county.ProvinceTeam(8);
        var request = await county.Dispatched();
        for (var bounce = 1; bounce <= 6; bounce++)
        {
            await county.Decline(request);
        }

        var waiting = await service.Request(request);
        Assert.Equal("open", waiting.Text("state"));
        Assert.Equal("arbitration", waiting.Text("queue"));
        Assert.False(waiting["automatic"]!.GetValue<bool>());
        Assert.DoesNotContain(left, (await service.OfferStates(request)).Keys);
        Assert.Equal("bounced_too_often", (await service.Timeline(request)).Of("request", "escalate")[^1].Text("reason"));
    }

    [Fact]
    public async Task After_the_last_tier_the_request_waits_for_a_decision_with_its_shortfalls_and_the_officers_hear_of_it()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "mec-valve");
        await county.CountyTeam(5);
        var request = await county.Dispatched();
        await county.Decline(request);

        var waiting = await service.Request(request);
        Assert.Equal("open", waiting.Text("state"));
        Assert.Equal("arbitration", waiting.Text("queue"));
        Assert.Equal("province", waiting.Text("tier"));
        waiting.Deadline("triage");
        var last = (await service.Timeline(request)).Of("request", "escalate")[^1];
        Assert.Equal("nobody_left", last.Text("reason"));
        Assert.NotEmpty(last.Text("note"));

        var match = await service.Officer().Read($"/v1/requests/{request}/matches");
        Assert.Empty(match.Items("candidates"));
        var declined = Assert.Single(match.Items("shortfalls"), shortfall => shortfall.Text("reason") == "declined_before");
        Assert.Equal(1, declined.Number("alone"));
        var notices = (await service.Officer(LonelyCounty.County).Read("/v1/notices")).Items();
        Assert.Contains(
            notices,
            notice =>
                notice.Text("kind") == "queue"
                && notice.Id("requestId") == request
                && notice.Text("text").Contains("裁定派单", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_request_nobody_can_take_goes_straight_to_a_person_when_it_is_dispatched()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "foo-brew");
        var request = await county.Request();
        var waiting = await county.Dispatch(request);
        Assert.Equal("open", waiting.Text("state"));
        Assert.Equal("arbitration", waiting.Text("queue"));
        Assert.Empty(await service.Offers(request));
    }

    [Fact]
    public async Task An_offer_taken_back_by_hand_stops_the_going_on()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "aut-robot");
        await county.CityTeam(5);
        await county.ProvinceTeam(6);
        var request = await county.Dispatched();
        await service.Officer().Post($"/v1/offers/{(await service.LiveOffer(request)).Id()}/withdraw", new { reason = "mistake" }).Must();
        var open = await service.Request(request);
        Assert.Equal("open", open.Text("state"));
        Assert.Equal("dispatch", open.Text("queue"));
        Assert.Equal(0, open.Number("pendingOffers"));
    }

    [Fact]
    public async Task While_an_offer_waits_a_second_click_is_refused()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "aut-lean");
        await county.CountyTeam(5);
        var request = await county.Dispatched();
        await service.Officer().Post($"/v1/requests/{request}/dispatch").MustRefuse(HttpStatusCode.Conflict, "request.offer_live");
        Assert.Single(await service.Offers(request));
    }

    [Fact]
    public async Task An_emergency_asks_three_at_once_refills_and_takes_the_first_who_accepts()
    {
        service.Clock.SetShanghai(FirstMorning);
        var county = new LonelyCounty(service, "aut-quality");
        var (low, best) = (await county.CountyTeam(3), await county.CountyTeam(8));
        var city = await county.CityTeam(5);
        var province = await county.ProvinceTeam(7);
        var request = await county.Dispatched("emergency");

        var asked = await service.Offers(request);
        Assert.Equal(new[] { low, best, city }.Order(), asked.Select(offer => offer.Id("teamId")).Order());
        Assert.All(asked, offer => Assert.Equal("broadcast", offer.Text("way")));
        var refusing = asked.Single(offer => offer.Id("teamId") == best);
        await service.LeaderOf(best).Post($"/v1/offers/{refusing.Id()}/decline", new { reason = "too_busy" }).Must();
        Assert.Equal("pending", (await service.OfferStates(request))[province]);

        var accepting = asked.Single(offer => offer.Id("teamId") == low);
        await service.LeaderOf(low).Post($"/v1/offers/{accepting.Id()}/accept").Must();
        var states = await service.OfferStates(request);
        Assert.Equal(("accepted", "declined"), (states[low], states[best]));
        Assert.Equal(("withdrawn", "withdrawn"), (states[city], states[province]));
        var late = asked.Single(offer => offer.Id("teamId") == city);
        await service.LeaderOf(city).Post($"/v1/offers/{late.Id()}/accept").MustRefuse(HttpStatusCode.Conflict, "request.taken");
    }
}
