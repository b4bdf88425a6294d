using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Pages of other origins: only those the installation names.</summary>
public sealed class OriginsTests(OriginsTests.OneOrigin service, RunningService closed)
    : IClassFixture<OriginsTests.OneOrigin>,
        IClassFixture<RunningService>
{
    private const string Allowed = "https://union.example.cn";

    [Theory]
    [InlineData("/v1/skills", 200)]
    [InlineData("/v1/requests", 401)]
    [InlineData("/v1/nothing", 404)]
    public async Task An_allowed_page_may_read_answers_and_refusals(string path, int status)
    {
        using var answer = await From(service, Allowed, HttpMethod.Get, path);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(Allowed, answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("ETag", answer.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
        Assert.Contains("Origin", answer.Headers.Vary);
    }

    [Fact]
    public async Task An_allowed_page_may_send_a_key_and_a_token()
    {
        using var answer = await From(
            service,
            Allowed,
            HttpMethod.Options,
            "/v1/requests",
            "POST",
            "authorization,content-type,idempotency-key"
        );
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(Allowed, answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("POST", answer.Headers.GetValues("Access-Control-Allow-Methods").Single(), StringComparison.Ordinal);
        Assert.Contains(
            "Idempotency-Key",
            answer.Headers.GetValues("Access-Control-Allow-Headers").Single(),
            StringComparison.OrdinalIgnoreCase
        );
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("https://union.example.cn.evil.example")]
    [InlineData("http://union.example.cn")]
    [InlineData("https://evil.example/https://union.example.cn")]
    [InlineData("https://evil-union.example.cn")]
    [InlineData("https://sub.union.example.cn")]
    [InlineData("https://union.example.cn:8443")]
    [InlineData("https://union.example.cn.")]
    [InlineData("https://union.example.cn@evil.example")]
    [InlineData("https://unionXexample.cn")]
    [InlineData("file://")]
    [InlineData("null")]
    public async Task Another_page_may_not(string origin)
    {
        using var answer = await From(service, origin, HttpMethod.Get, "/v1/skills");
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task No_page_may_unless_the_installation_says_so()
    {
        using var answer = await From(closed, Allowed, HttpMethod.Get, "/v1/skills");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("union.example.cn")]
    [InlineData("https://union.example.cn/")]
    [InlineData("https://union.example.cn/console")]
    [InlineData("https://*.example.cn/")]
    [InlineData("null")]
    public void What_is_no_origin_stops_the_start(string origin)
    {
        var refused = Assert.Throws<InvalidOperationException>(() =>
            Service.Build(["--environment=Development", $"--Dispatch:AllowedOrigins:0={origin}"])
        );
        Assert.Contains("Dispatch:AllowedOrigins", refused.Message, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> From(
        RunningService service,
        string origin,
        HttpMethod method,
        string path,
        string? wanted = null,
        string? headers = null
    )
    {
        var asked = new HttpRequestMessage(method, path);
        asked.Headers.Add("Origin", origin);
        if (wanted is not null)
        {
            asked.Headers.Add("Access-Control-Request-Method", wanted);
            asked.Headers.Add("Access-Control-Request-Headers", headers);
        }

        return service.Anonymous().SendAsync(asked);
    }

    public sealed class OneOrigin : RunningService
    {
        protected override IEnumerable<string> Settings => [$"--Dispatch:AllowedOrigins:0={Allowed}"];
    }
}
