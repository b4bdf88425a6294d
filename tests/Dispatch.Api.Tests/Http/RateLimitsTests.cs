using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Five requests a minute, to see what the sixth gets.</summary>
public sealed class RateLimitsTests(RateLimitsTests.FiveAMinute service) : IClassFixture<RateLimitsTests.FiveAMinute>
{
    [Fact]
    public async Task Beyond_the_quota_a_caller_waits_for_the_time_named()
    {
        var officer = service.As("officer", subject: "eager");
        for (var left = 4; left >= 0; left--)
        {
            using var answer = await officer.GetAsync("/v1/skills");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("\"default\";q=5;w=60", answer.Headers.GetValues("RateLimit-Policy").Single());
            Assert.Equal($"\"default\";r={left};t={Remaining(left)}", answer.Headers.GetValues("RateLimit").Single());
            service.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        using var refused = await officer.GetAsync("/v1/skills");
        Assert.Equal(50, (int)refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Equal("\"default\";r=0;t=50", refused.Headers.GetValues("RateLimit").Single());
        await officer.GetAsync("/v1/skills").MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
        await service.As("officer", subject: "patient").Read("/v1/skills");
        service.Clock.Advance(TimeSpan.FromSeconds(50));
        await officer.Read("/v1/skills");

        static int Remaining(int left) => 60 - 2 * (4 - left);
    }

    [Fact]
    public async Task Callers_without_token_share_what_their_address_has()
    {
        service.Clock.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 5; i++)
        {
            using var refused = await service.Anonymous().GetAsync("/v1/requests");
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.NotEmpty(refused.Headers.GetValues("RateLimit"));
        }

        var problem = await service.Anonymous().GetAsync("/v1/track/guess").MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
        Assert.Equal("urn:dispatch:problem:quota-exceeded", problem.Text("type"));
    }

    public sealed class FiveAMinute : RunningService
    {
        protected override IEnumerable<string> Settings => ["--Dispatch:RateLimit:PerMinute=5"];
    }
}
