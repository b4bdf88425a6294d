using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Features.Accounts;
using Xunit;

namespace Dispatch.Api.Tests.Features.Rights;

/// <summary>The person goes, the service stays.</summary>
public sealed class ErasureTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Nothing_of_the_person_is_left_and_every_figure_stays()
    {
        const string name = "丘一木";
        const string phone = "13922220001";
        var request = await service.AClosedRequest(name, phone);
        Assert.NotEmpty(await service.Find(name));
        var before = await Report();
        var facts = Facts(await service.Request(request));

        await service.Erase(request);

        Assert.Empty(await service.Find(name, phone));
        Assert.Equal(before, await Report());
        Assert.Equal(facts, Facts(await service.Request(request)));
        var seen = await service.Request(request);
        Assert.Equal("***", seen["requester"]!.Text("name"));
        Assert.Equal("***", seen.Text("text"));
        Assert.Null(seen["requester"]!["phone"]);
        Assert.NotEqual(28.2531m, seen["location"]!.Number("lat"));
        Assert.Single((await service.Timeline(request)).Of("request", "erase"));
        Assert.Empty(await Found(phone));
    }

    [Fact]
    public async Task All_requests_of_the_person_go_together_and_nobody_else_s()
    {
        var (one, other) = (await Open("丘二木", "13922220002"), await Open("丘二木", "13922220002"));
        var neighbour = await Open("丘二木的邻居", "13922220002");
        await service.Erase(one);
        Assert.Equal("***", (await service.Request(other))["requester"]!.Text("name"));
        Assert.Equal("丘二木的邻居", (await service.Request(neighbour))["requester"]!.Text("name"));

        await service.Approve(await service.AskErasure(new { phone = "139 2222 0002", reason = "号码已停用" }));
        Assert.Equal("***", (await service.Request(neighbour))["requester"]!.Text("name"));
    }

    [Fact]
    public async Task Nothing_goes_before_another_has_agreed()
    {
        var request = await Open("丘三木", "13922220003");
        var asked = await service.AskErasure(new { requestId = request, reason = "本人来电要求" });
        Assert.Equal("丘三木", (await service.Request(request))["requester"]!.Text("name"));
        await service.As("officer", subject: "approver").Post($"/v1/approvals/{asked}/refuse", new { note = "不是本人" }).Must();
        Assert.Equal("丘三木", (await service.Request(request))["requester"]!.Text("name"));
    }

    [Fact]
    public async Task A_team_on_the_road_is_told_and_the_request_ends()
    {
        foreach (var phone in new[] { "13922220011", "13922220012" })
        {
            var (request, visit) = await service.Given.AScheduledVisit(call: World.Call("丘四木", phone));
            await service.Leader(Given.Expert).Post($"/v1/visits/{visit}/{(phone[^1] == '1' ? "depart" : "begin")}").Must();
            await service.Erase(request);
            Assert.Equal("cancelled", await service.State(request));
            Assert.Contains(
                (await service.Leader(Given.Expert).Read("/v1/notices")).Items(),
                notice => notice.Id("requestId") == request && notice.Text("kind") == "offer_withdrawn"
            );
            Assert.Empty(await service.Find("丘四木"));
        }
    }

    [Fact]
    public async Task What_waits_for_the_requester_s_word_is_closed_without_it()
    {
        var request = await service.Given.AResolvedRequest(call: World.Call("丘五木", "13922220005"));
        await service.Erase(request);
        var seen = await service.Request(request);
        Assert.Equal(("closed", "not_confirmed"), (seen.Text("state"), seen.Text("outcome")));
    }

    [Fact]
    public async Task The_track_token_ends_and_kept_answers_with_it()
    {
        var (key, call) = (Guid.NewGuid().ToString(), World.Call("丘六木", "13922220006"));
        var told = await service.Officer().Post("/v1/requests", call, key).Must(HttpStatusCode.Created);
        var track = told.Text("trackToken");
        await service.Anonymous().Post($"/v1/track/{track}/reply", new { text = "丘六木补充" }, "same").Must();
        await service.Erase(told.Id());
        await service.Anonymous().GetAsync($"/v1/track/{track}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service.Officer().Post("/v1/requests", call, key).MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
        await service
            .Anonymous()
            .Post($"/v1/track/{track}/reply", new { text = "丘六木补充" }, "same")
            .MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
    }

    [Fact]
    public async Task A_person_who_is_erased_is_neither_corrected_nor_copied_nor_erased_again()
    {
        var request = await Open("丘七木", "13922220007");
        await service.Erase(request);
        var office = service.Officer();
        foreach (
            var call in new[]
            {
                office.Post($"/v1/requests/{request}/correct-person", new { name = "某人" }),
                office.GetAsync($"/v1/requests/{request}/personal-copy"),
                office.Post("/v1/erasures", new { requestId = request, reason = "再次" }),
                office.Post($"/v1/requests/{request}/wish-erasure"),
                office.Post($"/v1/requests/{request}/consents", new { consent = new { purpose = "contact", given = false } }),
            }
        )
        {
            await call.MustRefuse(HttpStatusCode.Conflict, "person.erased");
        }
    }

    [Fact]
    public async Task A_county_erases_what_lies_in_it()
    {
        var (here, there) = (await Open("丘八木", "13922220008"), await Open("丘八木", "13922220008", "331102"));
        await service.Approve(await service.AskErasure(new { requestId = here, reason = "本人来电要求" }));
        Assert.Equal("***", (await service.Request(here))["requester"]!.Text("name"));
        Assert.Equal("丘八木", (await service.Request(there))["requester"]!.Text("name"));
        await service
            .Officer(World.Yuhuan)
            .Post("/v1/erasures", new { requestId = there, reason = "外地" })
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service
            .Officer(World.Yuhuan)
            .Post("/v1/erasures", new { phone = "13922220008", reason = "外地" })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
    }

    [Fact]
    public async Task The_requester_s_own_wish_is_due_in_fifteen_working_days_and_one_officer_answers_it()
    {
        var mine = service.As("requester", subject: "tree-grower");
        var request = (await mine.Post("/v1/requests", World.Call("丘九木", "13922220009")).Must(HttpStatusCode.Created)).Id();
        var wish = await mine.Post($"/v1/requests/{request}/wish-erasure", new { reason = "不再需要" }).Must();
        // From Monday 1 June: the Dragon Boat holiday (19 June) is no working day.
        Assert.Equal("2026-06-23", wish.Time("dueAt").ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd"));
        Assert.Equal(wish.ToJsonString(), (await mine.Post($"/v1/requests/{request}/wish-erasure").Must()).ToJsonString());
        var asked = Assert.Single(
            (await service.Officer(World.Yuhuan).Read("/v1/approvals?kind=erase_person&page_size=200")).Items(),
            item => item["requestIds"]!.AsArray().Any(id => id!.GetValue<Guid>() == request)
        );
        service.Clock.Advance(TimeSpan.FromDays(5));
        await service.As("officer", World.Yuhuan, subject: "one-officer").Post($"/v1/approvals/{asked.Id()}/approve").Must();
        await mine.GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task A_wish_by_track_token_can_be_refused_and_the_requester_learns_why()
    {
        var told = await service.Given.AnOpenRequest(World.Call("丘十木", "13922220010"));
        var track = told.Text("trackToken");
        await service.Anonymous().Post($"/v1/track/{track}/wish-erasure").Must();
        var asked = (await service.Officer(World.Yuhuan).Read("/v1/approvals?state=waiting&page_size=200"))
            .Items()
            .Last(item => item["requestIds"]!.AsArray().Any(id => id!.GetValue<Guid>() == told.Id()));
        await service.Officer(World.Yuhuan).Post($"/v1/approvals/{asked.Id()}/refuse", new { note = "纠纷处理中" }).Must();
        var copy = await service.Anonymous().Read($"/v1/track/{track}/personal-copy");
        Assert.Contains(
            copy["requests"]![0]!.Items("notices"),
            notice => notice.Text("text").Contains("纠纷处理中", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_member_s_name_stays_ten_years_after_the_last_service()
    {
        await using var own = new Own();
        await own.InitializeAsync();
        var team = RunningService.TeamId(Given.Expert);
        var idle = (await own.Officer().Post($"/v1/teams/{team}/members", new { name = "未曾出勤者" }).Must(HttpStatusCode.Created)).Id();
        var busy = (await own.Officer().Post($"/v1/teams/{team}/members", new { name = "出过勤者" }).Must(HttpStatusCode.Created)).Id();
        var (_, visit) = await own.Given.AVisitInService();
        await own.Leader(Given.Expert)
            .Post(
                $"/v1/visits/{visit}/complete",
                new
                {
                    findings = "完成",
                    minutes = 60,
                    attended = new[] { new { memberId = busy, minutes = 60 } },
                }
            )
            .Must();
        await own.Approve(await own.AskErasure(new { memberId = idle, reason = "本人要求" }));
        var names = (await own.Officer().Read($"/v1/teams/{team}")).Items("members").Select(member => member.Text("name")).ToList();
        Assert.DoesNotContain("未曾出勤者", names);
        Assert.Contains("出过勤者", names);
        var refused = await own.As("officer", subject: "asker")
            .Post("/v1/erasures", new { memberId = busy, reason = "本人要求" })
            .MustRefuse(HttpStatusCode.Conflict, "member.record_kept");
        Assert.Contains("2036-06-01", refused.Text("detail"), StringComparison.Ordinal);
        // Ten years with three leap days, to the day.
        own.Clock.Advance(TimeSpan.FromDays(3652));
        await own.As("officer", subject: "asker")
            .Post("/v1/erasures", new { memberId = busy, reason = "本人要求" })
            .MustRefuse(HttpStatusCode.Conflict, "member.record_kept");
        own.Clock.Advance(TimeSpan.FromDays(1));
        await own.Approve(await own.AskErasure(new { memberId = busy, reason = "本人要求" }));
    }

    [Fact]
    public async Task A_member_of_another_region_is_nobody_there_and_an_erased_one_signs_in_as_nobody()
    {
        var member = await service.Given.AMember("member-to-erase");
        await service
            .Officer("331102")
            .Post("/v1/erasures", new { memberId = member, reason = "外地" })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        var (request, _) = await service.Given.AnAcceptedRequest(call: World.Call("丘队友", "13922220013"));
        var visit = await service.Given.BookedVisit(request, member);
        using var him = service.As("member", team: RunningService.TeamId(Given.Expert), subject: "member-to-erase");
        await him.Read($"/v1/visits/{visit}");

        await service.Approve(await service.AskErasure(new { memberId = member, reason = "本人要求" }));
        await him.GetAsync($"/v1/visits/{visit}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await him.GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task Nobody_erases_a_person_in_danger_before_an_officer_has_looked()
    {
        var request = (await service.Given.AnOpenRequest(World.InDanger("丘危急", "13922220014"))).Id();
        await service
            .Officer()
            .Post("/v1/erasures", new { requestId = request, reason = "本人要求" })
            .MustRefuse(HttpStatusCode.Conflict, "request.safety_hold");
        await service
            .Officer()
            .Post("/v1/erasures", new { phone = "13922220014", reason = "本人要求" })
            .MustRefuse(HttpStatusCode.Conflict, "request.safety_hold");
    }

    [Fact]
    public async Task What_the_service_learned_and_decided_from_the_words_goes_with_them()
    {
        var call = (JsonObject)System.Text.Json.JsonSerializer.SerializeToNode(World.Call("丘例句", "13922220015"))!;
        call["wanted"] = new JsonArray(new JsonObject { ["start"] = "2027-06-02T09:00:00+08:00", ["end"] = "2027-06-02T11:00:00+08:00" });
        var dispatched = (await service.Given.AnOpenRequest(call)).Id();
        await service.Officer().Post($"/v1/requests/{dispatched}/dispatch").Must();
        var corrected = await service.Given.AConfirmedCorrection(
            "丘例句家鱼塘里的增氧机一开就跳闸。",
            "pow-rural",
            "13922220016",
            "丘例句"
        );
        await service.As("admin").Post("/v1/suggestion-versions").Must(HttpStatusCode.Created);
        Assert.Equal([("request_window", 1L), ("match_decision", 1L), ("suggestion_lesson", 1L)], await Kept());

        await service.Erase(dispatched);
        await service.Erase(corrected);
        Assert.Equal([("request_window", 0L), ("match_decision", 0L), ("suggestion_lesson", 0L)], await Kept());

        async Task<List<(string, long)>> Kept()
        {
            var kept = new List<(string, long)>();
            foreach (
                var (table, id) in new[]
                {
                    ("request_window", dispatched),
                    ("match_decision", dispatched),
                    ("suggestion_lesson", corrected),
                }
            )
            {
                kept.Add(
                    (table, Math.Min(1, await service.Stored<long>($"select count(*) from {table} where request_id = @id", new { id })))
                );
            }

            return kept;
        }
    }

    [Fact]
    public async Task Exactly_one_of_three_is_named()
    {
        foreach (
            object body in new object[]
            {
                new { reason = "缺" },
                new
                {
                    reason = "多",
                    requestId = Guid.NewGuid(),
                    phone = "13922220000",
                },
            }
        )
        {
            await service.Officer().Post("/v1/erasures", body).MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        }
    }

    private async Task<Guid> Open(string name, string phone, string region = World.Yuhuan) =>
        (await service.Given.AnOpenRequest(World.Call(name, phone, region: region))).Id();

    private async Task<string> Report() =>
        (await service.Officer().Read("/v1/reports/summary?from=2026-06-01&to=2026-12-31&region=331083")).ToJsonString();

    private async Task<IReadOnlyList<JsonNode>> Found(string phone) =>
        (await service.Officer().Post("/v1/persons/look-up", new { phone }).Must()).Items();

    private static string Facts(JsonNode request) =>
        string.Join(
            ' ',
            new[]
            {
                "reference",
                "state",
                "tier",
                "skills",
                "urgency",
                "form",
                "result",
                "outcome",
                "resolvedAt",
                "closedAt",
                "teams",
                "createdAt",
            }.Select(member => request[member]?.ToJsonString())
        );

    private sealed class Own : RunningService, IAsyncDisposable
    {
        ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());
    }
}
