using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class IntakeFromTextTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Pomelo = "家里文旦园有几棵树长势不好，叶子发黄、果子也小，能不能派人来园里看一下。";

    [Fact]
    public async Task A_request_without_skills_gets_those_of_its_text_and_can_be_dispatched()
    {
        var request = await service.Given.AnOpenRequest(Calls.Told(Pomelo));
        var main = request.Items("skills")[0];
        Assert.Equal(("agr-citrus", "suggested"), (main.Text("code"), main.Text("source")));
        Assert.Equal("dispatch", request.Text("queue"));
        var dispatched = await service.Officer().Post($"/v1/requests/{request.Id()}/dispatch").Must();
        Assert.Equal("offered", dispatched.Text("state"));
    }

    [Fact]
    public async Task A_text_nobody_can_read_waits_for_triage_and_is_not_dispatched()
    {
        var request = await service.Given.AnOpenRequest(Calls.Told("帮我。"));
        Assert.Empty(request.Items("skills"));
        Assert.Equal("triage", request.Text("queue"));
        await service.Officer().Post($"/v1/requests/{request.Id()}/dispatch").MustRefuse(HttpStatusCode.Conflict, "request.no_skill");
    }

    [Fact]
    public async Task Skills_that_were_given_are_never_replaced_by_those_of_the_text()
    {
        var request = await service.Given.AnOpenRequest(Calls.Told(Pomelo, skills: ["agr-soil"]));
        var skill = Assert.Single(request.Items("skills"));
        Assert.Equal(("agr-soil", "given"), (skill.Text("code"), skill.Text("source")));
    }

    [Fact]
    public async Task Urgency_left_out_is_read_from_the_text_and_the_requesters_own_word_is_never_lowered()
    {
        const string Urgent = "高温闷棚，菌棒中心发热变软，急！师傅能不能电话先教怎么降温？";
        Assert.Equal("emergency", (await service.Given.AnOpenRequest(Calls.Told(Urgent))).Text("urgency"));
        Assert.Equal("low", (await service.Given.AnOpenRequest(Calls.Told(Urgent, urgency: "low"))).Text("urgency"));
        var plan = await service.Given.AnOpenRequest(
            Calls.Told("想种一批苗木，不懂选苗、栽植间距和修枝，请林业师傅上门讲讲。", urgency: "high")
        );
        Assert.Equal("high", plan.Text("urgency"));
        Assert.NotEqual("high", plan["suggestion"]!.Text("urgency"));
    }

    [Fact]
    public async Task An_officer_sees_what_was_read_and_why_and_a_team_does_not()
    {
        var request = await service.Given.AnOpenRequest(Calls.Told(Pomelo));
        Assert.NotEmpty(request["suggestion"]!.Items("skills")[0]["because"]!.AsArray());
        await service
            .Officer()
            .Post($"/v1/requests/{request.Id()}/offers", new { teamId = RunningService.TeamId(Given.Expert) })
            .Must(HttpStatusCode.Created);
        Assert.Null((await service.Leader(Given.Expert).Read($"/v1/requests/{request.Id()}"))["suggestion"]);
    }

    [Fact]
    public async Task A_persons_correction_takes_the_place_of_what_was_read_and_is_kept_as_one()
    {
        var request = await service.Given.AnOpenRequest(Calls.Told("帮我。"));
        var corrected = await Correct(request, "mec-cnc");
        var skill = Assert.Single(corrected.Items("skills"));
        Assert.Equal(("mec-cnc", "given", 1.0), (skill.Text("code"), skill.Text("source"), skill["confidence"]!.GetValue<double>()));
        Assert.Equal("dispatch", corrected.Text("queue"));
        Assert.Equal(("", "mec-cnc"), await service.Correction(request.Id()));
    }

    [Fact]
    public async Task Saying_again_what_was_read_is_no_correction()
    {
        var request = await service.Given.AnOpenRequest(Calls.Told("香菇菌棒出菇不齐，菇形小，想请懂制菇的师傅来棚里指导采摘和管理。"));
        var read = request.Items("skills").Select(skill => skill.Text("code")).ToArray();
        Assert.Equal("agr-fungi", read[0]);
        await Correct(request, read);
        Assert.Null(await service.Correction(request.Id()));
    }

    private async Task<JsonNode> Correct(JsonNode request, params string[] skills)
    {
        var shown = await service.Officer().GetAsync($"/v1/requests/{request.Id()}");
        return await service
            .Officer()
            .Put(
                $"/v1/requests/{request.Id()}",
                new
                {
                    text = request.Text("text"),
                    location = new { regionCode = "331083" },
                    skills = skills.Select(code => new { code }),
                    urgency = "normal",
                    form = "on_site",
                    mode = "one_to_one",
                },
                shown.Headers.ETag!.ToString()
            )
            .Must();
    }
}
