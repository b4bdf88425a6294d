using System.Net;
using System.Net.Http.Headers;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Five calls a minute for each caller, twelve for each address, three searches on the map an hour.</summary>
public sealed class AddressLimitsTests(AddressLimitsTests.Few service) : IClassFixture<AddressLimitsTests.Few>
{
    private static readonly string[] Headers = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP"];
    private const string Default = "\"default\";q=5;w=60";
    private const string OfAddress = "\"address\";q=12;w=60";

    [Fact]
    public async Task Many_accounts_at_one_address_share_what_the_address_has()
    {
        const string office = "198.51.100.1";
        for (var call = 0; call < 12; call++)
        {
            using var answer = await Officer("colleague-" + call / 4, office).GetAsync("/v1/skills");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var refused = await Officer("colleague-9", office).GetAsync("/v1/skills");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(OfAddress, refused.Headers.GetValues("RateLimit-Policy").Single());
        Assert.Equal("\"address\";r=0;t=60", refused.Headers.GetValues("RateLimit").Single());
        Assert.Equal(60, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        using var elsewhere = await Officer("colleague-9", "198.51.100.2").GetAsync("/v1/skills");
        Assert.Equal(HttpStatusCode.OK, elsewhere.StatusCode);
        Assert.Equal(Default, elsewhere.Headers.GetValues("RateLimit-Policy").Single());
    }

    [Fact]
    public async Task A_refusal_of_the_catalogue_is_kept_by_nobody()
    {
        var caller = Officer("hasty", "198.51.100.3");
        await Use(caller, 5);
        using var refused = await caller.GetAsync("/v1/skills");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    [InlineData("X-Real-IP", "203.0.113.7")]
    [InlineData("True-Client-IP", "203.0.113.7")]
    [InlineData("CF-Connecting-IP", "203.0.113.7")]
    public async Task A_header_gives_nobody_another_address(string header, string value)
    {
        var address = "198.51.100." + (10 + Array.IndexOf(Headers, header));
        var caller = FromAddresses.At(service.Anonymous(), address);
        await Use(caller, 5);
        caller.DefaultRequestHeaders.Add(header, value);
        await caller.GetAsync("/v1/skills").MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
    }

    [Theory]
    [InlineData("/V1/SKILLS", "GET")]
    [InlineData("/v1/skills/", "GET")]
    [InlineData("/v1/skills?domain=agr", "GET")]
    [InlineData("/v1/skills", "HEAD")]
    [InlineData("/v1/nothing", "GET")]
    [InlineData("/v1/requests", "POST")]
    public async Task Another_spelling_of_a_call_is_no_other_quota(string path, string method)
    {
        var caller = Officer("speller" + path + method, "198.51.100.40");
        await Use(caller, 5);
        using var refused = await caller.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        service.Clock.Advance(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Another_key_of_a_client_is_no_other_quota()
    {
        var administrator = FromAddresses.At(service.As("admin", subject: "key-maker"), "198.51.100.41");
        var client = (
            await administrator.Post("/v1/clients", new { name = "12345", scopes = new[] { "teams_read" } }).Must(HttpStatusCode.Created)
        ).Id();
        var keys = new List<string>();
        for (var key = 0; key < 2; key++)
        {
            keys.Add((await administrator.Post($"/v1/clients/{client}/keys").Must(HttpStatusCode.Created)).Text("key"));
        }

        await Use(FromAddresses.At(service.Bearer(keys[0]), "198.51.100.42"), 5);
        var other = FromAddresses.At(service.Bearer(keys[1]), "198.51.100.43");
        await other.GetAsync("/v1/skills").MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
    }

    [Fact]
    public async Task Guessed_tokens_count_for_the_address_that_guesses()
    {
        const string address = "198.51.100.44";
        for (var guess = 0; guess < 12; guess++)
        {
            using var answer = await Bearer($"dk_{guess}", address).GetAsync("/v1/requests");
            Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests);
        }

        using var refused = await Bearer("dk_12", address).GetAsync("/v1/requests");
        Assert.Equal(OfAddress, refused.Headers.GetValues("RateLimit-Policy").Single());
    }

    [Fact]
    public async Task A_box_that_wanders_over_the_map_is_stopped()
    {
        var wanderer = Officer("wanderer", "198.51.100.45");
        for (var step = 0; step < 3; step++)
        {
            await wanderer.Read($"/v1/requests?bbox={120 + step},27,{121 + step},28");
        }

        using var refused = await wanderer.GetAsync("/v1/teams?bbox=123,27,124,28");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("\"map\";q=3;w=3600", refused.Headers.GetValues("RateLimit-Policy").Single());
        await wanderer.Read("/v1/requests");
    }

    [Fact]
    public async Task Of_IPv6_a_whole_subscriber_is_one_address()
    {
        for (var call = 0; call < 5; call++)
        {
            await FromAddresses.At(service.Anonymous(), $"2001:db8:7:1::{call + 1}").Read("/v1/skills");
        }

        var again = FromAddresses.At(service.Anonymous(), "2001:db8:7:1:ffff::9");
        await again.GetAsync("/v1/skills").MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
        await FromAddresses.At(service.Anonymous(), "2001:db8:7:2::1").Read("/v1/skills");
    }

    private HttpClient Officer(string subject, string address) => FromAddresses.At(service.As("officer", subject: subject), address);

    private HttpClient Bearer(string token, string address)
    {
        var client = FromAddresses.At(service.Anonymous(), address);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static async Task Use(HttpClient caller, int calls)
    {
        for (var call = 0; call < calls; call++)
        {
            await caller.Read("/v1/skills");
        }
    }

    public sealed class Few : FromAddresses
    {
        protected override IEnumerable<string> Settings =>
            ["--Dispatch:RateLimit:PerMinute=5", "--Dispatch:RateLimit:AddressPerMinute=12", "--Dispatch:RateLimit:MapPerHour=3"];
    }
}
