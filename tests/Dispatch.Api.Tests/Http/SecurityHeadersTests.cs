using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>What a browser is told with every answer, refusals and the page of the contract included.</summary>
public sealed partial class SecurityHeadersTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("GET", "/v1/skills", 200)]
    [InlineData("GET", "/v1/requests", 401)]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("DELETE", "/v1/skills", 405)]
    [InlineData("OPTIONS", "/v1/skills", 204)]
    [InlineData("GET", "/v1/regions?colour=red", 400)]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("GET", "/openapi/v1.json", 200)]
    [InlineData("GET", "/docs/index.html", 200)]
    [InlineData("GET", "/docs", 301)]
    [InlineData("GET", "/", 404)]
    public async Task Every_answer_says_how_it_may_be_used(string method, string path, int status)
    {
        using var answer = await service.Anonymous().SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(status, (int)answer.StatusCode);
        var policy = Header("Content-Security-Policy");
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("DENY", Header("X-Frame-Options"));
        Assert.Equal("no-referrer", Header("Referrer-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Resource-Policy"));
        Assert.Contains("geolocation=()", Header("Permissions-Policy"), StringComparison.Ordinal);
        foreach (var name in new[] { "Server", "X-Powered-By", "X-AspNet-Version", "Strict-Transport-Security" })
        {
            Assert.False(answer.Headers.Contains(name), name);
        }

        string Header(string name) => answer.Headers.GetValues(name).Single();
    }

    [Fact]
    public async Task The_page_of_the_contract_runs_only_scripts_of_its_own()
    {
        var page = await service.Anonymous().GetStringAsync("/docs/index.html");
        Assert.All(Script().Matches(page), script => Assert.Contains("src=", script.Value, StringComparison.Ordinal));
        Assert.NotEmpty(Script().Matches(page));
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TLS_a_browser_is_told_to_stay_there()
    {
        var client = service.Anonymous();
        client.BaseAddress = new Uri("https://localhost/");
        using var answer = await client.GetAsync("/v1/skills");
        Assert.Equal("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single());
    }

    [GeneratedRegex("<script[^>]*>", RegexOptions.IgnoreCase, 10_000)]
    private static partial Regex Script();
}
