using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Dispatching;

public sealed class JointWayTests(RunningService service) : IClassFixture<RunningService>
{
    private const string FirstMorning = "2026-06-01 09:00";

    [Fact]
    public async Task One_click_asks_everybody_of_the_plan_at_once_each_for_a_part()
    {
        var shop = At("mec-cut", "aut-robot");
        var (weaker, better, other) = (await shop.MainTeam(3), await shop.MainTeam(7), await shop.OtherTeam());
        var request = await shop.Dispatched(count: 2);

        Assert.Equal("offered", await service.State(request));
        Assert.Equal(
            [$"lead mec-cut asked {better}", $"support mec-cut asked {weaker}", $"support aut-robot asked {other}"],
            (await shop.Parts(request)).OrderBy(part => part.Contains("aut-robot", StringComparison.Ordinal))
        );
        var asked = await service.Offers(request);
        Assert.All(asked, offer => Assert.Equal(("pending", "automatic"), (offer.Text("state"), offer.Text("way"))));
        var offer = asked.Single(offer => offer.Id("teamId") == other);
        Assert.Equal("support", offer.Text("role"));
        Assert.True(offer["part"]!["mandatory"]!.GetValue<bool>());
        Assert.Equal(["aut-robot"], offer["part"]!.Items("skills").Select(code => code.GetValue<string>()));
        Assert.StartsWith("协办：", offer["part"]!.Text("text"), StringComparison.Ordinal);
        // The explanation speaks of the part, not of what others are there for.
        var reason = offer["explanation"]!["candidate"]!.Items("parts")[0].Text("reason");
        Assert.DoesNotContain("缺", reason, StringComparison.Ordinal);
        Assert.Equal("best_of_all", Assert.Single((await service.Timeline(request)).Of("request", "plan")).Text("reason"));
    }

    [Fact]
    public async Task It_is_accepted_when_the_lead_and_every_mandatory_part_have_accepted_and_not_before()
    {
        var shop = At("mec-cnc", "aut-lean");
        var (lead, support, other) = (await shop.MainTeam(7), await shop.MainTeam(3), await shop.OtherTeam());
        var request = await shop.Dispatched(count: 2);

        foreach (var team in new[] { other, lead })
        {
            var taken = await shop.Accept(request, team);
            Assert.NotNull(taken["assignmentId"]);
            Assert.Equal("offered", await service.State(request));
            Assert.Equal(1, (await service.Officer().Read($"/v1/teams/{team}")).Number("openAssignments"));
        }

        await shop.Accept(request, support);
        var accepted = await service.Request(request);
        Assert.Equal("accepted", accepted.Text("state"));
        Assert.Equal(["lead", "support", "support"], accepted.Items("teams").Select(team => team.Text("role")));
        Assert.Equal(lead, accepted.Items("teams")[0].Id("teamId"));
        Assert.Equal(new[] { lead, other, support }.Order(), accepted.Items("teams").Select(team => team.Id("teamId")).Order());
        accepted.Deadline("first_visit");
        Assert.Single((await service.Timeline(request)).Of("request", "accept"));
    }

    [Fact]
    public async Task A_visit_is_booked_with_an_acceptance_only_when_it_is_the_last_one()
    {
        var shop = At("mec-mould", "mec-optic");
        var (lead, support) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        var start = service.Clock.GetUtcNow().AddHours(2);
        var window = new { start, end = start.AddHours(2) };
        var offer = (await shop.OfferTo(request, lead)).Id();

        var problem = await service
            .LeaderOf(lead)
            .Post($"/v1/offers/{offer}/accept", window)
            .MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        Assert.Equal("offered", problem.Text("state"));
        Assert.Equal("pending", (await service.OfferStates(request))[lead]);

        await shop.Accept(request, support);
        var accepted = await service.LeaderOf(lead).Post($"/v1/offers/{offer}/accept", window).Must();
        Assert.NotNull(accepted["visitId"]);
    }

