using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Http.Access;

/// <summary>The keys of an issuer come and go, and so does the issuer.</summary>
public sealed class IssuerKeysTests : IAsyncLifetime
{
    private readonly ServiceWithOneKey service = new();

    private LocalIssuer Issuer => service.Issuer;

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task A_new_key_is_found_at_its_first_token()
    {
        Assert.Equal(HttpStatusCode.OK, await Status(Token("first")));
        var looks = Issuer.Looks;
        using var second = Issuer.AddEc("second");
        Assert.Equal(HttpStatusCode.OK, await Status(Token("second")));
        Assert.Equal(HttpStatusCode.OK, await Status(Token("first")));
        Assert.Equal(looks + 1, Issuer.Looks);
    }

    [Fact]
    public async Task Keys_nobody_knows_make_the_service_look_once_a_minute_whoever_sends_them()
    {
        Assert.Equal(HttpStatusCode.OK, await Status(Token("first")));
        var looks = Issuer.Looks;
        using var other = new LocalIssuer();
        other.AddEc("stranger");
        for (var i = 0; i < 20; i++)
        {
            var claims = Issuer.Claims(service.Clock.GetUtcNow(), subject: $"stranger-{i}");
            Assert.Equal(HttpStatusCode.Unauthorized, await Status(other.Sign(claims, "stranger")));
        }

        Assert.Equal(looks + 1, Issuer.Looks);
        service.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(Forged()));
        Assert.Equal(looks + 1, Issuer.Looks);
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(Forged()));
        Assert.Equal(looks + 2, Issuer.Looks);

        string Forged() => other.Sign(Issuer.Claims(service.Clock.GetUtcNow()), "stranger");
    }

    [Fact]
    public async Task Who_comes_while_the_keys_are_fetched_waits_for_them()
    {
        Assert.Equal(HttpStatusCode.OK, await Status(Token("first")));
        using var second = Issuer.AddEc("second");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Status(Token("second"))));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
    }

    [Fact]
    public async Task A_key_that_was_taken_back_is_good_no_longer_though_its_token_was_seen()
    {
        var token = Token("first");
        Assert.Equal(HttpStatusCode.OK, await Status(token));
        Issuer.Remove("first");
        using var second = Issuer.AddEc("second");
        Assert.Equal(HttpStatusCode.OK, await Status(Token("second")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(token));
    }

    [Fact]
    public async Task While_the_issuer_is_down_the_keys_it_had_count_and_no_others()
    {
        Assert.Equal(HttpStatusCode.OK, await Status(Token("first")));
        Issuer.IsDown = true;
        using var second = Issuer.AddEc("second");
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(Token("second")));
        Assert.Equal(HttpStatusCode.OK, await Status(Token("first")));
        Issuer.IsDown = false;
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, await Status(Token("second")));
    }

    [Fact]
    public async Task An_issuer_never_reached_is_said_to_be_away_and_asked_again_in_a_while()
    {
        Issuer.IsDown = true;
        await service.Restart();
        var asked = Issuer.Asked.Count;
        await service.Bearer(Token("first")).GetAsync("/v1/requests").MustRefuse(HttpStatusCode.ServiceUnavailable, "service.unavailable");
        Assert.Equal(asked, Issuer.Asked.Count);
        service.Clock.Advance(TimeSpan.FromSeconds(5));
        Issuer.IsDown = false;
        Assert.Equal(HttpStatusCode.OK, await Status(Token("first")));
    }

    [Fact]
    public async Task Metadata_that_name_another_issuer_are_not_believed()
    {
        Issuer.Name = "https://another.example";
        await service.Restart();
        await service.Bearer(Token("first")).GetAsync("/v1/requests").MustRefuse(HttpStatusCode.ServiceUnavailable, "service.unavailable");
    }

    private string Token(string keyId) => Issuer.Sign(Issuer.Claims(service.Clock.GetUtcNow()), keyId);

    private async Task<HttpStatusCode> Status(string token)
    {
        using var answer = await service.Bearer(token).GetAsync("/v1/requests");
        return answer.StatusCode;
    }

    private sealed class ServiceWithOneKey : RunningService
    {
        public ServiceWithOneKey() => Issuer.AddEc("first");

        public LocalIssuer Issuer { get; } = new();

        protected override bool IsDevelopment => false;

        protected override IEnumerable<string> Settings => Issuer.Settings;

        protected override void Ended() => Issuer.Dispose();
    }
}
