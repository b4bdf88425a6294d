using Dispatch.Api.Storage;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Dispatch.Api.Http.Access;

/// <summary>
/// The OpenID Connect issuer of a site that has one (<c>Dispatch:Issuer</c>): its keys, followed as they rotate, and what its access tokens
/// must be (RFC 9068). Nothing is fetched but from the issuer that is configured.
/// </summary>
internal sealed class OutsideIssuer : IDisposable
{
    private const int LongestSubject = 200;
    private const string WholeCountry = "*";
    private const string SubjectMark = "#";
    private static readonly TimeSpan LongestFetch = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeptWithoutAsking = TimeSpan.FromHours(1);

    private static readonly string[] Types = ["at+jwt", "application/at+jwt"];

    // Signatures by a private key alone: none that is made with what everybody may read.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.EcdsaSha384,
        SecurityAlgorithms.RsaSha256,
        SecurityAlgorithms.RsaSha384,
        SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.RsaSsaPssSha384,
    ];

    private readonly Lock gate = new();
    private readonly string name;
    private readonly string audience;
    private readonly (string Role, string Region, string Team) claims;
    private readonly TimeProvider clock;
    private readonly ILogger<OutsideIssuer> log;
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = LongestFetch,
        MaxResponseContentBufferSize = 1024 * 1024,
    };

    private volatile ConfigurationManager<OpenIdConnectConfiguration> manager;
    private Task<OpenIdConnectConfiguration?> look = Task.FromResult<OpenIdConnectConfiguration?>(null);
    private DateTimeOffset lookedAt = DateTimeOffset.MinValue;
    private DateTimeOffset failedAt = DateTimeOffset.MinValue;

    public OutsideIssuer(IConfiguration configuration, TimeProvider clock, ILogger<OutsideIssuer> log)
    {
        (this.clock, this.log) = (clock, log);
        name = configuration["Dispatch:Issuer"] ?? "";
        audience = configuration["Dispatch:Audience"] ?? "";
        claims = (
            configuration["Dispatch:RoleClaim"] ?? Caller.RoleClaim,
            configuration["Dispatch:RegionClaim"] ?? Caller.RegionClaim,
            configuration["Dispatch:TeamClaim"] ?? Caller.TeamClaim
        );
        if (IsConfigured)
        {
            RequireSense();
        }

        manager = Manager();
    }

    public bool IsConfigured => name.Length > 0;

    /// <summary>Whether this is the issuer a token names.</summary>
    public bool Is(string issuer) => IsConfigured && string.Equals(issuer, name, StringComparison.Ordinal);

    /// <summary>Whether somebody of this issuer is meant.</summary>
    public bool Names(string subject) => IsConfigured && subject.StartsWith(name + SubjectMark, StringComparison.Ordinal);

    /// <summary>The key a token names, and the set it belongs to: what was checked with a set holds as long as the set does. A key that is
    /// not known is looked for once; the next look is a minute away, whoever asks.</summary>
    public async Task<(SecurityKey Key, object Set)?> Find(string? keyId, CancellationToken ct)
    {
        var known = await Known(ct);
        if (Pick(known, keyId) is { } key)
        {
            return (key, known);
        }

        return await Look() is { } fresh && Pick(fresh, keyId) is { } found ? (found, fresh) : null;
    }

    /// <summary>The keys in force now.</summary>
    public async Task<object> Keys(CancellationToken ct) => await Known(ct);

    /// <summary>Asks for the keys before the first caller does, and says in the log when they cannot be had.</summary>
    public async Task Greet(CancellationToken ct)
    {
        if (IsConfigured)
        {
            try
            {
                await Known(ct);
            }
            catch (Refused)
            {
                // Said in the log; its tokens wait until it answers.
            }
        }
    }

    public TokenValidationParameters Demands(SecurityKey key) =>
        new()
        {
            ValidIssuer = name,
            ValidAudience = audience,
            ValidTypes = Types,
            ValidAlgorithms = Algorithms,
            IssuerSigningKey = key,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            LifetimeValidator = (notBefore, expires, _, _) => TokenTimes.AreInForce(notBefore, expires, clock.GetUtcNow()),
        };

    /// <summary>
    /// Who a token that was found good stands for: issuer and subject together, so that nobody here is taken for somebody there. Null where
    /// the role is none or several, or has no reach. An office reaches as far as is said: the whole country is <c>*</c>, not silence.
    /// </summary>
    public Caller? CallerOf(TokenShape token)
    {
        var roles = token.Texts(claims.Role).Where(word => Words.TryTo<Role>(word, out _)).Distinct(StringComparer.Ordinal).ToList();
        if (
            token.Text("sub") is not { Length: > 0 and <= LongestSubject } subject
            || subject.Any(char.IsControl)
            || roles is not [var word]
            || Words.To<Role>(word) is var role && role is Role.Clock or Role.Anonymous
        )
        {
            return null;
        }

        var region = token.Text(claims.Region);
        var team = Guid.TryParse(token.Text(claims.Team), out var id) ? id : (Guid?)null;
        var caller = new Caller(name + SubjectMark + subject, role)
        {
            RegionCode = region == WholeCountry ? null : region,
            TeamId = team,
            Scopes = Scopes.Read(token.Text(Scopes.Claim)),
        };
        return (caller.SeesRegions && region is null) || (caller.IsOfTeam && team is null) ? null : caller;
    }

    public void Dispose() => http.Dispose();

    private void RequireSense()
    {
        if (!Uri.TryCreate(name, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && !IsHere(address)))
        {
            throw new InvalidOperationException("Dispatch:Issuer must be the https address of an OpenID Connect issuer.");
        }

        if (audience.Length == 0)
        {
            throw new InvalidOperationException(
                "With Dispatch:Issuer set, Dispatch:Audience must name this service as the issuer's tokens do (their aud)."
            );
        }
    }

    // Only a program on the same machine may be asked without TLS.
    private static bool IsHere(Uri address) => address.Scheme == Uri.UriSchemeHttp && address.IsLoopback;

    private ConfigurationManager<OpenIdConnectConfiguration> Manager() =>
        new(
            name.TrimEnd('/') + "/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(http) { RequireHttps = Uri.TryCreate(name, UriKind.Absolute, out var address) && !IsHere(address) },
            new OfThisIssuer(name)
        )
        {
            AutomaticRefreshInterval = KeptWithoutAsking,
        };

    private async Task<OpenIdConnectConfiguration> Known(CancellationToken ct)
    {
        lock (gate)
        {
            if (clock.GetUtcNow() - failedAt < BetweenAttempts)
            {
                throw Unreachable();
            }
        }

        try
        {
            return await manager.GetConfigurationAsync(ct);
        }
        catch (InvalidOperationException cause)
        {
            lock (gate)
            {
                failedAt = clock.GetUtcNow();
            }

            log.LogWarning(cause, "The keys of the issuer cannot be had; its tokens cannot be checked.");
            throw Unreachable();
        }
    }

    // Whoever comes while a look is under way waits for it, and does not begin another.
    private Task<OpenIdConnectConfiguration?> Look()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (look.IsCompleted && now - lookedAt >= BetweenLooks)
            {
                (lookedAt, look) = (now, Fetch());
                return look;
            }

            return look;
        }
    }

    private async Task<OpenIdConnectConfiguration?> Fetch()
    {
        await Task.Yield();
        var fresh = Manager();
        try
        {
            var keys = await fresh.GetConfigurationAsync(CancellationToken.None);
            manager = fresh;
            return keys;
        }
        catch (InvalidOperationException cause)
        {
            log.LogWarning(
                cause,
                "A token names a key that is not known, and the issuer could not be asked; the keys it had stay in force."
            );
            return null;
        }
    }

    private static SecurityKey? Pick(OpenIdConnectConfiguration known, string? keyId) =>
        keyId is null
            ? known.SigningKeys.Count == 1
                ? known.SigningKeys.First()
                : null
            : known.SigningKeys.FirstOrDefault(key => string.Equals(key.KeyId, keyId, StringComparison.Ordinal));

    private static Refused Unreachable() =>
        new(
            ProblemKinds.Unavailable,
            "暂时联系不上身份提供方，无法核验凭证，请稍后重试。",
            "The identity provider cannot be reached now, so the token cannot be checked. Try again shortly."
        );

    private sealed class OfThisIssuer(string issuer) : IConfigurationValidator<OpenIdConnectConfiguration>
    {
        public ConfigurationValidationResult Validate(OpenIdConnectConfiguration configuration) =>
            string.Equals(configuration.Issuer, issuer, StringComparison.Ordinal) && configuration.SigningKeys.Count > 0
                ? new ConfigurationValidationResult { Succeeded = true }
                : new ConfigurationValidationResult { ErrorMessage = "The metadata names another issuer, or no key." };
    }
}
