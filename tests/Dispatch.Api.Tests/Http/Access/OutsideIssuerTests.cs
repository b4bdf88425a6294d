using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatch.Api.Http.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Dispatch.Api.Tests.Http.Access;

/// <summary>Tokens of an issuer outside, outside Development, and every way to forge one.</summary>
public sealed class OutsideIssuerTests(OutsideIssuerTests.ServiceWithIssuer service) : IClassFixture<OutsideIssuerTests.ServiceWithIssuer>
{
    private const string Ec = "ec-1";
    private const string Rsa = "rsa-1";

    private LocalIssuer Issuer => service.Issuer;

    private Dictionary<string, object> Claims(string role = "officer", string subject = "officer-1") =>
        Issuer.Claims(service.Clock.GetUtcNow(), role, subject);

    [Fact]
    public async Task Its_tokens_are_accepted_whatever_kind_of_key_signed_them()
    {
        await Accepts(Issuer.Sign(Claims(), Ec));
        await Accepts(Issuer.Sign(Claims(), Rsa));
        await Accepts(Issuer.Sign(Claims(), Rsa, "PS256"));
        await Accepts(Issuer.Sign(Claims(), Ec, type: "application/at+jwt"));
        await Accepts(Issuer.Sign(With("aud", new[] { "another", LocalIssuer.Audience }), Ec));
    }

