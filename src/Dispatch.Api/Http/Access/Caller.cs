using System.Security.Claims;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Http.Access;

internal enum Role
{
    /// <summary>The service itself, when a timer fires.</summary>
    Clock,

    /// <summary>Nobody signed in: the bearer of a track token.</summary>
    Anonymous,
    Requester,

    /// <summary>A hotline or another system that hands requests over.</summary>
    Partner,
    Member,
    Leader,
    Officer,
    Auditor,
    Admin,
}

/// <summary>Who acts: the subject, the role, and how far it reaches (a region and all below, or one team).</summary>
internal sealed record Caller(string Subject, Role Role, string? RegionCode = null, Guid? TeamId = null)
{
    public const string RoleClaim = "role";
    public const string RegionClaim = "region";
    public const string TeamClaim = "team";

    /// <summary>What a partner was let do; of the others the role decides.</summary>
    public IReadOnlyList<Scope> Scopes { get; init; } = [];

    public static Caller Clock { get; } = new("clock", Role.Clock);
    public static Caller Anonymous { get; } = new("anonymous", Role.Anonymous);

    /// <summary>Staff of the union: they act for requesters and teams within their region.</summary>
    public bool IsOffice => Role is Role.Officer or Role.Admin or Role.Clock;

    public bool SeesRegions => Role is Role.Officer or Role.Admin or Role.Auditor or Role.Clock;

    /// <summary>Whoever asked for help himself, or handed it in: sees the own requests only.</summary>
    public bool IsRequester => Role is Role.Requester or Role.Partner or Role.Anonymous;

    public bool IsOfTeam => Role is Role.Leader or Role.Member;

    /// <summary>The same as the framework wants it.</summary>
    public ClaimsPrincipal Principal()
    {
        var claims = new List<Claim> { new("sub", Subject), new(RoleClaim, Words.Of(Role)) };
        if (RegionCode is not null)
        {
            claims.Add(new Claim(RegionClaim, RegionCode));
        }

        if (TeamId is { } team)
        {
            claims.Add(new Claim(TeamClaim, team.ToString()));
        }

        if (Scopes.Count > 0)
        {
            claims.Add(new Claim(Access.Scopes.Claim, Access.Scopes.Written(Scopes)));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, BearerTokens.Scheme, "sub", RoleClaim));
    }

    /// <summary>For what belongs to no region.</summary>
    public void RequireWholeCountry()
    {
        if (RegionCode is not null)
        {
            throw new Refused(
                ProblemKinds.Forbidden,
                "此项由不限地区的管理员管理。",
                "This is in the hands of administrators whose reach is no region."
            );
        }
    }

    public static Caller Of(ClaimsPrincipal principal) =>
        principal.Identity is { IsAuthenticated: true }
            ? new Caller(
                principal.FindFirstValue("sub") ?? "",
                Words.To<Role>(principal.FindFirstValue(RoleClaim)!),
                principal.FindFirstValue(RegionClaim),
                Guid.TryParse(principal.FindFirstValue(TeamClaim), out var team) ? team : null
            )
            {
                Scopes = Access.Scopes.Read(principal.FindFirstValue(Access.Scopes.Claim)),
            }
            : Anonymous;
}

internal static class CallerAccess
{
    public static Caller Caller(this HttpContext context) => Access.Caller.Of(context.User);
}
