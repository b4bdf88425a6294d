using System.Security.Cryptography;
using Dispatch.Api.Storage;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Dispatch.Api.Http.Access;

/// <summary>
/// The P-256 key that signs and checks the service's own access tokens: of local accounts, and of the demo users in Development.
/// <c>Dispatch:TokenKey</c> names a PEM file; in Development one is made in the data folder. Anywhere else the service does not start
/// without it, nor with one that was made for Development.
/// </summary>
internal sealed class TokenKey(string pem, TimeProvider clock) : IDisposable
{
    public const string Issuer = "dispatch";
    public const string Audience = "dispatch-api";
    public const string TokenType = "at+jwt";

    /// <summary>The sign-in a token comes from.</summary>
    public const string SessionClaim = "sid";

    // Stands before the key, where PEM allows a word (RFC 7468, 2): the file says what it is wherever it is taken.
    private const string ForDevelopment = "Made for Development only.";

    private readonly ECDsa key = Import(pem);

    // Its own, because the default one keeps signers for the whole process: after this key is disposed it would hand out dead ones.
    private readonly CryptoProviderFactory providers = new();

    public static TokenKey Load(IConfiguration configuration, IHostEnvironment environment, string dataFolder, TimeProvider clock)
    {
        if (configuration["Dispatch:TokenKey"] is { Length: > 0 } path)
        {
            var pem = File.ReadAllText(path);
            return environment.IsDevelopment() || !pem.Contains(ForDevelopment, StringComparison.Ordinal)
                ? new TokenKey(pem, clock)
                : throw new InvalidOperationException(
                    "Dispatch:TokenKey names a key that was made for Development. Make one for this site, as README shows under Configuration."
                );
        }

        if (!environment.IsDevelopment())
        {
            throw new InvalidOperationException(
                "Outside Development the service needs a key of its own for access tokens: set Dispatch:TokenKey to the path of a P-256 key in PEM form."
            );
        }

        return new TokenKey(MakeOnce(Path.Combine(dataFolder, "token-key.pem")), clock);
    }

    /// <param name="session">Without one the token is good in Development only.</param>
    public string Issue(Caller caller, TimeSpan lifetime, Guid? session = null)
    {
        var now = clock.GetUtcNow();
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["sub"] = caller.Subject,
            [Caller.RoleClaim] = Words.Of(caller.Role),
            ["jti"] = Guid.NewGuid().ToString(),
        };
        if (caller.RegionCode is not null)
        {
            claims[Caller.RegionClaim] = caller.RegionCode;
        }

        if (caller.TeamId is { } team)
        {
            claims[Caller.TeamClaim] = team.ToString();
        }

        if (caller.Scopes.Count > 0)
        {
            claims[Scopes.Claim] = Scopes.Written(caller.Scopes);
        }

        if (session is { } id)
        {
            claims[SessionClaim] = id.ToString();
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = Issuer,
                Audience = Audience,
                TokenType = TokenType,
                IssuedAt = now.UtcDateTime,
                NotBefore = now.UtcDateTime,
                Expires = (now + lifetime).UtcDateTime,
                Claims = claims,
                SigningCredentials = new SigningCredentials(SecurityKey(), SecurityAlgorithms.EcdsaSha256),
            }
        );
    }

    /// <summary>What a token must be (RFC 8725, RFC 9068): our algorithm, issuer, audience, type, and in force by our clock.</summary>
    public TokenValidationParameters Demands() =>
        new()
        {
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            ValidTypes = [TokenType],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKey = SecurityKey(),
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            NameClaimType = "sub",
            RoleClaimType = Caller.RoleClaim,
            LifetimeValidator = (notBefore, expires, _, _) => TokenTimes.AreInForce(notBefore, expires, clock.GetUtcNow()),
        };

    public void Dispose() => key.Dispose();

    private ECDsaSecurityKey SecurityKey() => new(key) { CryptoProviderFactory = providers };

    private static ECDsa Import(string pem)
    {
        var imported = ECDsa.Create();
        imported.ImportFromPem(pem);
        return imported;
    }

    private static string MakeOnce(string path)
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            OwnerOnly.Write(path, $"{ForDevelopment}\n{fresh.ExportPkcs8PrivateKeyPem()}");
        }

        return File.ReadAllText(path);
    }
}