    [Fact]
    public async Task Who_acts_is_issuer_and_subject_together()
    {
        var requester = Claims("requester", "demo-requester");
        var made = await As(Issuer.Sign(requester, Ec)).Post("/v1/requests", Given.PomeloCall()).Must(HttpStatusCode.Created);
        await As(Issuer.Sign(requester, Ec)).Read($"/v1/requests/{made.Id()}");
        var other = As(Issuer.Sign(Claims("requester", "demo-requester2"), Ec));
        await other.GetAsync($"/v1/requests/{made.Id()}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        var officer = As(Issuer.Sign(Claims(), Ec));
        var timeline = await officer.GetStringAsync($"/v1/requests/{made.Id()}/timeline");
        Assert.Contains($"{Issuer.Address}#demo-requester\"", timeline, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_office_reaches_as_far_as_is_said_and_silence_is_no_reach()
    {
        var request = (await As(Issuer.Sign(Claims(), Ec)).Post("/v1/requests", Given.PomeloCall()).Must(HttpStatusCode.Created)).Id();
        await As(Issuer.Sign(With("region", "331083"), Ec)).Read($"/v1/requests/{request}");
        await As(Issuer.Sign(With("region", "440300"), Ec))
            .GetAsync($"/v1/requests/{request}")
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        foreach (var role in new[] { "officer", "auditor", "admin" })
        {
            await Refuses(Issuer.Sign(With("region", null, role), Ec));
        }
    }

    [Fact]
    public async Task Where_an_issuer_names_administrators_none_of_them_gives_a_wide_office_alone()
    {
        var administrator = As(Issuer.Sign(Claims("admin", "admin-1"), Ec));
        await administrator.Post("/v1/accounts", new { login = "wide-officer", role = "officer" }).Must(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task One_role_among_other_words_counts_and_two_do_not()
    {
        await Accepts(Issuer.Sign(With("role", new[] { "offline_access", "officer" }), Ec));
        await Refuses(Issuer.Sign(With("role", new[] { "requester", "admin" }), Ec));
        await Refuses(Issuer.Sign(With("role", new[] { "offline_access" }), Ec));
        await Refuses(Issuer.Sign(With("role", "clock"), Ec));
        await Refuses(Issuer.Sign(With("role", "anonymous"), Ec));
        await Refuses(Issuer.Sign(With("role", null), Ec));
        await Refuses(Issuer.Sign(With("role", "leader"), Ec));
    }

    public static TheoryData<string, string?> WrongClaims =>
        new()
        {
            { "iss", "\"https://another.example\"" },
            { "iss", null },
            { "aud", "\"another-service\"" },
            { "aud", null },
            { "exp", null },
            { "sub", null },
            { "sub", "\"\"" },
            { "sub", "\"a\\nb\"" },
        };

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public Task A_wrong_or_missing_claim_is_refused(string claim, string? value) =>
        Refuses(Issuer.Sign(With(claim, value is null ? null : JsonDocument.Parse(value).RootElement), Ec));

    [Fact]
    public async Task A_token_counts_from_its_time_to_its_time_and_a_minute_on_either_side()
    {
        var now = service.Clock.GetUtcNow().ToUnixTimeSeconds();
        await Accepts(Issuer.Sign(With("exp", now - 59), Ec));
        await Refuses(Issuer.Sign(With("exp", now - 61), Ec));
        await Accepts(Issuer.Sign(With("nbf", now + 59), Ec));
        await Refuses(Issuer.Sign(With("nbf", now + 61), Ec));
    }

    [Fact]
    public async Task A_token_signed_by_nobody_is_refused()
    {
        var good = Issuer.Sign(Claims(), Ec).Split('.');
        foreach (var none in new[] { "none", "None", "NONE", "nOnE" })
        {
            var header = Base64UrlEncoder.Encode($$"""{"alg":"{{none}}","typ":"at+jwt","kid":"{{Ec}}"}""");
            await Refuses($"{header}.{good[1]}.");
            await Refuses($"{header}.{good[1]}.{good[2]}");
        }

        await Refuses($"{good[0]}.{good[1]}.");
        await Refuses($"{good[0]}.{good[1]}");
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    public async Task What_everybody_can_read_is_no_secret_to_sign_with(string algorithm)
    {
        // The confusion: the public key, in every form it is published in, as the shared secret.
        foreach (var secret in new[] { service.RsaKey.ExportSubjectPublicKeyInfoPem(), service.RsaKey.ExportRSAPublicKeyPem() })
        {
            var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)) { KeyId = Rsa };
            await Refuses(LocalIssuer.Sign(Claims(), key, algorithm));
        }

        var bytes = new SymmetricSecurityKey(service.RsaKey.ExportSubjectPublicKeyInfo()) { KeyId = Rsa };
        await Refuses(LocalIssuer.Sign(Claims(), bytes, algorithm));
    }

    [Fact]
    public async Task A_key_of_one_kind_does_not_sign_for_another()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await Refuses(LocalIssuer.Sign(Claims(), new ECDsaSecurityKey(stranger) { KeyId = Rsa }, "ES256"));
        await Refuses(LocalIssuer.Sign(Claims(), new ECDsaSecurityKey(stranger) { KeyId = Ec }, "ES256"));
        await Refuses(Issuer.Sign(Claims(), Rsa, "RS512"));
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("")]
    [InlineData("id_token+jwt")]
    [InlineData("logout+jwt")]
    public Task A_token_of_another_type_is_refused(string type) => Refuses(Issuer.Sign(Claims(), Ec, type: type));

    [Fact]
    public async Task An_identity_token_is_no_access_token()
    {
        var identity = Claims();
        identity["aud"] = "console";
        identity["nonce"] = "n-0S6_WzA2Mj";
        identity["auth_time"] = service.Clock.GetUtcNow().ToUnixTimeSeconds();
        await Refuses(Issuer.Sign(identity, Ec, type: "JWT"));
        identity["aud"] = LocalIssuer.Audience;
        await Refuses(Issuer.Sign(identity, Ec, type: "JWT"));
    }

    [Fact]
    public async Task A_key_that_comes_with_the_token_is_not_looked_at()
    {
        using var stranger = RSA.Create(2048);
        var numbers = stranger.ExportParameters(false);
        var jwk = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["kty"] = "RSA",
            ["kid"] = "mine",
            ["n"] = Base64UrlEncoder.Encode(numbers.Modulus!),
            ["e"] = Base64UrlEncoder.Encode(numbers.Exponent!),
        };
        using var trap = new LocalIssuer();
        foreach (var keyId in new[] { Rsa, "mine" })
        {
            var key = new RsaSecurityKey(stranger) { KeyId = keyId };
            foreach (
                var header in new Dictionary<string, object>[]
                {
                    new(StringComparer.Ordinal) { ["jku"] = trap.Address + "/keys" },
                    new(StringComparer.Ordinal) { ["x5u"] = trap.Address + "/certificate.pem" },
                    new(StringComparer.Ordinal) { ["jwk"] = jwk },
                }
            )
            {
                await Refuses(LocalIssuer.Sign(Claims(), key, "RS256", header: header));
            }
        }

        Assert.Empty(trap.Asked);
    }

    [Theory]
    [InlineData("../../../../dev/null")]
    [InlineData("/etc/passwd")]
    [InlineData("' or '1'='1")]
    [InlineData("ec-1'; drop table account; --")]
    [InlineData("EC-1")]
    [InlineData("")]
    public async Task A_key_is_named_by_its_whole_name_or_not_at_all(string keyId)
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await Refuses(LocalIssuer.Sign(Claims(), new ECDsaSecurityKey(stranger) { KeyId = keyId }, "ES256"));
        await Refuses(LocalIssuer.Sign(Claims(), new ECDsaSecurityKey(service.EcKey) { KeyId = keyId }, "ES256"));
    }

    [Fact]
    public async Task What_stands_twice_is_refused_wherever_it_stands()
    {
        var claims = JsonSerializer.Serialize(Claims());
        await Accepts(Raw("""{"alg":"ES256","typ":"at+jwt","kid":"ec-1"}""", claims));
        await Refuses(Raw("""{"alg":"ES256","typ":"at+jwt","kid":"ec-1"}""", claims[..^1] + ",\"role\":\"admin\"}"));
        await Refuses(Raw("""{"alg":"ES256","typ":"at+jwt","kid":"ec-1"}""", "{\"sub\":\"officer-2\"," + claims[1..]));
        await Refuses(Raw("""{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"ec-1"}""", claims));
    }

    [Fact]
    public async Task A_token_that_demands_to_be_understood_otherwise_is_refused() =>
        await Refuses(Issuer.Sign(Claims(), Ec, header: new(StringComparer.Ordinal) { ["crit"] = new[] { "b64" }, ["b64"] = true }));

    [Fact]
    public async Task A_token_belongs_in_the_header_and_may_have_eight_kilobytes()
    {
        var token = Issuer.Sign(Claims(), Ec);
        using (var answer = await service.Anonymous().GetAsync($"/v1/requests?access_token={token}"))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        await As(token).GetAsync($"/v1/requests?access_token={token}").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        await Accepts(Issuer.Sign(With("padding", new string('a', 5_000)), Ec));
        await Refuses(Issuer.Sign(With("padding", new string('a', 7_000)), Ec));
    }

    [Fact]
    public async Task A_partner_does_what_its_scopes_name_and_nothing_else()
    {
        var reader = As(Issuer.Sign(With("scope", "openid requests_read", "partner"), Ec));
        await reader.Read("/v1/requests");
        await reader.Post("/v1/requests", Given.PomeloCall()).MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await reader.GetAsync("/v1/teams").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        var none = As(Issuer.Sign(Claims("partner"), Ec));
        await none.GetAsync("/v1/requests").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await As(Issuer.Sign(With("scope", "requests_write", "partner"), Ec))
            .Post("/v1/requests", Given.PomeloCall())
            .Must(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Somebody_who_is_barred_is_out_at_once_whatever_token_is_in_hand()
    {
        var (token, subject) = (Issuer.Sign(Claims(subject: "officer-9"), Ec), $"{Issuer.Address}#officer-9");
        await Accepts(token);
        var administrator = As(Issuer.Sign(Claims("admin", "chief"), Ec));
        var barred = await administrator.Post("/v1/barred-subjects/bar", new { subject }).Must();
        Assert.True(JsonNode.DeepEquals(barred, await administrator.Post("/v1/barred-subjects/bar", new { subject }).Must()));
        await Refuses(token);
        await Refuses(Issuer.Sign(Claims(subject: "officer-9"), Rsa));
        await Accepts(Issuer.Sign(Claims(subject: "officer-99"), Ec));
        Assert.Contains((await administrator.Read("/v1/barred-subjects"))["items"]!.AsArray(), item => item!.Text("subject") == subject);
        await administrator.Post("/v1/barred-subjects/let-in", new { subject }).Must();
        await Accepts(token);
        Assert.Empty((await administrator.Read("/v1/barred-subjects"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Nobody_bars_whom_he_is_or_who_is_not_of_the_issuer()
    {
        var administrator = As(Issuer.Sign(Claims("admin", "chief"), Ec));
        await administrator
            .Post("/v1/barred-subjects/bar", new { subject = $"{Issuer.Address}#chief" })
            .MustRefuse(HttpStatusCode.Conflict, "account.own");
        foreach (var subject in new[] { "clock", $"account-{Guid.NewGuid()}", "https://another.example#officer-1" })
        {
            var problem = await administrator
                .Post("/v1/barred-subjects/bar", new { subject })
                .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
            Assert.Equal("not_of_the_issuer", problem["errors"]![0]!.Text("code"));
        }

        var county = As(Issuer.Sign(With("region", "331083", "admin"), Ec));
        await county.GetAsync("/v1/barred-subjects").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await county
            .Post("/v1/barred-subjects/bar", new { subject = $"{Issuer.Address}#officer-1" })
            .MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await As(Issuer.Sign(Claims(), Ec)).GetAsync("/v1/barred-subjects").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Fact]
    public async Task The_services_own_tokens_without_a_sign_in_are_refused_outside_development()
    {
        var key = service.Services.GetRequiredService<TokenKey>();
        await Refuses(key.Issue(new Caller("demo-officer", Role.Officer), TimeSpan.FromDays(1)));
        await Refuses(key.Issue(new Caller("demo-officer", Role.Officer), TimeSpan.FromDays(1), Guid.NewGuid()));
        Assert.False(File.Exists(Path.Combine(service.Data, "demo-tokens.json")));
    }

    private Dictionary<string, object> With(string claim, object? value, string role = "officer")
    {
        var claims = Claims(role);
        if (value is null)
        {
            claims.Remove(claim);
        }
        else
        {
            claims[claim] = value;
        }

        return claims;
    }

    private string Raw(string header, string claims)
    {
        var content = $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(claims)}";
        var signature = service.EcKey.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256);
        return $"{content}.{Base64UrlEncoder.Encode(signature)}";
    }

    private HttpClient As(string token) => service.Bearer(token);

    private async Task Accepts(string token)
    {
        using var answer = await As(token).GetAsync("/v1/requests");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task Refuses(string token)
    {
        var problem = await As(token).GetAsync("/v1/requests").MustRefuse(HttpStatusCode.Unauthorized, "access.unauthenticated");
        var none = await service.Anonymous().GetAsync("/v1/requests").MustRefuse(HttpStatusCode.Unauthorized, "access.unauthenticated");
        Assert.Equal(none.Text("detail"), problem.Text("detail"));
    }

    /// <summary>In Production, with an issuer of its own and no local accounts.</summary>
    public sealed class ServiceWithIssuer : RunningService
    {
        public ServiceWithIssuer() => (EcKey, RsaKey) = (Issuer.AddEc(Ec), Issuer.AddRsa(Rsa));

        public LocalIssuer Issuer { get; } = new();

        public ECDsa EcKey { get; }

        public RSA RsaKey { get; }

        protected override bool IsDevelopment => false;

        protected override IEnumerable<string> Settings => [.. Issuer.Settings, "--Dispatch:DemoTeams=true"];

        protected override void Ended() => Issuer.Dispose();
    }
}