    [Fact]
    public async Task A_part_that_is_declined_goes_to_the_next_best_and_nobody_is_asked_twice()
    {
        var shop = At("mec-measure", "aut-quality");
        var lead = await shop.MainTeam();
        var (third, first, second) = (await shop.OtherTeam(2), await shop.OtherTeam(8), await shop.OtherTeam(5));
        var request = await shop.Dispatched();
        await shop.Accept(request, lead);

        foreach (var team in new[] { first, second })
        {
            Assert.Contains($"support aut-quality asked {team}", await shop.Parts(request));
            await shop.Decline(request, team);
            Assert.Equal("offered", await service.State(request));
        }

        await shop.Accept(request, third);
        Assert.Equal("accepted", await service.State(request));
        Assert.Equal(4, (await service.Offers(request)).Count);
        Assert.Equal("accepted", (await service.OfferStates(request))[lead]);
    }

    [Fact]
    public async Task Silence_over_a_part_moves_it_on_as_a_decline_does()
    {
        var shop = At("mec-assembly", "ict-chip");
        var lead = await shop.MainTeam();
        var (second, first) = (await shop.OtherTeam(2), await shop.OtherTeam(8));
        var request = await shop.Dispatched();
        await shop.Accept(request, lead);
        await service.At("2026-06-02 18:00");
        Assert.Equal("expired", (await service.OfferStates(request))[first]);
        Assert.Contains($"support ict-chip asked {second}", await shop.Parts(request));
    }

    [Fact]
    public async Task With_nobody_left_in_the_county_a_part_is_offered_in_the_city_and_the_request_stays_where_it_is()
    {
        var shop = At("mec-surface", "ict-5g");
        var (lead, own) = (await shop.MainTeam(), await shop.OtherTeam());
        var city = await shop.CityTeam(8, "ict-5g");
        var request = await shop.Dispatched();
        await shop.Accept(request, lead);
        await shop.Decline(request, own);
        Assert.Equal("city", (await shop.OfferTo(request, city)).Text("tier"));
        Assert.Equal("county", (await service.Request(request)).Text("tier"));
    }

    [Fact]
    public async Task With_nobody_left_for_a_part_it_goes_to_the_desk_with_who_has_accepted_kept_and_says_what_is_missing()
    {
        var shop = At("mec-valve", "ict-digital");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Accept(request, lead);
        await shop.Decline(request, other);

        var waiting = await service.Request(request);
        Assert.Equal(("open", "arbitration"), (waiting.Text("state"), waiting.Text("queue")));
        waiting.Deadline("triage");
        Assert.Equal([$"lead mec-valve accepted {lead}", "support ict-digital missing -"], await shop.Parts(request));
        Assert.Equal(1, (await service.Officer().Read($"/v1/teams/{lead}")).Number("openAssignments"));
        var told = Assert.Single((await service.Timeline(request)).Of("request", "miss_part"));
        Assert.Contains("数字化", told.Text("note"), StringComparison.Ordinal);
        var notices = (await service.Officer(Workshop.County).Read("/v1/notices")).Items();
        Assert.Contains(
            notices,
            notice => notice.Id("requestId") == request && notice.Text("text").Contains("联合服务缺", StringComparison.Ordinal)
        );
        // The lead still sees it: it has its part.
        await service.LeaderOf(lead).Read($"/v1/requests/{request}");
    }

    [Fact]
    public async Task While_others_are_still_asked_a_missing_part_is_told_at_once()
    {
        var shop = At("foo-tea", "foo-brew");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Decline(request, other);

        var waiting = await service.Request(request);
        Assert.Equal(("offered", "arbitration"), (waiting.Text("state"), waiting.Text("queue")));
        await shop.Accept(request, lead);
        waiting = await service.Request(request);
        Assert.Equal(("open", "arbitration"), (waiting.Text("state"), waiting.Text("queue")));
        Assert.Single((await service.Timeline(request)).Of("request", "miss_part"));
    }

