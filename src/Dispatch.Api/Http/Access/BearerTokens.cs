using System.Security.Claims;
using System.Text.Encodings.Web;
using Dispatch.Api.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Dispatch.Api.Http.Access;

/// <summary>Reads <c>Authorization: Bearer</c>: an access token of the service itself or of the issuer of the site, or the key of a client.
/// What is wrong with it is not told to its sender.</summary>
internal sealed class BearerTokens(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logs,
    UrlEncoder encoder,
    TokenKey key,
    OutsideIssuer outside,
    LocalAccounts accounts,
    Standing standing,
    SeenTokens seen
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public new const string Scheme = "Bearer";
    private const string Prefix = "Bearer ";
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        var token = header[Prefix.Length..].Trim();
        var principal = token.StartsWith(Secrets.ClientKey, StringComparison.Ordinal)
            ? (await standing.OfKey(token))?.Principal()
            : await OfToken(token);
        return principal is null
            ? AuthenticateResult.Fail("refused")
            : AuthenticateResult.Success(new AuthenticationTicket(principal, BearerTokens.Scheme));
    }

    private async Task<ClaimsPrincipal?> OfToken(string token)
    {
        var good = seen.Find(token);
        if (good is null || (good.Keys != key && good.Keys != await outside.Keys(Context.RequestAborted)))
        {
            good = await Check(token);
            if (good is null)
            {
                return null;
            }

            seen.Keep(token, good);
        }

        return good.Session is { } session ? (await standing.OfSession(session))?.Principal()
            : good.Subject is { } subject && await standing.IsBarred(subject) ? null
            : good.Principal;
    }

    private async Task<GoodToken?> Check(string token) =>
        TokenShape.Of(token) is not { } shape ? null
        : shape.Issuer == TokenKey.Issuer ? await CheckOwn(token, shape)
        : outside.Is(shape.Issuer) ? await CheckOutside(token, shape)
        : null;

    private async Task<GoodToken?> CheckOwn(string token, TokenShape shape)
    {
        var result = await Handler.ValidateTokenAsync(token, key.Demands());
        if (!result.IsValid)
        {
            return null;
        }

        if (Guid.TryParse(shape.Text(TokenKey.SessionClaim), out var session))
        {
            return accounts.AreOpen ? new GoodToken(new ClaimsPrincipal(), result.SecurityToken, key, session) : null;
        }

        // Only the demo users have a token without a sign-in.
        if (
            !accounts.AreForDemo
            || !Words.TryTo<Role>(shape.Text(Caller.RoleClaim) ?? "", out var role)
            || role is Role.Clock or Role.Anonymous
        )
        {
            return null;
        }

        var principal = new ClaimsPrincipal(result.ClaimsIdentity);
        // A leader of no team would be filtered by nothing.
        return Caller.Of(principal) is { IsOfTeam: true, TeamId: null } or { Subject: "" }
            ? null
            : new GoodToken(principal, result.SecurityToken, key);
    }

    private async Task<GoodToken?> CheckOutside(string token, TokenShape shape)
    {
        if (await outside.Find(shape.KeyId, Context.RequestAborted) is not { } found)
        {
            return null;
        }

        var result = await Handler.ValidateTokenAsync(token, outside.Demands(found.Key));
        return result.IsValid && outside.CallerOf(shape) is { } caller
            ? new GoodToken(caller.Principal(), result.SecurityToken, found.Set, Subject: caller.Subject)
            : null;
    }
}
