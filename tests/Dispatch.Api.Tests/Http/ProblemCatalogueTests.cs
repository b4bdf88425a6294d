using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Api.Tests.Features;
using Dispatch.Api.Tests.Features.Exports;
using Dispatch.Api.Tests.Features.Rights;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Every class of problem, made to happen over HTTP, in each language.</summary>
public sealed class ProblemCatalogueTests(
    RunningService service,
    ServiceOnAFailingStore failing,
    RateLimitsTests.FiveAMinute hurried,
    ProblemCatalogueTests.ServiceToReopen reopened
)
    : IClassFixture<RunningService>,
        IClassFixture<ServiceOnAFailingStore>,
        IClassFixture<RateLimitsTests.FiveAMinute>,
        IClassFixture<ProblemCatalogueTests.ServiceToReopen>
{
    private const string Place = "/v1/teams/";
    private const string ChestPain = "老人胸口痛一小时还在冒冷汗，医疗服务队能不能马上来？";

    /// <summary>What only another server, or another configuration, can show.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["body.too_large"] = "The limit is the real server's own: BodySizeTests asks it in each language.",
    };

    private delegate Task<HttpResponseMessage> Asking(Func<HttpClient, HttpClient> speaking);

    private Dictionary<string, Func<Task<Asking>>> Ways =>
        new(StringComparer.Ordinal)
        {
            ["body.malformed"] = () => Officer(officer => officer.Post("/v1/requests", Api.Raw("""{"text":"""))),
            ["query.invalid"] = () => Officer(officer => officer.GetAsync("/v1/requests?sort=upwards")),
            ["cursor.invalid"] = () => Officer(officer => officer.GetAsync("/v1/requests?cursor=elsewhere")),
            ["idempotency.key_missing"] = () =>
                Officer(officer => officer.Send(HttpMethod.Post, "/v1/requests", Given.PomeloCall(), key: null)),
            ["idempotency.key_malformed"] = () =>
                Officer(officer => officer.Post("/v1/requests", Given.PomeloCall(), new string('k', 256))),
            ["access.unauthenticated"] = () => Ready(speaking => speaking(service.Anonymous()).GetAsync("/v1/requests")),
            ["session.refused"] = () =>
                Ready(speaking => speaking(service.Anonymous()).Post("/v1/sessions", new { login = "nobody", password = "guessed" })),
            ["session.password_to_change"] = async () =>
            {
                var (login, password, _) = await Account();
                return speaking => speaking(service.Anonymous()).Post("/v1/sessions", new { login, password });
            },
            ["account.own"] = async () =>
            {
                var (login, password, id) = await Account();
                var session = await service
                    .Anonymous()
                    .Post(
                        "/v1/password",
                        new
                        {
                            login,
                            password,
                            newPassword = "four words nobody guesses",
                        }
                    )
                    .Must();
                var own = session.Text("accessToken");
                return speaking => speaking(service.Bearer(own)).Post($"/v1/accounts/{id}/disable");
            },
            ["approval.own"] = async () =>
            {
                var asked = await AskedExport();
                return await Officer(officer => officer.Post($"/v1/approvals/{asked}/approve"));
            },
            ["approval.ended"] = async () =>
            {
                var asked = await AskedExport();
                await service.As("officer", subject: "another-officer").Post($"/v1/approvals/{asked}/approve").Must();
                return await Officer(officer => officer.Post($"/v1/approvals/{asked}/approve"));
            },
            ["export.not_ready"] = async () =>
            {
                using var accepted = await service.Officer().AskForExport();
                var place = accepted.Headers.Location!.ToString();
                return await Officer(officer => officer.GetAsync(place + "/file"));
            },
            ["approval.spent"] = async () =>
            {
                var asked = await AskedExport();
                return await Officer(officer => officer.Post($"/v1/exports/{asked}/take"));
            },
            ["person.erased"] = async () =>
            {
                var request = (await service.Given.AnOpenRequest(Given.PomeloCall(phone: "13800138099"))).Id();
                await service.Erase(request);
                return await Officer(officer => officer.Post($"/v1/requests/{request}/correct-person", new { name = "某人" }));
            },
            ["member.record_kept"] = async () =>
            {
                var team = RunningService.TeamId(Given.Expert);
                var member = (
                    await service.Officer().Post($"{Place}{team}/members", new { name = "老队员" }).Must(HttpStatusCode.Created)
                ).Id();
                var attended = new[] { new { memberId = member, minutes = 60 } };
                await service.Given.ACompletedVisit(
                    report: new
                    {
                        findings = "好了。",
                        minutes = 60,
                        attended,
                    }
                );
                return await Officer(officer => officer.Post("/v1/erasures", new { memberId = member, reason = "本人要求" }));
            },
            ["client.two_keys"] = async () =>
            {
                var client = (
                    await service
                        .As("admin")
                        .Post("/v1/clients", new { name = "12345", scopes = new[] { "notices" } })
                        .Must(HttpStatusCode.Created)
                ).Id();
                for (var key = 0; key < 2; key++)
                {
                    await service.As("admin").Post($"/v1/clients/{client}/keys").Must(HttpStatusCode.Created);
                }

                return speaking => speaking(service.As("admin")).Post($"/v1/clients/{client}/keys");
            },
            ["access.forbidden"] = () => Ready(speaking => speaking(service.As("requester")).GetAsync("/v1/reports/summary")),
            ["resource.unknown"] = () => Officer(officer => officer.GetAsync("/v1/regions/999999")),
            ["method.not_allowed"] = () => Officer(officer => officer.DeleteAsync("/v1/skills")),
            ["invalid-transition"] = async () =>
            {
                var request = (await service.Given.AnOpenRequest()).Id();
                return await Officer(officer => officer.Post($"/v1/requests/{request}/resume"));
            },
            ["period.not_over"] = () => Officer(officer => officer.Post("/v1/report-periods/2099-01/close", new { region = "330000" })),
            ["period.closed"] = async () =>
            {
                await service.Officer().Post("/v1/report-periods/2026-04/close", new { region = "330000" }).Must();
                return await Officer(officer => officer.Post("/v1/report-periods/2026-04/close", new { region = "330000" }));
            },
            ["request.taken"] = async () =>
            {
                var county = County("mec-cut");
                var (first, second) = (await county.CountyTeam(4), await county.CountyTeam(7));
                var request = await county.Request();
                await service.Officer().Post($"/v1/requests/{request}/publish").Must();
                await Claim(service.LeaderOf(first), request, first).Must();
                return speaking => Claim(speaking(service.LeaderOf(second)), request, second);
            },
            ["offer.expired"] = async () =>
            {
                var (_, offer) = await service.Given.AnOffer();
                service.Clock.Advance(TimeSpan.FromDays(20));
                return speaking => speaking(service.Leader(Given.Expert)).Post($"/v1/offers/{offer}/accept");
            },
            ["team.at_capacity"] = async () =>
            {
                var county = County("mec-mould");
                var team = await county.CountyTeam(5, capacity: 1);
                var (taken, further) = (await county.Request(), await county.Request());
                var offers = new[] { await county.Pick(taken, team), await county.Pick(further, team) };
                await service.LeaderOf(team).Post($"/v1/offers/{offers[0].Id()}/accept").Must();
                return speaking => speaking(service.LeaderOf(team)).Post($"/v1/offers/{offers[1].Id()}/accept");
            },
            ["team.released_too_often"] = async () =>
            {
                var county = County("mec-valve");
                var team = await county.CountyTeam(5, capacity: 9);
                for (var release = 0; release < 3; release++)
                {
                    var (request, _) = await Accepted(county, team);
                    await service.LeaderOf(team).Post($"/v1/requests/{request}/release", new { reason = "too_far" }).Must();
                }

                var offer = (await county.Pick(await county.Request(), team)).Id();
                return speaking => speaking(service.LeaderOf(team)).Post($"/v1/offers/{offer}/accept");
            },
            ["url.too_long"] = () => Officer(officer => officer.GetAsync("/v1/requests?sort=" + new string('a', 9000))),
            ["headers.too_large"] = () =>
                Officer(officer =>
                {
                    officer.DefaultRequestHeaders.Add("X-Filler", new string('a', 40_000));
                    return officer.GetAsync("/v1/skills");
                }),
            ["team.not_eligible"] = async () =>
            {
                var county = County("mec-cnc");
                await county.CountyTeam(5);
                var stranger = await County("mec-measure").CountyTeam(5);
                var request = await county.Request();
                return await Officer(officer => officer.Post($"/v1/requests/{request}/offers", new { teamId = stranger }));
            },
            ["request.no_skill"] = async () =>
            {
                var request = (await service.Given.ARequestWithoutSkills()).Id();
                return await Officer(officer => officer.Post($"/v1/requests/{request}/dispatch"));
            },
            ["request.offer_live"] = async () =>
            {
                var (request, _) = await service.Given.AnOffer();
                var team = RunningService.TeamId(Given.Expert);
                return await Officer(officer => officer.Post($"/v1/requests/{request}/offers", new { teamId = team }));
            },
            ["request.joint_plan"] = async () =>
            {
                var shop = new Workshop(service, "foo-tea", "foo-brew");
                var (lead, other) = (await shop.MainTeam(), await shop.OtherTeam());
                var request = await shop.Dispatched();
                await shop.Accept(request, lead);
                await shop.Decline(request, other);
                return await Officer(officer => officer.Post($"/v1/requests/{request}/publish"));
            },
            ["request.no_joint_plan"] = async () =>
            {
                var request = (await service.Given.AnOpenRequest()).Id();
                return await Officer(officer => officer.Post($"/v1/requests/{request}/withdraw-plan"));
            },
            ["member.booked"] = async () =>
            {
                var county = County("aut-robot");
                var team = await county.CountyTeam(5, capacity: 2);
                var member = (
                    await service.Officer().Post($"{Place}{team}/members", new { name = "调试工" }).Must(HttpStatusCode.Created)
                ).Id();
                var (one, other) = (await county.Request(), await county.Request());
                await county.Pick(one, team);
                await county.Accept(one);
                await county.Pick(other, team);
                await county.Accept(other);
                var start = service.Clock.GetUtcNow().AddHours(3);
                object visit = new
                {
                    start,
                    end = start.AddHours(1),
                    memberIds = new[] { member },
                };
                await service.LeaderOf(team).Post($"/v1/requests/{one}/visits", visit).Must(HttpStatusCode.Created);
                return speaking => speaking(service.LeaderOf(team)).Post($"/v1/requests/{other}/visits", visit);
            },
            ["request.safety_hold"] = async () =>
            {
                var request = (await service.Given.AnOpenRequest(County("hss-medical").Call(text: ChestPain))).Id();
                return await Officer(officer => officer.Post($"/v1/requests/{request}/dispatch"));
            },
            ["request.safety_handled"] = async () =>
            {
                var request = (await service.Given.AnOpenRequest(County("hss-medical").Call(text: ChestPain))).Id();
                await service.As("officer", subject: "another-officer").Post($"/v1/requests/{request}/handle-safety-hold").Must();
                return await Officer(officer => officer.Post($"/v1/requests/{request}/lift-safety-hold", new { reason = "误报" }));
            },
            ["request.not_held"] = async () =>
            {
                var request = (await service.Given.AnOpenRequest()).Id();
                return await Officer(officer => officer.Post($"/v1/requests/{request}/lift-safety-hold", new { reason = "没有危险" }));
            },
            ["request.no_likely_duplicate"] = async () =>
            {
                var request = (await service.Given.AnOpenRequest(Given.PomeloCall(phone: "13800138077"))).Id();
                return await Officer(officer => officer.Post($"/v1/requests/{request}/judge-duplicate", new { duplicate = true }));
            },
            ["request.no_correction"] = async () =>
            {
                var request = (await service.Given.AnOpenRequest()).Id();
                return await Officer(officer => officer.Post($"/v1/requests/{request}/judge-correction", new { confirmed = true }));
            },
            ["correction.own"] = async () =>
            {
                var request = await service.Given.ACorrectedRequest("村口文化墙褪色了，想请人重新画", "cra-design");
                return await Officer(officer => officer.Post($"/v1/requests/{request}/judge-correction", new { confirmed = true }));
            },
            ["suggestion.nothing_new"] = () => Ready(speaking => speaking(service.As("admin")).Post("/v1/suggestion-versions")),
            ["suggestion.version_refused"] = async () =>
            {
                var refused = await reopened.Given.ARefusedVersion();
                return speaking => speaking(reopened.As("admin")).Post($"/v1/suggestion-versions/{refused}/activate");
            },
            ["request.not_published"] = async () =>
            {
                var request = (await service.Given.AnOpenRequest()).Id();
                return await Officer(officer => Claim(officer, request, RunningService.TeamId(Given.Expert)));
            },
            ["request.visit_open"] = async () =>
            {
                var county = County("mec-tool");
                var request = await Accepted(county, await county.CountyTeam(5));
                var visit = await county.BookedVisit(request.Id, request.Team);
                await service.LeaderOf(request.Team).Post($"/v1/visits/{visit}/begin").Must();
                return Resolving(request);
            },
            ["request.no_visit"] = async () =>
            {
                var county = County("mec-surface");
                var request = await Accepted(county, await county.CountyTeam(5));
                var visit = await county.BookedVisit(request.Id, request.Team);
                await service.LeaderOf(request.Team).Post($"/v1/visits/{visit}/begin").Must();
                await service.LeaderOf(request.Team).Post($"/v1/visits/{visit}/abort", new { reason = "停电" }).Must();
                return Resolving(request);
            },
            ["request.too_late"] = async () =>
            {
                var county = County("mec-optic");
                var (request, _) = await county.Resolved(await county.CountyTeam(5));
                await service.Officer().Post($"/v1/requests/{request}/confirm", new { solved = true, by = "callback" }).Must();
                service.Clock.Advance(TimeSpan.FromDays(91));
                return await Officer(officer => officer.Post($"/v1/requests/{request}/reopen"));
            },
            ["resource.conflict"] = async () =>
            {
                var (key, call) = (Guid.NewGuid().ToString(), Given.PomeloCall());
                await reopened.Officer().Post("/v1/requests", call, key).Must(HttpStatusCode.Created);
                await reopened.ReplaceKey();
                return speaking => speaking(reopened.Officer()).Post("/v1/requests", call, key);
            },
            ["resource.changed"] = async () =>
            {
                var request = (await service.Given.AnOpenRequest()).Id();
                return await Officer(officer => officer.Post($"/v1/requests/{request}/publish", ifMatch: "\"0-0\""));
            },
            ["body.media_type"] = () => Officer(officer => officer.Post("/v1/requests", new StringContent("文旦园里叶子发黄"))),
            ["body.invalid"] = () => Officer(officer => officer.Post("/v1/requests", Given.PomeloCall(number: new string('9', 101)))),
            ["idempotency.key_reused"] = async () =>
            {
                var key = Guid.NewGuid().ToString();
                await service.Officer().Post("/v1/requests", Given.PomeloCall(), key).Must(HttpStatusCode.Created);
                return await Officer(officer => officer.Post("/v1/requests", Given.PomeloCall("high"), key));
            },
            ["precondition.required"] = async () =>
            {
                var path = Place + RunningService.TeamId(Given.Expert);
                var whole = await service.Officer().Read(path);
                object team = new
                {
                    name = whole.Text("name"),
                    kind = whole.Text("kind"),
                    regionCode = whole.Text("regionCode"),
                    size = 5,
                };
                return await Officer(officer => officer.Put(path, team));
            },
            ["quota-exceeded"] = async () =>
            {
                for (var call = 0; call < 5; call++)
                {
                    await hurried.Officer().Read("/v1/skills");
                }

                return speaking => speaking(hurried.Officer()).GetAsync("/v1/skills");
            },
            ["service.fault"] = () => Failing(() => new InvalidOperationException("A bug.")),
            ["service.outcome_unknown"] = () => Failing(() => new OutcomeUnknown(new IOException("The disk went away."))),
            ["service.overloaded"] = () => Failing(() => new Overloaded()),
            ["service.unavailable"] = () => Failing(() => new SqliteException("database or disk is full", 13)),
        };

    public static TheoryData<string> Shown =>
        [.. ProblemKinds.All.Select(kind => kind.Code).Except(Elsewhere.Keys, StringComparer.Ordinal)];

    [Fact]
    public void Each_class_is_shown_here_or_named_with_the_reason_why_not() =>
        Assert.Equal(
            ProblemKinds.All.Select(kind => kind.Code).Order(StringComparer.Ordinal),
            Ways.Keys.Concat(Elsewhere.Keys).Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Shown))]
    public async Task Its_type_and_code_are_the_same_in_every_language_and_its_words_are_each_its_own(string code)
    {
        var ask = await Ways[code]();
        var (chinese, english, unknown) = (await Asked(ask, "zh-CN"), await Asked(ask, "en"), await Asked(ask, "fr"));

        var kind = ProblemKinds.All.Single(kind => kind.Code == code);
        foreach (var problem in new[] { chinese, english, unknown })
        {
            Assert.Equal((kind.Type, code, kind.Status), (problem.Body.Text("type"), problem.Body.Text("code"), problem.Status));
            Assert.Equal(Stable(chinese.Body), Stable(problem.Body));
        }

        Assert.Equal(("zh-CN", "en", "zh-CN"), (chinese.Language, english.Language, unknown.Language));
        Assert.Equal((kind.Zh, kind.En), (chinese.Body.Text("title"), english.Body.Text("title")));
        Assert.All(Texts(chinese.Body), text => Assert.True(text.HasChinese(), text));
        Assert.All(Texts(english.Body), text => Assert.False(text.HasChinese(), text));
        Assert.Equal(Texts(chinese.Body), Texts(unknown.Body));
    }

    private sealed record Heard(int Status, string Language, JsonNode Body);

    private static async Task<Heard> Asked(Asking ask, string language)
    {
        using var answer = await ask(client => client.In(language));
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{(int)answer.StatusCode}: {body}");
        Assert.Contains("Accept-Language", answer.Headers.Vary);
        return new Heard((int)answer.StatusCode, answer.Content.Headers.ContentLanguage.Single(), JsonNode.Parse(body)!);
    }

    /// <summary>What programs read, that no language may change.</summary>
    private static string Stable(JsonNode problem)
    {
        var fields = (problem["errors"]?.AsArray() ?? []).Select(field => $"{field!.Text("pointer")} {field!.Text("code")}");
        return string.Join('\n', [.. fields, problem["state"]?.ToJsonString() ?? "", problem["allowed"]?.ToJsonString() ?? ""]);
    }

    private static List<string> Texts(JsonNode problem) =>
        [problem.Text("title"), problem.Text("detail"), .. (problem["errors"]?.AsArray() ?? []).Select(field => field!.Text("detail"))];

    private static Task<Asking> Ready(Asking ask) => Task.FromResult(ask);

    private Task<Asking> Officer(Func<HttpClient, Task<HttpResponseMessage>> ask) => Ready(speaking => ask(speaking(service.Officer())));

    private Task<Asking> Failing(Func<Exception> fault) =>
        Ready(async speaking =>
        {
            failing.FailWith(fault);
            var answer = await speaking(failing.Officer()).Post("/v1/requests", Given.PomeloCall());
            failing.FailWith(null);
            return answer;
        });

    private async Task<(string Login, string Password, Guid Id)> Account()
    {
        var login = $"person-{Guid.NewGuid():N}";
        var made = await service
            .As("admin")
            .Post(
                "/v1/accounts",
                new
                {
                    login,
                    role = "admin",
                    regionCode = "331083",
                }
            )
            .Must(HttpStatusCode.Created);
        return (login, made.Text("password"), made["account"]!.Id());
    }

    private async Task<Guid> AskedExport() =>
        (
            await service
                .Officer()
                .Post(
                    "/v1/exports",
                    new
                    {
                        from = "2026-06-01",
                        to = "2026-06-02",
                        reason = "回访",
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();

    private LonelyCounty County(string skill) => new(service, skill);

    private Asking Resolving((Guid Id, Guid Team) request) =>
        speaking =>
            speaking(service.LeaderOf(request.Team))
                .Post($"/v1/requests/{request.Id}/resolve", new { result = "solved", summary = "好了。" });

    private static Task<HttpResponseMessage> Claim(HttpClient client, Guid request, Guid team) =>
        client.Post($"/v1/requests/{request}/claim", new { teamId = team });

    private static async Task<(Guid Id, Guid Team)> Accepted(LonelyCounty county, Guid team)
    {
        var request = await county.Request();
        await county.Pick(request, team);
        await county.Accept(request);
        return (request, team);
    }

    /// <summary>Opened again with another key, the service knows what was done, and no longer what it answered.</summary>
    public sealed class ServiceToReopen : RunningService
    {
        /// <summary>Nobody has the key any more that sealed until now.</summary>
        public Task ReplaceKey()
        {
            var file = Path.Combine(Data, "data-keys.json");
            var former = KeyRing.Read(File.ReadAllText(file), file);
            File.WriteAllText(file, (KeyRing.Fresh(Clock.GetUtcNow().AddDays(1)) with { LookUp = former.LookUp }).Write());
            return Restart();
        }
    }
}
