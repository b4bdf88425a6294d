using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class HandleSafetyHoldTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Words = "住在石前路七号，觉得活着没意思，好几天没睡。";

    /// <summary>Chinese as it is, so that it can be looked for.</summary>
    internal static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What tells who wrote it, and where from.</summary>
    private static readonly string[] Traces = ["石前路", "活着", "求助人丁", "13800138003", "28.16", "121.23"];

    [Theory]
    [InlineData("officer")]
    [InlineData("auditor")]
    [InlineData("admin")]
    public async Task Before_anybody_handles_it_the_office_sees_kind_county_urgency_number_and_that_it_waits(string role)
    {
        var id = (await Written(Words)).Id();
        var reader = service.As(role, subject: "reader-" + role);
        var view = await reader.Read($"/v1/requests/{id}");
        Assert.Equal(
            ("self_harm", "12356", true, "331083", "triage", "normal"),
            (
                view["safety"]!.Text("kind"),
                view["safety"]!.Text("call"),
                view["safety"]!["held"]!.GetValue<bool>(),
                view["location"]!.Text("regionCode"),
                view.Text("queue"),
                view.Text("urgency")
            )
        );
        Assert.Null(view["safety"]!["handledBy"]);
        await TellsNothing(reader, id);
    }

    [Fact]
    public async Task The_officer_who_takes_it_in_hand_reads_it_and_no_other()
    {
        var id = (await Written(Words)).Id();
        var (handler, other) = (Officer("zhi-ban"), Officer("ling-wai"));
        var handled = await handler.Post($"/v1/requests/{id}/handle-safety-hold").Must();
        Assert.Equal((Words, "+8613800138003"), (handled.Text("text"), handled["requester"]!.Text("phone")));
        Assert.Equal("zhi-ban", handled["safety"]!.Text("handledBy"));
        await TellsNothing(other, id);
        Assert.Equal("zhi-ban", (await other.Read($"/v1/requests/{id}"))["safety"]!.Text("handledBy"));
        var again = await handler.Post($"/v1/requests/{id}/handle-safety-hold").Must();
        Assert.Equal(handled["version"]!.GetValue<long>(), again["version"]!.GetValue<long>());
        Assert.Single(await Actions(handler, id), action => action == "handle_safety_hold");
    }

    [Fact]
    public async Task Another_officer_takes_over_with_a_reason_and_the_first_reads_it_no_more()
    {
        var id = (await Written(Words)).Id();
        var (first, second) = (Officer("bai-ban"), Officer("ye-ban"));
        var key = Guid.NewGuid().ToString();
        await first.Post($"/v1/requests/{id}/handle-safety-hold", new { }, key).Must();
        await second.Post($"/v1/requests/{id}/handle-safety-hold").MustRefuse(HttpStatusCode.Conflict, "request.safety_handled");
        var taken = await second.Post($"/v1/requests/{id}/handle-safety-hold", new { reason = "交接班" }).Must();
        Assert.Equal(Words, taken.Text("text"));
        await TellsNothing(first, id);
        await first.Post($"/v1/requests/{id}/handle-safety-hold", new { }, key).MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
        Assert.Equal(2, (await Actions(second, id)).Count(action => action == "handle_safety_hold"));
    }

    [Fact]
    public async Task Whoever_wrote_it_reads_it_by_account_and_by_token()
    {
        var writer = service.As("requester", subject: "xie-xin-ren");
        var own = await writer.Post("/v1/requests", Call(Words)).Must(HttpStatusCode.Created);
        Assert.Equal(Words, own.Text("text"));
        Assert.Equal(Words, (await writer.Read($"/v1/requests/{own.Id()}")).Text("text"));
        Assert.Equal(Words, (await service.Anonymous().Read($"/v1/track/{own.Text("trackToken")}")).Text("text"));
        Assert.Contains("求助人丁", (await writer.Read("/v1/requests")).ToJsonString(AsWritten), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lifting_and_referring_are_the_handlers_and_take_it_in_hand_when_nobody_has_it()
    {
        var (handler, other) = (Officer("jing-ban"), Officer("pang-ren"));
        var lifted = (await Written(Words)).Id();
        await handler.Post($"/v1/requests/{lifted}/handle-safety-hold").Must();
        await other
            .Post($"/v1/requests/{lifted}/lift-safety-hold", new { reason = "误报" })
            .MustRefuse(HttpStatusCode.Conflict, "request.safety_handled");
        await other
            .Post($"/v1/requests/{lifted}/cancel", new { reason = "referred" })
            .MustRefuse(HttpStatusCode.Conflict, "request.safety_handled");
        await handler.Post($"/v1/requests/{lifted}/lift-safety-hold", new { reason = "已联系本人，情绪平稳" }).Must();
        Assert.Equal(Words, (await other.Read($"/v1/requests/{lifted}")).Text("text"));

        var referred = (await Written(Words)).Id();
        await handler.Post($"/v1/requests/{referred}/cancel", new { reason = "referred", note = "已转心理援助热线" }).Must();
        Assert.Equal(Words, (await handler.Read($"/v1/requests/{referred}")).Text("text"));
        await TellsNothing(other, referred);
    }

    [Fact]
    public async Task What_is_not_shown_is_not_corrected()
    {
        var id = (await Written(Words)).Id();
        var officer = Officer("gai-cuo");
        var change = new
        {
            text = "想聊一聊。",
            location = new { regionCode = "331083" },
            skills = new[] { new { code = "hss-psy" } },
            urgency = "normal",
            form = "on_site",
            mode = "one_to_one",
        };
        await officer.Put($"/v1/requests/{id}", change, "*").MustRefuse(HttpStatusCode.Conflict, "request.safety_hold");
        await officer.Post($"/v1/requests/{id}/handle-safety-hold").Must();
        var changed = await officer.Put($"/v1/requests/{id}", change, "*").Must();
        Assert.True(changed["safety"]!["held"]!.GetValue<bool>());
    }

    [Fact]
    public async Task The_ranking_would_tell_the_place_and_is_the_handlers()
    {
        var id = (await Written(Words)).Id();
        var officer = Officer("kan-tu");
        await officer.GetAsync($"/v1/requests/{id}/matches").MustRefuse(HttpStatusCode.Conflict, "request.safety_hold");
        await officer.Post($"/v1/requests/{id}/handle-safety-hold").Must();
        await officer.GetAsync($"/v1/requests/{id}/matches").Must();
    }

    [Fact]
    public async Task The_office_hears_of_it_at_once_and_every_quarter_of_an_hour_until_somebody_has_it()
    {
        var id = (await Written(Words)).Id();
        var officer = Officer("xun-cha");
        var alarm = Assert.Single(await Heard(officer, id));
        Assert.Contains("12356", alarm, StringComparison.Ordinal);
        service.Clock.Advance(TimeSpan.FromMinutes(15));
        await service.FireDue();
        Assert.Equal(2, (await Heard(officer, id)).Count);
        service.Clock.Advance(TimeSpan.FromMinutes(15));
        await service.FireDue();
        Assert.Equal(3, (await Heard(officer, id)).Count);
        await officer.Post($"/v1/requests/{id}/handle-safety-hold").Must();
        service.Clock.Advance(TimeSpan.FromMinutes(30));
        await service.FireDue();
        Assert.Equal(3, (await Heard(officer, id)).Count);
    }

    [Fact]
    public async Task Words_added_later_hold_the_request_and_take_back_what_was_said_of_it()
    {
        var key = Guid.NewGuid().ToString();
        var officer = Officer("deng-ji");
        var call = Call("最近夜班压力大、睡不好，想找人聊一聊，住在石前路七号。", "hss-psy");
        var request = await officer.Post("/v1/requests", call, key).Must(HttpStatusCode.Created);
        var id = request.Id();
        Assert.Null(request["safety"]);
        await officer.Post($"/v1/requests/{id}/dispatch").Must();
        await service.Anonymous().Post($"/v1/track/{request.Text("trackToken")}/reply", new { text = "其实我不想活了" }).Must();
        var view = await officer.Read($"/v1/requests/{id}");
        Assert.Equal(
            ("open", "triage", "self_harm", 0),
            (view.Text("state"), view.Text("queue"), view["safety"]!.Text("kind"), view["pendingOffers"]!.GetValue<int>())
        );
        await TellsNothing(officer, id);
        await officer.Post("/v1/requests", call, key).MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
        var offers = await officer.Read($"/v1/offers?request={id}");
        Assert.NotEmpty(offers["items"]!.AsArray());
        Assert.DoesNotContain("石前路", offers.ToJsonString(AsWritten), StringComparison.Ordinal);
        await officer.Post($"/v1/requests/{id}/dispatch").MustRefuse(HttpStatusCode.Conflict, "request.safety_hold");
    }

    [Fact]
    public async Task A_lifted_hold_is_not_begun_again_by_a_correction_of_the_same_words_but_by_new_ones()
    {
        var request = await Written(Words);
        var officer = Officer("fu-he");
        await officer.Post($"/v1/requests/{request.Id()}/lift-safety-hold", new { reason = "已联系本人" }).Must();
        var changed = await officer.Put($"/v1/requests/{request.Id()}", Correction(Words + "请来人。"), "*").Must();
        Assert.False(changed["safety"]!["held"]!.GetValue<bool>());
        await service.Anonymous().Post($"/v1/track/{request.Text("trackToken")}/reply", new { text = "还是不想活了" }).Must();
        Assert.True((await officer.Read($"/v1/requests/{request.Id()}"))["safety"]!["held"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Harmless_words_added_later_lower_nothing()
    {
        var request = await Written(Words);
        await service.Anonymous().Post($"/v1/track/{request.Text("trackToken")}/reply", new { text = "没事了，谢谢" }).Must();
        var view = await service.Officer().Read($"/v1/requests/{request.Id()}");
        Assert.Equal(("self_harm", true), (view["safety"]!.Text("kind"), view["safety"]!["held"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Unpaid_wages_wait_with_a_proposed_referral_and_go_out_only_by_an_officer()
    {
        var request = await Written("干了四个月包工头一直不发工资，大家有二十多人。", "hss-legal");
        Assert.Equal(
            ("wage_arrears", "12351", false, true, "triage"),
            (
                request["safety"]!.Text("kind"),
                request["safety"]!.Text("call"),
                request["safety"]!["held"]!.GetValue<bool>(),
                request["safety"]!["referral"]!.GetValue<bool>(),
                request.Text("queue")
            )
        );
        service.Clock.Advance(TimeSpan.FromDays(3));
        await service.FireDue();
        Assert.Equal("open", (await service.Officer().Read($"/v1/requests/{request.Id()}")).Text("state"));
        Assert.NotEqual("open", (await service.Officer().Post($"/v1/requests/{request.Id()}/dispatch").Must()).Text("state"));
    }

    [Theory]
    [InlineData("食堂吃完饭十几个人上吐下泻", "12320")]
    [InlineData("鸡一夜之间死了几十只", "12316")]
    public async Task An_epidemic_is_reported_to_the_office_of_those_who_are_ill(string text, string call) =>
        Assert.Equal(call, (await Written(text))["safety"]!.Text("call"));

    [Fact]
    public async Task Where_current_is_live_only_licensed_electricians_are_asked_whatever_the_main_skill()
    {
        var volunteers = RunningService.TeamId("V-440902");
        Assert.DoesNotContain(volunteers, await Unlicensed("洗衣机不脱水了，请人来修。"));
        Assert.Contains(volunteers, await Unlicensed("洗衣机漏电，一摸外壳手就发麻。"));
    }

    private async Task<List<Guid>> Unlicensed(string text)
    {
        var call = new
        {
            requester = new { kind = "individual", name = "求助人戊" },
            text,
            skills = new[] { new { code = "pow-appliance" } },
            location = new { regionCode = "440902" },
        };
        var request = await service.Officer().Post("/v1/requests", call).Must(HttpStatusCode.Created);
        var match = await service.Officer().Read($"/v1/requests/{request.Id()}/matches");
        return
        [
            .. match["refused"]!
                .AsArray()
                .Where(refused => refused!.Text("reason") == "licence_missing")
                .SelectMany(refused => refused!["teamIds"]!.AsArray().Select(team => Guid.Parse(team!.GetValue<string>()))),
        ];
    }

    private HttpClient Officer(string subject) => service.As("officer", subject: subject);

    private Task<JsonNode> Written(string text, string? skill = null) =>
        service.As("requester", subject: "writer-" + Guid.NewGuid()).Post("/v1/requests", Call(text, skill)).Must(HttpStatusCode.Created);

    private static object Call(string text, string? skill = null) =>
        new
        {
            requester = new
            {
                kind = "individual",
                name = "求助人丁",
                phone = "13800138003",
            },
            text,
            skills = skill is null ? null : new[] { new { code = skill } },
            urgency = "normal",
            location = new
            {
                regionCode = "331083",
                address = "石前路七号",
                lat = 28.1612,
                lng = 121.2345,
            },
        };

    private static object Correction(string text) =>
        new
        {
            text,
            location = new { regionCode = "331083" },
            skills = new[] { new { code = "hss-psy" } },
            urgency = "normal",
            form = "on_site",
            mode = "one_to_one",
        };

    /// <summary>Wherever the request is shown to this reader, nothing leads to who wrote it.</summary>
    private static async Task TellsNothing(HttpClient reader, Guid id)
    {
        var shown = new List<string>
        {
            (await reader.Read($"/v1/requests/{id}")).ToJsonString(AsWritten),
            (await reader.Read($"/v1/requests/{id}/timeline")).ToJsonString(AsWritten),
            (await reader.Read("/v1/requests?page_size=200"))["items"]!.AsArray().Single(item => item!.Id() == id)!.ToJsonString(AsWritten),
        };
        using var notices = await reader.GetAsync("/v1/notices");
        if (notices.StatusCode == HttpStatusCode.OK)
        {
            shown.AddRange(
                (await notices.Json())["items"]!
                    .AsArray()
                    .Where(notice => notice!.Id("requestId") == id)
                    .Select(notice => notice!.ToJsonString(AsWritten))
            );
        }

        Assert.All(shown, text => Assert.All(Traces, trace => Assert.DoesNotContain(trace, text, StringComparison.Ordinal)));
    }

    private static async Task<List<string>> Actions(HttpClient reader, Guid id) =>
        [.. (await reader.Read($"/v1/requests/{id}/timeline"))["items"]!.AsArray().Select(item => item!.Text("action"))];

    private static async Task<List<string>> Heard(HttpClient officer, Guid id) =>
        [
            .. (await officer.Read("/v1/notices"))["items"]!
                .AsArray()
                .Where(notice => notice!.Id("requestId") == id)
                .Select(notice => notice!.Text("text")),
        ];
}
