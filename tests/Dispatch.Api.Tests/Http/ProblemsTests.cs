using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Dispatch.Api.Http;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Every refusal has one form, whichever layer refuses.</summary>
public sealed class ProblemsTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    private static readonly string[] Members = ["type", "title", "status", "code", "detail", "requestId"];

    [Theory]
    [InlineData("GET", "/", 404, "resource.unknown")]
    [InlineData("GET", "/v1/nothing", 404, "resource.unknown")]
    [InlineData("POST", "/v1/nothing", 404, "resource.unknown")]
    [InlineData("GET", "/v1/requests/not-an-id", 404, "resource.unknown")]
    [InlineData("GET", "/v1/requests/0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90", 404, "resource.unknown")]
    [InlineData("GET", "/v1/regions/999999", 404, "resource.unknown")]
    [InlineData("GET", "/v1/track/unknown", 404, "resource.unknown")]
    [InlineData("DELETE", "/v1/requests", 405, "method.not_allowed")]
    [InlineData("PATCH", "/v1/requests", 405, "method.not_allowed")]
    [InlineData("TRACE", "/v1/requests", 405, "method.not_allowed")]
    [InlineData("POST", "/v1/skills", 405, "method.not_allowed")]
    [InlineData("POST", "/v1/requests", 400, "idempotency.key_missing")]
    public async Task A_refusal_is_problem_json_from_every_layer(string method, string path, int status, string code)
    {
        var body = method is "POST" ? (object)Given.PomeloCall() : new StringContent("");
        using var answer = await service.Officer().Send(new HttpMethod(method), path, body, key: null);
        Assert.Equal(status, (int)answer.StatusCode);
        IsProblem(await answer.Json(), answer, status, code);
    }

    [Fact]
    public async Task A_caller_without_token_is_told_how_to_authenticate()
    {
        using var answer = await service.Anonymous().GetAsync("/v1/requests");
        IsProblem(await answer.Json(), answer, 401, "access.unauthenticated");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Another_role_is_forbidden()
    {
        using var answer = await service.As("requester").GetAsync("/v1/reports/summary");
        IsProblem(await answer.Json(), answer, 403, "access.forbidden");
    }

    [Fact]
    public async Task A_method_that_is_not_allowed_names_those_that_are()
    {
        using var answer = await service.Officer().Send(HttpMethod.Delete, "/v1/requests", new StringContent(""), null);
        Assert.Equal(["GET", "HEAD", "OPTIONS", "POST"], answer.Content.Headers.Allow.Order(StringComparer.Ordinal));
        using var write = await service.Officer().GetAsync("/v1/offers/0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90/accept");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, write.StatusCode);
        Assert.Equal(["OPTIONS", "POST"], write.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_format_the_service_does_not_speak_gets_JSON()
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/v1/skills");
        asked.Headers.Accept.ParseAdd("text/html");
        using var answer = await service.Anonymous().SendAsync(asked);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData(null, "zh-CN")]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN")]
    [InlineData("en-GB,en;q=0.9", "en")]
    [InlineData("de,en;q=0.5,zh;q=0.1", "en")]
    [InlineData("de", "zh-CN")]
    [InlineData("en;q=0", "zh-CN")]
    public async Task The_language_is_Chinese_unless_English_is_preferred(string? accepted, string language)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/v1/nothing");
        if (accepted is not null)
        {
            asked.Headers.AcceptLanguage.ParseAdd(accepted);
        }

        using var answer = await service.Anonymous().SendAsync(asked);
        var problem = await answer.Json();
        Assert.Equal(language, answer.Content.Headers.ContentLanguage.Single());
        Assert.Equal(language == "en" ? "Not found" : "没有找到", problem.Text("title"));
        Assert.Equal("urn:dispatch:problem:resource.unknown", problem.Text("type"));
    }

    [Fact]
    public void Every_class_of_problem_has_one_type_and_words_in_both_languages()
    {
        var all = ProblemKinds.All;
        Assert.Equal(all.Count, all.Select(kind => kind.Type).Distinct(StringComparer.Ordinal).Count());
        Assert.All(all, kind => Assert.True(Uri.TryCreate(kind.Type, UriKind.Absolute, out _)));
        Assert.All(all, kind => Assert.InRange(kind.Status, 400, 599));
        Assert.All(all, kind => Assert.Contains(kind.Zh, c => c is >= '一' and <= '龥'));
        Assert.All(all, kind => Assert.DoesNotContain(kind.En, c => c is >= '一' and <= '龥'));
    }

    [Fact]
    public async Task A_track_token_nobody_has_answers_like_any_unknown_object()
    {
        await service.Given.AnOpenRequest();
        var tokens = new[] { "unknown", new string('A', 22), new string('A', 4000), "%E6%96%87%E6%97%A6", "..%2F..%2Fetc" };
        var unknown = await Bare(service.Officer().GetAsync($"/v1/requests/{Guid.NewGuid()}"));
        foreach (var token in tokens)
        {
            Assert.Equal(unknown, await Bare(service.Anonymous().GetAsync("/v1/track/" + token)));
            foreach (var (action, body) in Actions)
            {
                Assert.Equal(unknown, await Bare(service.Anonymous().Post($"/v1/track/{token}/{action}", body)));
            }
        }
    }

    [Fact]
    public async Task What_belongs_to_others_answers_like_what_does_not_exist()
    {
        var (request, offer) = await service.Given.AnOffer();
        var visit = (await service.Given.AScheduledVisit()).VisitId;
        var stranger = service.Leader("T-44-1");
        var none = Guid.NewGuid();
        foreach (
            var (known, path) in new (Guid, Func<Guid, string>)[]
            {
                (request, id => $"/v1/requests/{id}"),
                (request, id => $"/v1/requests/{id}/timeline"),
                (offer, id => $"/v1/offers/{id}"),
                (visit, id => $"/v1/visits/{id}"),
            }
        )
        {
            Assert.Equal(await Bare(stranger.GetAsync(path(none))), await Bare(stranger.GetAsync(path(known))));
        }

        foreach (
            var (known, path, body) in new (Guid, Func<Guid, string>, object)[]
            {
                (offer, id => $"/v1/offers/{id}/accept", new { }),
                (offer, id => $"/v1/offers/{id}/decline", new { reason = "too_far" }),
                (visit, id => $"/v1/visits/{id}/begin", new { }),
                (visit, id => $"/v1/visits/{id}/complete", new { findings = "缺镁。", minutes = 10 }),
                (request, id => $"/v1/requests/{id}/release", new { }),
                (request, id => $"/v1/requests/{id}/resolve", new { result = "solved", summary = "好了。" }),
            }
        )
        {
            Assert.Equal(await Bare(stranger.Post(path(none), body)), await Bare(stranger.Post(path(known), body)));
        }
    }

    private static (string, object)[] Actions =>
        [("confirm", new { solved = true }), ("reopen", new { }), ("reply", new { text = "在吗" }), ("withdraw", new { })];

    /// <summary>Status, headers and bytes of an answer, without what is different for every one: the id and the span of the call.</summary>
    private static async Task<string> Bare(Task<HttpResponseMessage> asking)
    {
        using var answer = await asking;
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var body = Encoding.UTF8.GetString(bytes);
        var problem = JsonNode.Parse(body)!;
        Assert.Equal(404, (int)answer.StatusCode);
        var headers = ((IEnumerable<KeyValuePair<string, IEnumerable<string>>>)answer.Headers)
            .Concat(answer.Content.Headers)
            .Where(header => !header.Key.StartsWith("RateLimit", StringComparison.Ordinal) && header.Key != "traceparent")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order(StringComparer.Ordinal);
        return string.Join('\n', [.. headers, body]).Replace(problem.Text("requestId"), "…", StringComparison.Ordinal);
    }

    private static void IsProblem(JsonNode problem, HttpResponseMessage answer, int status, string code)
    {
        Assert.Equal(MediaTypeHeaderValue.Parse("application/problem+json; charset=utf-8"), answer.Content.Headers.ContentType);
        Assert.Equal(status, problem["status"]!.GetValue<int>());
        Assert.Equal(code, problem.Text("code"));
        Assert.Equal("urn:dispatch:problem:" + code, problem.Text("type"));
        Assert.All(Members, member => Assert.NotNull(problem[member]));
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }
}
