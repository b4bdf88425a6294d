using System.Security.Claims;
using System.Text.Encodings.Web;
using Dispatch.Api.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Dispatch.Api.Http.Access;

/// <summary>Reads <c>Authorization: Bearer</c>. What is wrong with a token is not told to its sender.</summary>
internal sealed class BearerTokens(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logs,
    UrlEncoder encoder,
    TokenKey key,
    SeenTokens seen
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public new const string Scheme = "Bearer";
    private const string Prefix = "Bearer ";
    private const int LongestToken = 8 * 1024;
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        var token = header[Prefix.Length..].Trim();
        if (token.Length is 0 or > LongestToken)
        {
            return AuthenticateResult.Fail("refused");
        }

        if (seen.Find(token) is { } known)
        {
            return AuthenticateResult.Success(new AuthenticationTicket(known, BearerTokens.Scheme));
        }

        var result = await Handler.ValidateTokenAsync(token, key.Demands());
        if (
            !result.IsValid
            || !Words.TryTo<Role>(result.ClaimsIdentity.FindFirst(Caller.RoleClaim)?.Value ?? "", out var role)
            || role is Role.Clock or Role.Anonymous
        )
        {
            return AuthenticateResult.Fail("refused");
        }

        var principal = new ClaimsPrincipal(result.ClaimsIdentity);
        // A leader of no team would be filtered by nothing.
        if (Caller.Of(principal) is { IsOfTeam: true, TeamId: null } or { Subject: "" })
        {
            return AuthenticateResult.Fail("refused");
        }

        seen.Keep(token, principal, result.SecurityToken);
        return AuthenticateResult.Success(new AuthenticationTicket(principal, BearerTokens.Scheme));
    }
}
