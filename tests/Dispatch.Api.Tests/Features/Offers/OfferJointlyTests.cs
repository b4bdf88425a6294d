using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Offers;

public sealed class OfferJointlyTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task The_proposed_plan_is_offered_to_all_at_once()
    {
        var shop = new Workshop(service, "mec-cut", "aut-robot");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.PlainRequest();
        var offered = await Jointly(request);
        Assert.Equal("offered", offered.Text("state"));
        Assert.Equal(2, offered.Number("pendingOffers"));
        Assert.Equal([$"lead mec-cut asked {lead}", $"support aut-robot asked {other}"], await shop.Parts(request));
        Assert.All(await service.Offers(request), offer => Assert.Equal("picked", offer.Text("way")));
        await service.Officer().Post($"/v1/requests/{request}/joint-offers").MustRefuse(HttpStatusCode.Conflict, "request.offer_live");
    }

    [Fact]
    public async Task What_the_proposed_plan_cannot_fill_waits_for_the_officer_as_a_missing_part()
    {
        var shop = new Workshop(service, "mec-cnc", "aut-lean");
        var lead = await shop.MainTeam();
        var request = await shop.Request();
        var offered = await Jointly(request);
        Assert.Equal(("offered", "arbitration"), (offered.Text("state"), offered.Text("queue")));
        await shop.Accept(request, lead);
        Assert.Equal([$"lead mec-cnc accepted {lead}", "support aut-lean missing -"], await shop.Parts(request));

        var late = await shop.OtherTeam();
        await Jointly(request);
        await shop.Accept(request, late);
        Assert.Equal("accepted", await service.State(request));
    }

    [Fact]
    public async Task An_officer_puts_the_teams_together_and_the_rules_hold_for_each()
    {
        var shop = new Workshop(service, "mec-mould", "mec-optic");
        var (weak, strong, other) = (await shop.MainTeam(2), await shop.MainTeam(8), await shop.OtherTeam());
        var request = await shop.Request(count: 2);
        await Refused("team.not_eligible", HttpStatusCode.Conflict, Part(other, "lead", "mec-optic"));
        await Refused("team.not_eligible", HttpStatusCode.Conflict, Part(weak, "lead", "mec-mould"), Part(strong, "support", "mec-optic"));
        await Refused("body.invalid", HttpStatusCode.UnprocessableEntity, Part(other, "support", "mec-optic"));
        await Refused(
            "body.invalid",
            HttpStatusCode.UnprocessableEntity,
            Part(weak, "lead", "mec-mould"),
            Part(weak, "support", "mec-mould")
        );
        await Refused(
            "body.invalid",
            HttpStatusCode.UnprocessableEntity,
            Part(weak, "lead", "mec-mould"),
            Part(strong, "lead", "mec-mould")
        );
        Assert.Empty(await service.Offers(request));

        await Jointly(
            request,
            Part(weak, "lead", "mec-mould"),
            Part(other, "support", "mec-optic"),
            Part(strong, "support", "mec-mould", mandatory: false)
        );
        await shop.Accept(request, weak);
        Assert.Equal("offered", await service.State(request));
        await shop.Accept(request, other);
        // What is optional is not waited for, and may still come.
        Assert.Equal("accepted", await service.State(request));
        await shop.Accept(request, strong);
        Assert.Equal("accepted", await service.State(request));
        Assert.Equal(3, (await service.Request(request)).Items("teams").Count);

        async Task Refused(string code, HttpStatusCode status, params object[] parts) =>
            await service.Officer().Post($"/v1/requests/{request}/joint-offers", new { parts }).MustRefuse(status, code);
    }

    [Fact]
    public async Task A_missing_part_is_filled_by_hand()
    {
        var shop = new Workshop(service, "mec-measure", "aut-quality");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Accept(request, lead);
        await shop.Decline(request, other);
        var late = await shop.OtherTeam();

        await Jointly(request, Part(late, "support", "aut-quality"));
        Assert.Equal("offered", await service.State(request));
        Assert.Equal([$"lead mec-measure accepted {lead}", $"support aut-quality asked {late}"], await shop.Parts(request));
        await shop.Accept(request, late);
        Assert.Equal("accepted", await service.State(request));
    }

    [Fact]
    public async Task An_optional_part_that_is_declined_is_offered_to_nobody_else()
    {
        var shop = new Workshop(service, "mec-surface", "ict-5g");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        await shop.OtherTeam(2);
        var request = await shop.PlainRequest();
        await Jointly(request, Part(lead, "lead", "mec-surface"), Part(other, "support", "ict-5g", mandatory: false));
        await shop.Decline(request, other);
        Assert.Equal([$"lead mec-surface asked {lead}"], await shop.Parts(request));
        await shop.Accept(request, lead);
        Assert.Equal("accepted", await service.State(request));
    }

    [Fact]
    public async Task A_part_taken_back_by_hand_is_the_officers_to_fill()
    {
        var shop = new Workshop(service, "mec-valve", "ict-digital");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        await shop.OtherTeam(2);
        var request = await shop.Dispatched();
        await service.Officer().Post($"/v1/offers/{(await shop.OfferTo(request, other)).Id()}/withdraw").Must();
        Assert.Equal([$"lead mec-valve asked {lead}", "support ict-digital missing -"], await shop.Parts(request));
        Assert.Equal("arbitration", (await service.Request(request)).Text("queue"));
    }

    [Fact]
    public async Task While_a_plan_waits_nobody_is_asked_for_the_whole()
    {
        var shop = new Workshop(service, "foo-tea", "foo-brew");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Accept(request, lead);
        await shop.Decline(request, other);
        var third = await shop.MainTeam();
        await service
            .Officer()
            .Post($"/v1/requests/{request}/offers", new { teamId = third })
            .MustRefuse(HttpStatusCode.Conflict, "request.joint_plan");
        await service.Officer().Post($"/v1/requests/{request}/publish").MustRefuse(HttpStatusCode.Conflict, "request.joint_plan");
        // A person who decides on one team ends the plan.
        await service.Officer().Post($"/v1/requests/{request}/arbitrate", new { teamId = lead, reason = "一队足够" }).Must();
        Assert.Empty(await shop.Parts(request));
        await shop.Accept(request, lead);
        Assert.Equal("accepted", await service.State(request));
    }

    [Fact]
    public async Task Going_on_without_a_part_is_an_officers_decision_with_a_reason()
    {
        var shop = new Workshop(service, "foo-fruit", "foo-grain");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Accept(request, lead);
        await shop.Decline(request, other);
        var part = await shop.PartOf(request, "foo-grain", "missing");
        var accepted = await service
            .Officer()
            .Post($"/v1/requests/{request}/waive-part", new { partId = part, reason = "电工另约" })
            .Must();
        Assert.Equal("accepted", accepted.Text("state"));
        accepted.Deadline("first_visit");
        var told = Assert.Single((await service.Timeline(request)).Of("request", "waive_part"));
        Assert.Equal("电工另约", told.Text("reason"));
        await service
            .Officer()
            .Post($"/v1/requests/{request}/waive-part", new { partId = part, reason = "再省一次" })
            .MustRefuse(HttpStatusCode.Conflict, "request.no_joint_plan");
    }

    [Fact]
    public async Task A_part_that_is_waived_while_somebody_is_asked_may_still_be_taken()
    {
        var shop = new Workshop(service, "chm-polymer", "chm-process");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Accept(request, lead);
        var part = await shop.PartOf(request, "chm-process", "asked");
        await service.Officer().Post($"/v1/requests/{request}/waive-part", new { partId = part, reason = "不等了" }).Must();
        Assert.Equal("accepted", await service.State(request));
        var shown = Assert.Single((await service.Request(request)).Items("jointTeam"), row => row.Id() == part);
        Assert.Equal(("不等了", false), (shown.Text("waivedBecause"), shown["mandatory"]!.GetValue<bool>()));
        await shop.Accept(request, other);
        Assert.Equal(2, (await service.Request(request)).Items("teams").Count);
    }

    [Fact]
    public async Task The_lead_is_never_waived()
    {
        var shop = new Workshop(service, "chm-concrete", "chm-analysis");
        await shop.MainTeam();
        await shop.OtherTeam();
        var request = await shop.Dispatched();
        var lead = (await service.Request(request)).Items("jointTeam")[0].Id();
        await service
            .Officer()
            .Post($"/v1/requests/{request}/waive-part", new { partId = lead, reason = "不需要" })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
    }

    [Fact]
    public async Task A_plan_given_up_lets_everybody_go_and_may_be_made_again_with_the_same_teams()
    {
        var shop = new Workshop(service, "con-civil", "con-port");
        var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
        var request = await shop.Dispatched();
        await shop.Accept(request, lead);
        var open = await service.Officer().Post($"/v1/requests/{request}/withdraw-plan", new { reason = "mistake" }).Must();
        Assert.Equal(("open", "dispatch"), (open.Text("state"), open.Text("queue")));
        Assert.Empty(open.Items("jointTeam"));
        Assert.Equal(0, (await service.Officer().Read($"/v1/teams/{lead}")).Number("openAssignments"));
        await service.LeaderOf(lead).GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await Jointly(request);
        Assert.Equal([$"lead con-civil asked {lead}", $"support con-port asked {other}"], await shop.Parts(request));
    }

    [Fact]
    public async Task What_a_group_asks_is_asked_of_the_request_at_its_level_and_can_be_taken_back()
    {
        var call = (JsonObject)JsonSerializer.SerializeToNode(new Workshop(service, "liv-special", "liv-aqua").Call(null))!;
        call["skills"] = new JsonArray(new JsonObject { ["code"] = "liv-special" });
        call["requirements"] = JsonNode.Parse(
            """[{"mode":"all","skills":[{"code":"liv-special","minLevel":5}],"count":2},{"mode":"any","skills":[{"code":"liv-aqua"},{"code":"agr-mach"}]}]"""
        );
        var request = await service.Given.AnOpenRequest(call);
        Assert.Equal(
            [("liv-special", 5), ("liv-aqua", 1), ("agr-mach", 1)],
            request.Items("skills").Select(skill => (skill.Text("code"), skill["minLevel"]!.GetValue<int>()))
        );
        var changed = await service
            .Officer()
            .Send(
                HttpMethod.Patch,
                $"/v1/requests/{request.Id()}",
                new StringContent("""{"requirements":[]}""", System.Text.Encoding.UTF8, "application/merge-patch+json"),
                null,
                $"\"{request["version"]}-0\""
            )
            .Must();
        Assert.Empty(changed.Items("requirements"));
        Assert.Equal(3, changed.Items("skills").Count);
    }

    [Theory]
    [InlineData("""[{"mode":"all","skills":[]}]""", "#/requirements/0/skills", "skills_missing")]
    [InlineData("""[{"mode":"all","skills":[{"code":"none"}]}]""", "#/requirements/0/skills/0/code", "skill_unknown")]
    [InlineData("""[{"mode":"any","skills":[{"code":"mec-cut"}],"count":0}]""", "#/requirements/0/count", "inclusive_between")]
    [InlineData("""[{"mode":"any","skills":[{"code":"mec-cut"}],"count":7}]""", "#/requirements/0/count", "inclusive_between")]
    public async Task A_group_that_cannot_be_is_refused_with_its_place(string requirements, string place, string code)
    {
        var call = (JsonObject)JsonSerializer.SerializeToNode(Given.PomeloCall())!;
        call["requirements"] = JsonNode.Parse(requirements);
        var problem = await service.Officer().Post("/v1/requests", call).MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        var error = Assert.Single(problem["errors"]!.AsArray())!;
        Assert.Equal((place, code), (error.Text("pointer"), error.Text("code")));
    }

    [Fact]
    public async Task Nobody_to_lead_is_said()
    {
        var shop = new Workshop(service, "cra-pottery", "cra-carve");
        await shop.OtherTeam();
        var request = await shop.Request();
        await service.Officer().Post($"/v1/requests/{request}/joint-offers").MustRefuse(HttpStatusCode.Conflict, "request.no_joint_plan");
        Assert.Equal("open", await service.State(request));
    }

    private Task<JsonNode> Jointly(Guid request, params object[] parts) =>
        service.Officer().Post($"/v1/requests/{request}/joint-offers", parts.Length == 0 ? new { } : new { parts }).Must();

    private static object Part(Guid teamId, string role, string code, bool? mandatory = null) =>
        new
        {
            teamId,
            role,
            skills = new[] { new { code } },
            mandatory,
        };
}
