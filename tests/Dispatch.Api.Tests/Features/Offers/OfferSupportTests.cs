using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Offers;

public sealed class OfferSupportTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_further_support_is_asked_and_comes_and_the_request_does_not_move()
    {
        var county = new LonelyCounty(service, "mec-cut");
        var (lead, support) = (await county.CountyTeam(5), await new LonelyCounty(service, "aut-robot").CountyTeam(4));
        var request = await county.Request();
        await county.Pick(request, lead);
        await county.Accept(request);
        var before = (await service.Request(request)).Number("version");

        var offer = await Ask(request, support, "aut-robot").Must(HttpStatusCode.Created);
        Assert.Equal("support", offer.Text("role"));
        Assert.False(offer["part"]!["mandatory"]!.GetValue<bool>());
        Assert.Equal("accepted", await service.State(request));
        await service.LeaderOf(support).Post($"/v1/offers/{offer.Id()}/accept").Must();
        var shown = await service.Request(request);
        Assert.Equal(("accepted", before), (shown.Text("state"), shown.Number("version")));
        Assert.Equal(["lead", "support"], shown.Items("teams").Select(team => team.Text("role")));

        // From acceptance on its leader sees what the lead sees.
        var phone = "+8613800138777";
        Assert.Equal(phone, (await service.LeaderOf(lead).Read($"/v1/requests/{request}"))["requester"]!.Text("phone"));
        Assert.Equal(phone, (await service.LeaderOf(support).Read($"/v1/requests/{request}"))["requester"]!.Text("phone"));
    }

    [Fact]
    public async Task Declined_silent_or_given_back_a_support_never_moves_the_request()
    {
        service.Clock.SetShanghai("2026-06-01 09:00");
        var county = new LonelyCounty(service, "mec-cnc");
        var others = new LonelyCounty(service, "aut-lean");
        var lead = await county.CountyTeam(5);
        var request = await county.Request();
        await county.Pick(request, lead);
        await county.Accept(request);
        await county.CompletedVisit(request, lead);
        var before = await service.Request(request);
        Assert.Equal("in_progress", before.Text("state"));

        var (declining, silent, leaving) = (await others.CountyTeam(4), await others.CountyTeam(4), await others.CountyTeam(4));
        var declined = (await Ask(request, declining, "aut-lean").Must(HttpStatusCode.Created)).Id();
        await service.LeaderOf(declining).Post($"/v1/offers/{declined}/decline", new { reason = "too_busy" }).Must();
        await Ask(request, silent, "aut-lean").Must(HttpStatusCode.Created);
        var left = (await Ask(request, leaving, "aut-lean").Must(HttpStatusCode.Created)).Id();
        await service.LeaderOf(leaving).Post($"/v1/offers/{left}/accept").Must();
        await service.LeaderOf(leaving).Post($"/v1/requests/{request}/release", new { reason = "设备坏了" }).Must();
        await service.At("2026-06-02 18:00");

        var after = await service.Request(request);
        Assert.Equal(("in_progress", before.Number("version")), (after.Text("state"), after.Number("version")));
        var states = await service.OfferStates(request);
        Assert.Equal(("declined", "expired", "accepted"), (states[declining], states[silent], states[leaving]));
        Assert.Equal([lead], after.Items("teams").Select(team => team.Id("teamId")));
        Assert.Equal(0, (await service.Officer().Read($"/v1/teams/{leaving}")).Number("openAssignments"));
        var told = (await service.Officer(LonelyCounty.County).Read("/v1/notices")).Items();
        Assert.Equal(
            3,
            told.Count(notice =>
                notice.Id("requestId") == request && notice.Text("text").Contains("已无队伍承担", StringComparison.Ordinal)
            )
        );
    }

    [Fact]
    public async Task A_support_that_left_is_replaced_in_its_own_part()
    {
        var shop = new Workshop(service, "mec-mould", "mec-optic");
        var (lead, first, second) = (await shop.MainTeam(), await shop.OtherTeam(8), await shop.OtherTeam(2));
        var request = await shop.Dispatched();
        await shop.Accept(request, lead);
        await shop.Accept(request, first);
        await service.LeaderOf(first).Post($"/v1/requests/{request}/release").Must();
        Assert.Equal("accepted", await service.State(request));
        var part = await shop.PartOf(request, "mec-optic", "missing");
        await Ask(request, second, "mec-optic", part).Must(HttpStatusCode.Created);
        await shop.Accept(request, second);
        Assert.Equal([$"lead mec-mould accepted {lead}", $"support mec-optic accepted {second}"], await shop.Parts(request));
        await Ask(request, await shop.OtherTeam(), "mec-optic", part).MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
    }

    [Fact]
    public async Task Before_a_team_has_it_nobody_is_asked_to_support_it()
    {
        var county = new LonelyCounty(service, "mec-measure");
        var team = await county.CountyTeam(5);
        var request = await county.Request();
        await Ask(request, team, "mec-measure").MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
    }

    [Fact]
    public async Task Nobody_supports_itself_and_the_rules_hold_for_a_support_too()
    {
        var county = new LonelyCounty(service, "mec-surface");
        var (lead, idle) = (await county.CountyTeam(5), await county.CountyTeam(3));
        var request = await county.Request();
        await county.Pick(request, lead);
        await county.Accept(request);
        await Ask(request, lead, "mec-surface").MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
        await Ask(request, idle, "mec-valve").MustRefuse(HttpStatusCode.Conflict, "team.not_eligible");
        await Ask(request, idle, "mec-surface").Must(HttpStatusCode.Created);
        await Ask(request, idle, "mec-surface").MustRefuse(HttpStatusCode.Conflict, "request.offer_live");
    }

    [Fact]
    public async Task A_support_books_its_own_visits_and_leaves_the_result_to_the_lead()
    {
        var shop = new Workshop(service, "foo-tea", "foo-brew");
        var (lead, support) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Accept(request, lead);
        await shop.Accept(request, support);
        var county = new LonelyCounty(service, "foo-tea");
        await county.CompletedVisit(request, support);
        Assert.Equal("in_progress", await service.State(request));
        object result = new { result = "solved", summary = "已处理。" };
        await service
            .LeaderOf(support)
            .Post($"/v1/requests/{request}/resolve", result)
            .MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await service.LeaderOf(lead).Post($"/v1/requests/{request}/resolve", result).Must();
        Assert.Equal(0, (await service.Officer().Read($"/v1/teams/{support}")).Number("openAssignments"));
    }

    [Fact]
    public async Task An_officer_gives_a_silent_supports_part_back_by_naming_it()
    {
        var shop = new Workshop(service, "foo-fruit", "foo-grain");
        var (lead, support) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Accept(request, lead);
        await shop.Accept(request, support);
        await service.Officer().Post($"/v1/requests/{request}/release", new { teamId = support }).Must();
        Assert.Equal("accepted", await service.State(request));
        Assert.Equal([lead], (await service.Request(request)).Items("teams").Select(team => team.Id("teamId")));
    }

    [Fact]
    public async Task Putting_it_on_hold_and_resolving_it_take_back_who_was_asked_to_support()
    {
        var county = new LonelyCounty(service, "chm-polymer");
        var others = new LonelyCounty(service, "chm-process");
        var lead = await county.CountyTeam(5);
        var request = await county.Request();
        await county.Pick(request, lead);
        await county.Accept(request);
        var asked = await others.CountyTeam(4);
        await Ask(request, asked, "chm-process").Must(HttpStatusCode.Created);
        await service.Officer().Post($"/v1/requests/{request}/hold").Must();
        Assert.Equal("withdrawn", (await service.OfferStates(request))[asked]);
        await service.Officer().Post($"/v1/requests/{request}/resume").Must();
        await county.CompletedVisit(request, lead);
        await Ask(request, asked, "chm-process").Must(HttpStatusCode.Created);
        await service.LeaderOf(lead).Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "好了。" }).Must();
        Assert.Equal(0, (await service.Request(request)).Number("pendingOffers"));
    }

    private Task<HttpResponseMessage> Ask(Guid request, Guid teamId, string code, Guid? partId = null) =>
        service
            .Officer()
            .Post(
                $"/v1/requests/{request}/support-offers",
                new
                {
                    teamId,
                    skills = new[] { new { code } },
                    partId,
                }
            );
}
