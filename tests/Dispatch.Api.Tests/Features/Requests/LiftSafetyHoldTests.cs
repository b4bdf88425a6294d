using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class LiftSafetyHoldTests(RunningService service) : IClassFixture<RunningService>
{
    private const string ChestPain = "老人胸口痛一小时还在冒冷汗，医疗服务队能不能马上来？";
    private const string Shock = "洗澡时摸到水龙头发麻，是不是漏电？现在已经把闸拉了。";

    [Fact]
    public async Task A_text_that_speaks_of_danger_is_answered_with_what_to_do_and_whom_to_call()
    {
        var request = await Submitted(ChestPain, "hss-medical");
        Assert.Equal("medical", request["safety"]!.Text("kind"));
        Assert.Equal("120", request["safety"]!.Text("call"));
        Assert.True(request["safety"]!["held"]!.GetValue<bool>());
        Assert.Equal("triage", request.Text("queue"));
        Assert.Equal("120", (await service.Anonymous().Read($"/v1/track/{request.Text("trackToken")}"))["safety"]!.Text("call"));
    }

    [Fact]
    public async Task Nothing_dispatches_a_held_request_until_an_officer_lifts_the_hold_with_a_reason()
    {
        var request = (await Submitted(ChestPain, "hss-medical")).Id();
        var officer = service.Officer();
        var team = RunningService.TeamId("T-331126-M");
        await officer.Post($"/v1/requests/{request}/dispatch").MustRefuse(HttpStatusCode.Conflict, "request.safety_hold");
        await officer
            .Post($"/v1/requests/{request}/offers", new { teamId = team })
            .MustRefuse(HttpStatusCode.Conflict, "request.safety_hold");
        await officer.Post($"/v1/requests/{request}/publish").MustRefuse(HttpStatusCode.Conflict, "request.safety_hold");
        await officer
            .Post($"/v1/requests/{request}/arbitrate", new { teamId = team, reason = "急" })
            .MustRefuse(HttpStatusCode.Conflict, "request.safety_hold");
        service.Clock.Advance(TimeSpan.FromDays(3));
        await service.FireDue();
        Assert.Equal("open", (await officer.Read($"/v1/requests/{request}")).Text("state"));

        await officer.Post($"/v1/requests/{request}/lift-safety-hold", new { }).Must(HttpStatusCode.BadRequest);
        await officer.Post($"/v1/requests/{request}/lift-safety-hold", new { reason = "已由 120 处置，转为日常随访" }).Must();
        var dispatched = await officer.Post($"/v1/requests/{request}/dispatch").Must();
        Assert.Equal("offered", dispatched.Text("state"));
        await officer
            .Post($"/v1/requests/{request}/lift-safety-hold", new { reason = "再一次" })
            .MustRefuse(HttpStatusCode.Conflict, "request.not_held");
    }

    [Fact]
    public async Task A_held_text_is_for_the_officer_and_the_one_who_wrote_it()
    {
        var request = await Submitted("觉得活着没意思，好几天没睡，不想让家里人知道。", "hss-psy");
        await service.Officer().Post($"/v1/requests/{request.Id()}/handle-safety-hold").Must();
        Assert.Contains(
            "活着没意思",
            (await service.Officer().Read($"/v1/requests/{request.Id()}")).Text("text"),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "活着",
            (await service.As("auditor").Read($"/v1/requests/{request.Id()}")).Text("text"),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "活着",
            (await service.As("officer", subject: "another").Read("/v1/requests?page_size=200")).ToJsonString(
                HandleSafetyHoldTests.AsWritten
            ),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "活着",
            (await service.Officer().Read("/v1/notices")).ToJsonString(HandleSafetyHoldTests.AsWritten),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Live_current_is_answered_first_and_dispatch_goes_on_to_licensed_teams_only()
    {
        var request = await Submitted(Shock, "pow-rural");
        Assert.Equal("electric_shock", request["safety"]!.Text("kind"));
        Assert.False(request["safety"]!["held"]!.GetValue<bool>());
        var dispatched = await service.Officer().Post($"/v1/requests/{request.Id()}/dispatch").Must();
        Assert.Equal("offered", dispatched.Text("state"));
    }

    [Fact]
    public async Task Harmless_words_hold_nothing()
    {
        var request = await Submitted("猪瘟疫苗打完了，想死你们了，再来讲讲消毒", "liv-epidemic");
        Assert.Null(request["safety"]);
        Assert.Equal("dispatch", request.Text("queue"));
    }

    private Task<JsonNode> Submitted(string text, string skill) =>
        service.Given.AnOpenRequest(
            new
            {
                requester = new
                {
                    kind = "individual",
                    name = "求助人丙",
                    phone = "13800138002",
                },
                text,
                skills = new[] { new { code = skill } },
                location = new { regionCode = "331126" },
            }
        );
}
