using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class LookAlikesTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Wear = "机床加工不锈钢件时刀具磨得特别快，一把刀做不到一百件，成本压不下来，请师傅现场会诊。";
    private const string WearAgain = "不锈钢件加工刀具损耗快，一把刀一百件不到就崩，想请专家会诊，价格扛不住。";
    private static readonly string[] Tool = ["mec-tool"];

    [Fact]
    public async Task The_same_requester_and_main_skill_within_fourteen_days_waits_for_a_person_and_does_not_go_out_by_itself()
    {
        var (first, second) = await ToldTwice("13900000001");
        Assert.Equal(first.Id(), second.Id("likelyDuplicateOf"));
        Assert.Equal(("dispatch", "triage"), (first.Text("queue"), second.Text("queue")));
        var notices = (await service.Officer("440305").Read("/v1/notices")).Items();
        Assert.Contains(
            notices,
            notice => notice.Text("text").Contains("疑似重复", StringComparison.Ordinal) && notice.Id("requestId") == second.Id()
        );
        service.Clock.Advance(TimeSpan.FromDays(5));
        await service.FireDue();
        Assert.Equal("open", await service.State(second.Id()));
        Assert.NotEqual("open", await service.State(first.Id()));
    }

    [Fact]
    public async Task Yes_ends_it_as_a_duplicate_and_its_track_token_follows_the_original()
    {
        var (first, second) = await ToldTwice("13900000002");
        var judged = await service.Officer().Post($"/v1/requests/{second.Id()}/judge-duplicate", new { duplicate = true }).Must();
        Assert.Equal(("cancelled", "duplicate"), (judged.Text("state"), judged.Text("cancelReason")));
        Assert.Equal(first.Id(), judged.Id("duplicateOf"));
        await service.Officer().Post($"/v1/requests/{first.Id()}/dispatch").Must();
        var followed = await service.Anonymous().Read($"/v1/track/{second.Text("trackToken")}");
        Assert.Equal("offered", followed.Text("state"));
        Assert.Equal(first.Text("reference"), followed.Text("followsReference"));
        var withdrawn = await service.Anonymous().Post($"/v1/track/{second.Text("trackToken")}/withdraw").Must();
        Assert.Equal("cancelled", withdrawn.Text("state"));
        Assert.Equal("cancelled", await service.State(first.Id()));
    }

    [Fact]
    public async Task No_lets_it_go_on_and_is_not_asked_again()
    {
        var (_, second) = await ToldTwice("13900000003");
        var judged = await service
            .Officer()
            .Post($"/v1/requests/{second.Id()}/judge-duplicate", new { duplicate = false, note = "另一台机床" })
            .Must();
        Assert.Null(judged["likelyDuplicateOf"]);
        Assert.Equal(("open", "dispatch"), (judged.Text("state"), judged.Text("queue")));
        var shown = await service.Officer().GetAsync($"/v1/requests/{second.Id()}");
        var changed = await service
            .Officer()
            .Put(
                $"/v1/requests/{second.Id()}",
                new
                {
                    text = WearAgain,
                    location = new { regionCode = "440305" },
                    skills = new[] { new { code = "mec-tool" }, new { code = "mec-cnc" } },
                    urgency = "high",
                    form = "on_site",
                    mode = "one_to_one",
                },
                shown.Headers.ETag!.ToString()
            )
            .Must();
        Assert.Null(changed["likelyDuplicateOf"]);
        Assert.Equal("另一台机床", Assert.Single((await service.Timeline(second.Id())).Of("request", "deny_duplicate")).Text("reason"));
        await service
            .Officer()
            .Post($"/v1/requests/{second.Id()}/judge-duplicate", new { duplicate = true })
            .MustRefuse(HttpStatusCode.Conflict, "request.no_likely_duplicate");
    }

    [Fact]
    public async Task An_officer_who_dispatches_it_has_said_no()
    {
        var (_, second) = await ToldTwice("13900000004");
        var dispatched = await service.Officer().Post($"/v1/requests/{second.Id()}/dispatch").Must();
        Assert.Equal("offered", dispatched.Text("state"));
        Assert.Null(dispatched["likelyDuplicateOf"]);
        Assert.Single((await service.Timeline(second.Id())).Of("request", "deny_duplicate"));
    }

    [Theory]
    [InlineData("of another requester", "13900000011", "13900000012", "mec-tool", 0)]
    [InlineData("for another skill", "13900000013", "13900000013", "pow-rural", 0)]
    [InlineData("told fifteen days later", "13900000014", "13900000014", "mec-tool", 15)]
    public async Task Nothing_waits_that_is(string why, string firstPhone, string secondPhone, string secondSkill, int daysLater)
    {
        await service.Given.AnOpenRequest(Calls.Told(Wear, skills: Tool, phone: firstPhone));
        service.Clock.Advance(TimeSpan.FromDays(daysLater));
        var second = await service.Given.AnOpenRequest(Calls.Told(WearAgain, skills: [secondSkill], phone: secondPhone));
        Assert.True(second["likelyDuplicateOf"] is null && second.Text("queue") == "dispatch", why);
    }

    [Fact]
    public async Task A_request_that_has_ended_is_repeated_by_nothing()
    {
        var first = await service.Given.AnOpenRequest(Calls.Told(Wear, skills: Tool, phone: "13900000021"));
        await service.Officer().Post($"/v1/requests/{first.Id()}/cancel", new { reason = "withdrawn" }).Must();
        Assert.Null((await service.Given.AnOpenRequest(Calls.Told(WearAgain, skills: Tool, phone: "13900000021")))["likelyDuplicateOf"]);
    }

    [Fact]
    public async Task Neighbours_with_the_same_trouble_are_shown_as_similar_and_none_of_them_waits()
    {
        const string Region = "330483";
        var flooded = new List<JsonNode>();
        for (var house = 1; house <= 14; house++)
        {
            flooded.Add(
                await service.Given.AnOpenRequest(
                    Calls.Told(
                        "昨晚暴雨把菜地全淹了，沟也堵了，现在该先做什么？",
                        skills: ["agr-disaster"],
                        phone: $"139000001{house:D2}",
                        region: Region
                    )
                )
            );
        }

        Assert.All(flooded, request => Assert.Equal("dispatch", request.Text("queue")));
        var similar = (await service.Request(flooded[0].Id())).Items("similar");
        Assert.Equal(10, similar.Count);
        Assert.All(similar, neighbour => Assert.False(neighbour["sameRequester"]!.GetValue<bool>()));
        Assert.Empty(flooded[0].Items("similar"));
    }

    [Fact]
    public async Task A_duplicate_of_another_requester_follows_the_state_and_neither_sees_nor_moves_the_original()
    {
        var mine = await service.Given.AnOpenRequest(Calls.Told(Wear, skills: Tool, name: "甲厂", phone: "13900000031", region: "440305"));
        var theirs = await service.Given.AnOpenRequest(
            Calls.Told(WearAgain, skills: Tool, name: "乙厂", phone: "13900000032", region: "440305")
        );
        await service.Officer().Post($"/v1/requests/{theirs.Id()}/cancel", new { reason = "duplicate", duplicateOf = mine.Id() }).Must();
        await service.Officer().Post($"/v1/requests/{mine.Id()}/dispatch").Must();
        var track = theirs.Text("trackToken");
        var followed = await service.Anonymous().Read($"/v1/track/{track}");
        Assert.Equal(("offered", WearAgain), (followed.Text("state"), followed.Text("text")));
        Assert.Empty(followed.Items("allowed"));
        await service.Anonymous().Post($"/v1/track/{track}/withdraw").MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        Assert.Equal("offered", await service.State(mine.Id()));
    }

    [Fact]
    public async Task A_duplicate_of_a_duplicate_follows_to_the_end_and_a_ring_is_refused()
    {
        var requests = new List<JsonNode>();
        for (var i = 0; i < 3; i++)
        {
            requests.Add(await service.Given.AnOpenRequest(Calls.Told(Wear, skills: Tool, phone: $"1390000004{i}")));
        }

        await Repeat(requests[0], requests[1]).Must();
        var end = await Repeat(requests[2], requests[0]).Must();
        Assert.Equal(requests[1].Id(), end.Id("duplicateOf"));
        await Repeat(requests[1], requests[2]).MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        await service.Officer().Post($"/v1/requests/{requests[1].Id()}/cancel", new { reason = "unmet" }).Must();
        var late = await service.Given.AnOpenRequest(Calls.Told(Wear, skills: Tool, phone: "13900000049"));
        await Repeat(late, requests[1]).MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
    }

    [Fact]
    public async Task The_same_call_typed_in_eight_times_at_once_leaves_one_that_may_go_out()
    {
        var told = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => service.Given.AnOpenRequest(Calls.Told(Wear, skills: Tool, phone: "13900000051")))
        );
        Assert.Single(told, request => request["likelyDuplicateOf"] is null);
    }

    private Task<HttpResponseMessage> Repeat(JsonNode duplicate, JsonNode original) =>
        service.Officer().Post($"/v1/requests/{duplicate.Id()}/cancel", new { reason = "duplicate", duplicateOf = original.Id() });

    private async Task<(JsonNode First, JsonNode Second)> ToldTwice(string phone)
    {
        var first = await service.Given.AnOpenRequest(Calls.Told(Wear, skills: Tool, name: "不锈钢件厂", phone: phone, region: "440305"));
        return (
            first,
            await service.Given.AnOpenRequest(Calls.Told(WearAgain, skills: Tool, name: "不锈钢件厂", phone: phone, region: "440305"))
        );
    }
}