    [Fact]
    public async Task When_the_lead_declines_the_plan_is_made_anew_around_those_who_have_accepted()
    {
        var shop = At("foo-fruit", "foo-grain");
        var (next, lead) = (await shop.MainTeam(3), await shop.MainTeam(8));
        var (accepted, asked) = (await shop.OtherTeam(8), await shop.OtherTeam(3));
        var request = (
            await service.Given.AnOpenRequest(
                shop.Call([
                    new { mode = "all", skills = new[] { new { code = "foo-fruit" } } },
                    new
                    {
                        mode = "all",
                        skills = new[] { new { code = "foo-grain" } },
                        count = 2,
                    },
                ])
            )
        ).Id();
        await service.Officer().Post($"/v1/requests/{request}/dispatch").Must();
        await shop.Accept(request, accepted);
        await shop.Decline(request, lead);

        Assert.Equal(
            new[] { $"lead foo-fruit asked {next}", $"support foo-grain accepted {accepted}", $"support foo-grain asked {asked}" }.Order(),
            (await shop.Parts(request)).Order()
        );
        // Who had accepted is not asked again; who was only asked was let go and is asked anew.
        Assert.Single(await service.Offers(request), offer => offer.Id("teamId") == accepted);
        Assert.Equal(
            ["pending", "withdrawn"],
            (await service.Offers(request)).Where(offer => offer.Id("teamId") == asked).Select(offer => offer.Text("state")).Order()
        );
        await shop.Accept(request, next);
        await shop.Accept(request, asked);
        Assert.Equal("accepted", await service.State(request));
    }

    [Fact]
    public async Task Without_another_lead_those_who_have_accepted_are_kept_and_a_person_decides()
    {
        var shop = At("foo-teaart", "foo-test");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Accept(request, other);
        await shop.Decline(request, lead);
        Assert.Equal(["lead foo-teaart missing -", $"support foo-test accepted {other}"], await shop.Parts(request));
        Assert.Equal("arbitration", (await service.Request(request)).Text("queue"));
    }

    [Fact]
    public async Task With_nobody_accepted_and_no_lead_left_nothing_of_the_plan_stays()
    {
        var shop = At("ict-security", "ict-ecom");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Decline(request, lead);
        Assert.Empty(await shop.Parts(request));
        Assert.Equal("withdrawn", (await service.OfferStates(request))[other]);
        var waiting = await service.Request(request);
        Assert.Equal(("open", "arbitration"), (waiting.Text("state"), waiting.Text("queue")));
    }

    [Fact]
    public async Task A_tier_that_cannot_fill_every_place_is_passed_over_for_one_that_can()
    {
        var shop = At("chm-polymer", "chm-process");
        var lead = await shop.MainTeam();
        var city = await shop.CityTeam(5, "chm-process");
        var request = await shop.Dispatched();
        Assert.Equal(["lead chm-polymer", "support chm-process"], (await shop.Parts(request)).Select(part => part.Split(" asked ")[0]));
        Assert.Equal("city", (await service.Request(request)).Text("tier"));
        Assert.Equal(new[] { lead, city }.Order(), (await service.Offers(request)).Select(offer => offer.Id("teamId")).Order());
    }

    [Fact]
    public async Task What_no_tier_can_fill_waits_for_a_person_who_is_told_what_is_missing_and_nobody_is_bound_meanwhile()
    {
        var shop = At("chm-concrete", "chm-analysis");
        await shop.MainTeam();
        var request = await shop.Dispatched();
        var waiting = await service.Request(request);
        Assert.Equal(("open", "arbitration"), (waiting.Text("state"), waiting.Text("queue")));
        Assert.Empty(await service.Offers(request));
        var told = (await service.Timeline(request)).Of("request", "escalate")[^1];
        Assert.Equal("joint_incomplete", told.Text("reason"));
        Assert.NotEmpty(told.Text("note"));
    }

