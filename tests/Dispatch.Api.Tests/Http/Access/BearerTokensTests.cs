using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dispatch.Api.Http.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Dispatch.Api.Tests.Http.Access;

/// <summary>Every way a token can be wrong gets the same answer; what is wrong is not told.</summary>
public sealed class BearerTokensTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_token_of_the_service_is_accepted()
    {
        Assert.Equal(HttpStatusCode.OK, await Status(Signed()));
        Assert.Equal(HttpStatusCode.OK, await Status(Valid()));
    }

    [Fact]
    public async Task A_token_is_accepted_again_and_another_signature_beside_the_same_claims_is_not()
    {
        var token = Signed();
        Assert.Equal(HttpStatusCode.OK, await Status(token));
        Assert.Equal(HttpStatusCode.OK, await Status(token));
        var parts = token.Split('.');
        await Refused($"{parts[0]}.{parts[1]}.{Signed().Split('.')[2][..^4]}AAAA");
    }

    public static TheoryData<string, string> Changes =>
        new()
        {
            { "aud", "\"another-api\"" },
            { "iss", "\"somebody\"" },
            { "role", "\"clock\"" },
            { "role", "\"anonymous\"" },
            { "role", "\"king\"" },
            { "role", "\"leader\"" },
            { "sub", "\"\"" },
            { "nbf", "4102444800" },
            { "exp", "1" },
        };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_token_with_a_wrong_claim_is_refused(string claim, string value) =>
        await Refused(Signed(claims => claims[claim] = JsonDocument.Parse(value).RootElement));

    [Theory]
    [InlineData("aud")]
    [InlineData("iss")]
    [InlineData("role")]
    [InlineData("exp")]
    [InlineData("sub")]
    public async Task A_token_without_a_needed_claim_is_refused(string claim) => await Refused(Signed(claims => claims.Remove(claim)));

    [Theory]
    [InlineData("JWT")]
    [InlineData("")]
    public async Task A_token_of_another_type_is_refused(string type) => await Refused(Signed(type: type));

    [Fact]
    public async Task A_token_is_refused_when_its_time_is_over()
    {
        var token = service.Services.GetRequiredService<TokenKey>().Issue(new Caller("officer-x", Role.Officer), TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.OK, await Status(token));
        service.Clock.Advance(TimeSpan.FromMinutes(12));
        await Refused(token);
    }

    [Fact]
    public async Task A_token_signed_by_nobody_or_by_somebody_else_is_refused()
    {
        var parts = Valid().Split('.');
        var none = Base64UrlEncoder.Encode("""{"alg":"none","typ":"at+jwt"}""");
        await Refused($"{none}.{parts[1]}.");
        await Refused($"{none}.{parts[1]}.{parts[2]}");
        await Refused($"{parts[0]}.{parts[1]}.");
        await Refused($"{parts[0]}.{Base64UrlEncoder.Encode("{\"sub\":\"x\",\"role\":\"admin\"}")}.{parts[2]}");
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await Refused(Signed(key: stranger));
        using var own = OwnKey();
        var secret = Encoding.UTF8.GetBytes(own.ExportSubjectPublicKeyInfoPem());
        await Refused(Token(new SymmetricSecurityKey(secret), SecurityAlgorithms.HmacSha256, Claims(), TokenKey.TokenType));
        await Refused("no-token");
        await Refused(new string('a', 9000));
    }

    private string Valid() =>
        service.Services.GetRequiredService<TokenKey>().Issue(new Caller("officer-x", Role.Officer), TimeSpan.FromDays(1));

    private ECDsa OwnKey()
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(service.Data, "token-key.pem")));
        return key;
    }

    private Dictionary<string, object> Claims() =>
        new(StringComparer.Ordinal)
        {
            ["iss"] = TokenKey.Issuer,
            ["aud"] = TokenKey.Audience,
            ["sub"] = "officer-x",
            ["role"] = "officer",
            ["exp"] = service.Clock.GetUtcNow().AddDays(1).ToUnixTimeSeconds(),
        };

    private string Signed(Action<Dictionary<string, object>>? change = null, string type = TokenKey.TokenType, ECDsa? key = null)
    {
        var claims = Claims();
        change?.Invoke(claims);
        using var own = OwnKey();
        return Token(new ECDsaSecurityKey(key ?? own), SecurityAlgorithms.EcdsaSha256, claims, type);
    }

    private static string Token(SecurityKey key, string algorithm, Dictionary<string, object> claims, string type) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            JsonSerializer.Serialize(claims),
            new SigningCredentials(key, algorithm)
            {
                CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
            },
            new Dictionary<string, object>(StringComparer.Ordinal) { ["typ"] = type }
        );

    private async Task<HttpStatusCode> Status(string token)
    {
        using var answer = await Ask(token);
        return answer.StatusCode;
    }

    private async Task Refused(string token)
    {
        using var none = await service.Anonymous().GetAsync("/v1/requests");
        using var answer = await Ask(token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal((await none.Json()).Text("detail"), (await answer.Json()).Text("detail"));
    }

    private Task<HttpResponseMessage> Ask(string token)
    {
        var asked = new HttpRequestMessage(HttpMethod.Get, "/v1/requests");
        asked.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return service.Anonymous().SendAsync(asked);
    }
}
