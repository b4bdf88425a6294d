using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Http;
using Xunit;

namespace Dispatch.Api.Tests.Features.Rights;

/// <summary>All that is held about a person, to the person and to nobody else.</summary>
public sealed class PersonalCopyTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_copy_by_track_token_holds_all_of_that_request()
    {
        var told = await service.Given.AnOpenRequest(
            World.Call("骆一舟", "13944440001", consents: [new { purpose = "publication", given = false }])
        );
        await service.Given.AnOpenRequest(World.Call("骆一舟", "13944440001"));
        var copy = await service.Anonymous().Read($"/v1/track/{told.Text("trackToken")}/personal-copy");
        Assert.Equal("dispatch-personal-copy/1", copy.Text("schema"));
        var one = Assert.Single(copy.Items("requests"));
        Assert.Equal(
            (told.Text("reference"), "骆一舟", "+8613944440001", "骆一舟家门牌七号", 28.2531m),
            (one.Text("reference"), one["requester"]!.Text("name"), one["requester"]!.Text("phone"), one.Text("address"), one.Number("lat"))
        );
        Assert.Contains("13944440001", one.Text("text"), StringComparison.Ordinal);
        Assert.Equal(("publication", "phone"), (one.Items("consents")[0].Text("purpose"), one.Items("consents")[0].Text("channel")));
        Assert.True(one["publicationRefused"]!.GetValue<bool>());
        Assert.NotEmpty(one.Items("history"));
        Assert.DoesNotContain("test-officer", copy.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_read_as_it_is_in_both_languages()
    {
        var track = (await service.Given.AnOpenRequest(World.Call("骆二舟", "13944440002"))).Text("trackToken");
        foreach (
            var (language, head) in new[] { ("zh-CN", "本服务保存的您的个人信息"), ("en", "The personal data this service holds of you") }
        )
        {
            using var answer = await service.Anonymous().In(language).GetAsync($"/v1/track/{track}/personal-copy?form=text");
            Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.StartsWith(head, text, StringComparison.Ordinal);
            Assert.Contains("+8613944440002", text, StringComparison.Ordinal);
        }

        await service
            .Anonymous()
            .GetAsync($"/v1/track/{track}/personal-copy?form=pdf")
            .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
    }

    [Fact]
    public async Task An_account_gets_all_of_its_own_and_the_office_all_of_the_person_in_its_region()
    {
        var mine = service.As("requester", subject: "boat-owner");
        var first = await Posted(mine, World.Call("骆三舟", "13944440003"));
        var second = await Posted(mine, World.Call("骆三舟", "13944440033"));
        var far = (await service.Given.AnOpenRequest(World.Call("骆三舟", "13944440003", region: "331102"))).Id();
        Assert.Equal(new[] { first, second }.Order(), Copied(await mine.Read($"/v1/requests/{first}/personal-copy")).Order());
        Assert.Equal([first], Copied(await service.Officer(World.Yuhuan).Read($"/v1/requests/{first}/personal-copy")));
        Assert.Equal(new[] { first, far }.Order(), Copied(await service.Officer().Read($"/v1/requests/{first}/personal-copy")).Order());
        await service
            .As("requester", subject: "somebody")
            .GetAsync($"/v1/requests/{first}/personal-copy")
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service
            .As("auditor")
            .GetAsync($"/v1/requests/{first}/personal-copy")
            .MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Fact]
    public async Task A_number_is_looked_up_by_the_office_of_the_region_however_it_is_written()
    {
        var here = (await service.Given.AnOpenRequest(World.Call("骆四舟", "13944440004"))).Id();
        await service.Given.AnOpenRequest(World.Call("骆四舟", "13944440004", region: "331102"));
        foreach (var phone in new[] { "13944440004", "+86 139 4444 0004", "139-4444-0004" })
        {
            var found = (await service.Officer(World.Yuhuan).Post("/v1/persons/look-up", new { phone }).Must()).Items();
            Assert.Equal((here, "骆四舟"), (Assert.Single(found).Id("requestId"), found[0].Text("name")));
        }

        Assert.Empty((await service.Officer("440300").Post("/v1/persons/look-up", new { phone = "13944440004" }).Must()).Items());
        await service
            .As("auditor")
            .Post("/v1/persons/look-up", new { phone = "13944440004" })
            .MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Fact]
    public async Task What_is_corrected_is_found_and_shown_and_the_history_holds_no_value()
    {
        var (request, _) = await service.Given.AnAcceptedRequest(call: World.Call("骆五周", "13944440005"));
        var corrected = await service
            .Officer()
            .Post($"/v1/requests/{request}/correct-person", new { name = "骆五舟", phone = "13944440055" })
            .Must();
        Assert.Equal(("骆五舟", "+8613944440055"), (corrected.Text("name"), corrected.Text("phone")));
        var seen = await service.Leader(Given.Expert).Read($"/v1/requests/{request}");
        Assert.Equal(
            ("骆五舟", "+8613944440055", "骆五周家门牌七号"),
            (seen["requester"]!.Text("name"), seen["requester"]!.Text("phone"), seen["location"]!.Text("address"))
        );
        var lookUps = new[] { "13944440005", "13944440055" }.Select(async phone =>
            (await service.Officer().Post("/v1/persons/look-up", new { phone }).Must()).Items().Count
        );
        var counts = await Task.WhenAll(lookUps);
        Assert.Equal((0, 1), (counts[0], counts[1]));
        var line = Assert.Single((await service.Timeline(request)).Of("request", "correct_person"));
        Assert.DoesNotContain("骆五", line.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(
            (await service.Leader(Given.Expert).Read("/v1/notices")).Items(),
            notice => notice.Id("requestId") == request && notice.Text("kind") == "message"
        );
    }

    [Fact]
    public async Task What_was_answered_before_a_correction_is_not_answered_again()
    {
        var (request, offer) = await service.Given.AnOffer(call: World.Call("骆七周", "13944440007"));
        var accept = Guid.NewGuid().ToString();
        var leader = service.Leader(Given.Expert);
        await leader.Post($"/v1/offers/{offer}/accept", key: accept).Must();
        await service.Officer().Post($"/v1/requests/{request}/correct-person", new { phone = "13944440077" }).Must();
        await leader.Post($"/v1/offers/{offer}/accept", key: accept).MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
    }

    [Fact]
    public async Task Of_a_request_held_for_safety_its_handler_alone_is_told_whose_it_is()
    {
        const string phone = "13944440008";
        var plain = (await service.Given.AnOpenRequest(World.Call("骆八舟", phone))).Id();
        var held = (await service.Given.AnOpenRequest(World.InDanger("骆八舟", phone))).Id();
        var (handler, other) = (
            service.As("officer", World.Yuhuan, subject: "handler"),
            service.As("officer", World.Yuhuan, subject: "other")
        );
        await handler.Post($"/v1/requests/{held}/handle-safety-hold").Must();
        foreach (var path in new[] { "personal-copy", "decision" })
        {
            await other.GetAsync($"/v1/requests/{held}/{path}").MustRefuse(HttpStatusCode.Conflict, "request.safety_hold");
            await handler.Read($"/v1/requests/{held}/{path}");
        }

        Assert.Equal([plain], Copied(await other.Read($"/v1/requests/{plain}/personal-copy")));
        Assert.Equal(new[] { plain, held }.Order(), Copied(await handler.Read($"/v1/requests/{plain}/personal-copy")));
        var found = (await other.Post("/v1/persons/look-up", new { phone }).Must()).Items();
        Assert.Equal([plain], found.Select(item => item.Id("requestId")));
    }

    [Fact]
    public async Task The_requester_corrects_by_track_token_and_recognised_again_is_the_one_he_is_now()
    {
        var told = await service.Given.AnOpenRequest(World.Call("骆六周", "13944440006"));
        var place = $"/v1/track/{told.Text("trackToken")}/correct-person";
        await service.Anonymous().Post(place, new { name = "骆六舟", address = "桥东" }).Must();
        var again = await service.Given.AnOpenRequest(World.Call("骆六舟", "13944440006"));
        Assert.Equal(told.Id(), again.Id("likelyDuplicateOf"));
        foreach (object body in new object[] { new { }, new { name = " " }, new { phone = "12" } })
        {
            await service.Anonymous().Post(place, body).MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        }
    }

    private static async Task<Guid> Posted(HttpClient by, object call) =>
        (await by.Post("/v1/requests", call).Must(HttpStatusCode.Created)).Id();

    private static IEnumerable<Guid> Copied(JsonNode copy) => copy.Items("requests").Select(one => one.Id()).Order();
}