    [Fact]
    public async Task Who_gives_its_part_back_before_everybody_has_accepted_is_followed_by_the_next()
    {
        var shop = At("con-civil", "con-port");
        var lead = await shop.MainTeam();
        var (second, first) = (await shop.OtherTeam(2), await shop.OtherTeam(8));
        var request = await shop.Dispatched();
        await shop.Accept(request, first);
        var released = await service.LeaderOf(first).Post($"/v1/requests/{request}/release").Must();
        Assert.Equal("offered", released.Text("state"));
        Assert.Contains($"support con-port asked {second}", await shop.Parts(request));
        await service.LeaderOf(first).GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        Assert.Contains($"lead con-civil asked {lead}", await shop.Parts(request));
    }

    [Fact]
    public async Task When_the_lead_gives_it_back_later_the_supports_keep_their_parts()
    {
        var shop = At("cra-pottery", "cra-carve");
        var (next, lead, support) = (await shop.MainTeam(3), await shop.MainTeam(8), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Accept(request, lead);
        await shop.Accept(request, support);
        await service.LeaderOf(lead).Post($"/v1/requests/{request}/release").Must();
        Assert.Equal([$"lead cra-pottery asked {next}", $"support cra-carve accepted {support}"], await shop.Parts(request));
        await shop.Accept(request, next);
        Assert.Equal("accepted", await service.State(request));
        Assert.Single(await service.Offers(request), offer => offer.Id("teamId") == support);
    }

    [Fact]
    public async Task A_change_of_what_is_asked_lets_everybody_go_and_holds_nothing_against_them()
    {
        var shop = At("for-wood", "for-bamboo");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Accept(request, other);
        var shown = await service.Request(request);
        await service
            .Officer()
            .Send(HttpMethod.Patch, $"/v1/requests/{request}", Patch("""{"urgency":"high"}"""), null, $"\"{shown["version"]}-0\"")
            .Must();
        Assert.Equal([$"lead for-wood asked {lead}", $"support for-bamboo asked {other}"], await shop.Parts(request));
        Assert.Equal(
            ["accepted", "pending"],
            (await service.Offers(request)).Where(offer => offer.Id("teamId") == other).Select(offer => offer.Text("state")).Order()
        );
    }

    [Fact]
    public async Task Cancelling_ends_every_part()
    {
        var shop = At("for-extract", "for-aromatic");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Accept(request, other);
        await service.Officer().Post($"/v1/requests/{request}/cancel", new { reason = "withdrawn" }).Must();
        Assert.Empty(await shop.Parts(request));
        Assert.Equal(0, (await service.Officer().Read($"/v1/teams/{other}")).Number("openAssignments"));
        Assert.Equal("withdrawn", (await service.OfferStates(request))[lead]);
    }

    [Fact]
    public async Task Asked_by_skills_alone_one_click_asks_one_team_unless_an_officer_says_together()
    {
        var shop = At("liv-special", "liv-aqua");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var plain = await shop.PlainRequest();
        await service.Officer().Post($"/v1/requests/{plain}/dispatch").Must();
        Assert.Equal(lead, await service.AskedTeam(plain));

        var together = await shop.PlainRequest();
        await service.Officer().Post($"/v1/requests/{together}/dispatch", new { together = true }).Must();
        Assert.Equal([$"lead liv-special asked {lead}", $"support liv-aqua asked {other}"], await shop.Parts(together));
    }

    [Fact]
    public async Task An_emergency_in_groups_asks_one_team_for_each_part_and_looks_beyond_capacity()
    {
        var shop = At("agr-mach", "agr-disaster");
        var (lead, other) = (await shop.MainTeam(5, capacity: 1), await shop.OtherTeam());
        await shop.MainTeam(2);
        var first = await shop.Dispatched(urgency: "emergency");
        Assert.Equal(2, (await service.Offers(first)).Count);
        await shop.Accept(first, lead);
        await shop.Accept(first, other);
        var second = await shop.Dispatched(urgency: "emergency");
        Assert.Contains(await service.Offers(second), offer => offer.Id("teamId") == lead || offer.Text("role") == "lead");
    }

    private Workshop At(string main, string other)
    {
        service.Clock.SetShanghai(FirstMorning);
        return new Workshop(service, main, other);
    }

    private static StringContent Patch(string json) => new(json, System.Text.Encoding.UTF8, "application/merge-patch+json");
}
