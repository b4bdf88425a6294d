using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Behind a proxy that is named callers are who the proxy says; nobody else is believed.</summary>
public sealed class TrustedProxiesTests(TrustedProxiesTests.Behind service) : IClassFixture<TrustedProxiesTests.Behind>
{
    [Fact]
    public async Task Callers_behind_the_proxy_have_each_their_own_quota()
    {
        await UseUp("203.0.113.1");
        await Through("10.20.0.7", "203.0.113.2").Read("/v1/skills");
        await Through("10.20.0.7", "203.0.113.1").GetAsync("/v1/skills").MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
    }

    [Theory]
    [InlineData("198.18.5.5, 203.0.113.3")]
    [InlineData("127.0.0.1, 203.0.113.3")]
    [InlineData("10.20.0.7, 203.0.113.3")]
    [InlineData("nonsense, 203.0.113.3")]
    public async Task What_the_caller_wrote_before_the_proxy_did_is_not_read(string chain)
    {
        await UseUp("203.0.113.3");
        await Through("10.20.0.7", chain).GetAsync("/v1/skills").MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
        service.Clock.Advance(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_stranger_who_forwards_is_himself()
    {
        for (var call = 0; call < 5; call++)
        {
            await Through("10.99.0.1", $"203.0.113.{100 + call}").Read("/v1/skills");
        }

        await Through("10.99.0.1", "203.0.113.200").GetAsync("/v1/skills").MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
    }

    [Theory]
    [InlineData("10.20.0.7", true)]
    [InlineData("10.99.0.2", false)]
    public async Task That_the_caller_came_by_TLS_is_taken_from_the_proxy_alone(string peer, bool strict)
    {
        var caller = Through(peer, "203.0.113.50");
        caller.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        using var answer = await caller.GetAsync("/v1/skills");
        Assert.Equal(strict, answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("--Dispatch:Proxies:0=proxy.example.cn", "Dispatch:Proxies")]
    [InlineData("--Dispatch:Proxies:0=10.20.0.0/99", "Dispatch:Proxies")]
    [InlineData("--FORWARDEDHEADERS_ENABLED=true", "Dispatch:Proxies")]
    [InlineData("--Dispatch:ConnectionsPerAddress=0", "Dispatch:ConnectionsPerAddress")]
    public async Task What_would_believe_everybody_stops_the_start(string setting, string said)
    {
        var data = Directory.CreateTempSubdirectory("dispatch-test-").FullName;
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var app = Service.Build([
                "--environment=Development",
                "--urls=http://127.0.0.1:0",
                $"--Dispatch:Data={data}",
                "--Dispatch:Timers=false",
                setting,
            ]);
            await app.StartAsync();
        });
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Directory.Delete(data, recursive: true);
    }

    private async Task UseUp(string address)
    {
        for (var call = 0; call < 5; call++)
        {
            await Through("10.20.0.7", address).Read("/v1/skills");
        }
    }

    private HttpClient Through(string peer, string forwarded)
    {
        var client = FromAddresses.At(service.Anonymous(), peer);
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", forwarded);
        return client;
    }

    public sealed class Behind : FromAddresses
    {
        protected override IEnumerable<string> Settings => ["--Dispatch:RateLimit:PerMinute=5", "--Dispatch:Proxies:0=10.20.0.0/16"];
    }
}
