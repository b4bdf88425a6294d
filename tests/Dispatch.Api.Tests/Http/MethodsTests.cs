using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>What each method of HTTP does here, and that a state is moved by actions alone.</summary>
public sealed class MethodsTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_creation_answers_201_with_its_place_its_body_and_its_tag()
    {
        using var made = await service.Officer().Post("/v1/requests", Given.PomeloCall());
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var body = await made.Json();
        Assert.Equal($"/v1/requests/{body.Id()}", made.Headers.Location!.ToString());
        Assert.False(made.Headers.ETag!.IsWeak);
        var read = await service.Officer().Read(made.Headers.Location!.ToString());
        Assert.Equal(body.Text("reference"), read.Text("reference"));
    }

    [Fact]
    public async Task HEAD_is_GET_without_its_body()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        foreach (var path in new[] { $"/v1/requests/{request}", "/v1/requests", "/v1/skills", "/health/live", "/v1/nothing" })
        {
            using var get = await service.Officer().GetAsync(path);
            using var head = await service.Officer().SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
            Assert.Equal(get.StatusCode, head.StatusCode);
            Assert.Equal(get.Headers.ETag, head.Headers.ETag);
            Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("/v1/requests", "GET, HEAD, OPTIONS, POST")]
    [InlineData("/v1/requests/0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90", "GET, HEAD, OPTIONS, PATCH, PUT")]
    [InlineData("/v1/offers/0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90/accept", "OPTIONS, POST")]
    [InlineData("/v1/skills", "GET, HEAD, OPTIONS")]
    public async Task OPTIONS_lists_the_methods(string path, string methods)
    {
        using var answer = await service.Anonymous().SendAsync(new HttpRequestMessage(HttpMethod.Options, path));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(methods, string.Join(", ", answer.Content.Headers.Allow.Order(StringComparer.Ordinal)));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task TRACE_is_refused() =>
        await service
            .Officer()
            .Send(HttpMethod.Trace, "/v1/requests", new StringContent(""), null)
            .MustRefuse(HttpStatusCode.MethodNotAllowed, "method.not_allowed");

    [Fact]
    public async Task Every_address_takes_the_methods_of_the_contract_and_no_other()
    {
        var officer = service.As("admin");
        var paths = (await officer.Read("/openapi/v1.json"))["paths"]!.AsObject();
        foreach (var (path, operations) in paths)
        {
            var there = path.Replace("{number}", "1", StringComparison.Ordinal);
            while (there.IndexOf('{', StringComparison.Ordinal) is var start and >= 0)
            {
                there = there[..start] + Guid.NewGuid() + there[(there.IndexOf('}', StringComparison.Ordinal) + 1)..];
            }

            var declared = operations!.AsObject().Select(operation => operation.Key.ToUpperInvariant()).ToList();
            foreach (
                var method in new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "Post" }.Except(
                    declared
                )
            )
            {
                using var asked = new HttpRequestMessage(new HttpMethod(method), there);
                asked.Headers.Add("X-HTTP-Method-Override", declared[0]);
                using var answer = await officer.SendAsync(asked);
                Assert.True(answer.StatusCode == HttpStatusCode.MethodNotAllowed, $"{method} {path}: {(int)answer.StatusCode}");
                Assert.All(declared, word => Assert.Contains(word, answer.Content.Headers.Allow));
            }
        }
    }

    [Fact]
    public async Task A_state_is_never_written_by_a_change()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        var path = $"/v1/requests/{request}";
        var before = await service.Officer().GetStringAsync(path);
        foreach (var member in new[] { "state", "queue", "tier", "version", "outcome" })
        {
            var change = JsonNode.Parse(
                """{"text":"帮我","location":{"regionCode":"331083"},"skills":[],"urgency":"normal","form":"on_site","mode":"one_to_one"}"""
            )!;
            change[member] = "closed";
            var problem = await service.Officer().Put(path, change, "*").MustRefuse(HttpStatusCode.BadRequest, "body.malformed");
            Assert.Equal($"#/{member}", problem["errors"]![0]!.Text("pointer"));
        }

        Assert.Equal(before, await service.Officer().GetStringAsync(path));
    }

    [Fact]
    public async Task A_forbidden_transition_names_the_state_and_the_ways_out()
    {
        var request = await service.Given.ACancelledRequest();
        var problem = await service
            .Officer()
            .Post($"/v1/requests/{request}/hold")
            .MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        Assert.EndsWith("invalid-transition", problem.Text("type"), StringComparison.Ordinal);
        Assert.Equal("cancelled", problem.Text("state"));
        Assert.Empty(problem["allowed"]!.AsArray());
        var (held, _) = await service.Given.AnOffer();
        problem = await service.Officer().Post($"/v1/requests/{held}/resume").MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        Assert.Equal("offered", problem.Text("state"));
        Assert.Equal((await service.Officer().Read($"/v1/requests/{held}"))["allowed"]!.ToJsonString(), problem["allowed"]!.ToJsonString());
    }
}
