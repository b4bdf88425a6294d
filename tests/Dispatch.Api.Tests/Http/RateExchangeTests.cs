using System.Net;
using System.Security.Claims;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Two nodes on one database: what one lets through counts at the other. Forty calls a minute.</summary>
public sealed class RateExchangeTests(RateExchangeTests.FortyAMinute service) : IClassFixture<RateExchangeTests.FortyAMinute>
{
    [Fact]
    public async Task Who_has_used_his_quota_at_one_node_has_none_left_at_the_other_until_the_next_minute()
    {
        using var other = new OtherNode(service);
        Assert.All(Enumerable.Range(0, 40), _ => Assert.True(other.LetsThrough("roaming")));
        Assert.False(other.LetsThrough("roaming"));
        await service.As("officer", subject: "roaming").Read("/v1/skills");
        await Exchange(other);

        using var refused = await service.As("officer", subject: "roaming").GetAsync("/v1/skills");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Contains("r=0;", refused.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
        await service.As("officer", subject: "staying").Read("/v1/skills");

        service.Clock.Advance(TimeSpan.FromMinutes(1));
        await service.As("officer", subject: "roaming").Read("/v1/skills");
        await Exchange(other);
        await service.As("officer", subject: "roaming").Read("/v1/skills");
    }

    [Fact]
    public async Task What_both_let_through_adds_up_and_is_counted_once_however_often_it_is_told()
    {
        using var other = new OtherNode(service);
        Assert.All(Enumerable.Range(0, 25), _ => Assert.True(other.LetsThrough("both")));
        await service.As("officer", subject: "both").Read("/v1/skills");
        await Exchange(other);
        await Exchange(other);
        Assert.Equal(13, await Left("both"));
        Assert.True(other.LetsThrough("both"));
        await Exchange(other);
        Assert.Equal(11, await Left("both"));
    }

    [Fact]
    public async Task Who_comes_here_for_the_first_time_is_known_at_the_next_exchange()
    {
        using var other = new OtherNode(service);
        Assert.All(Enumerable.Range(0, 40), _ => Assert.True(other.LetsThrough("late")));
        await Exchange(other);
        await service.As("officer", subject: "late").Read("/v1/skills");
        await Exchange(other);
        await service.As("officer", subject: "late").GetAsync("/v1/skills").MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
    }

    [Fact]
    public async Task Little_use_is_not_worth_telling_and_what_is_told_names_nobody_and_is_forgotten()
    {
        using var other = new OtherNode(service);
        service.Clock.Advance(TimeSpan.FromHours(2));
        await Write(db => RateExchange.Forget(db, service.Clock.GetUtcNow()));
        Assert.True(other.LetsThrough("little"));
        await other.Exchange();
        Assert.Empty(await Told());

        Assert.True(other.LetsThrough("little"));
        await other.Exchange();
        Assert.Matches("^[A-Za-z0-9_-]{43}$", Assert.Single(await Told()));
        await Write(db => RateExchange.Forget(db, service.Clock.GetUtcNow().AddHours(2)));
        Assert.Empty(await Told());
    }

    private async Task Exchange(OtherNode other)
    {
        await other.Exchange();
        await service.Services.GetRequiredService<RateExchange>().Exchange();
    }

    /// <summary>As the headers tell; asking takes one.</summary>
    private async Task<int> Left(string subject)
    {
        using var answer = await service.As("officer", subject: subject).GetAsync("/v1/skills");
        return int.Parse(answer.Headers.GetValues("RateLimit").Single().Split("r=")[1].Split(';')[0]);
    }

    private async Task<IReadOnlyList<string>> Told()
    {
        await using var db = new Session(service.Services.GetRequiredService<Database>());
        return await db.List<string>("select watched from rate_share");
    }

    private async Task Write(Func<Session, Task> work)
    {
        var database = service.Services.GetRequiredService<Database>();
        await using var db = new Session(database);
        await database.Write(db, Chore.Forgetting, () => work(db), CancellationToken.None);
    }

    public sealed class FortyAMinute : RunningService
    {
        protected override IEnumerable<string> Settings => ["--Dispatch:RateLimit:PerMinute=40"];
    }

    /// <summary>The windows of another node over the same database.</summary>
    private sealed class OtherNode : IDisposable
    {
        private readonly RateLimits limits;
        private readonly RateExchange exchange;

        public OtherNode(RunningService service)
        {
            limits = new RateLimits(service.Services.GetRequiredService<IConfiguration>(), service.Clock);
            exchange = ActivatorUtilities.CreateInstance<RateExchange>(service.Services, limits);
        }

        public bool LetsThrough(string subject) =>
            limits.Caller.Take(new DefaultHttpContext { User = new(new ClaimsIdentity([new Claim("sub", subject)])) }) is null;

        public Task Exchange() => exchange.Exchange();

        public void Dispose()
        {
            exchange.Dispose();
            limits.Dispose();
        }
    }
}
