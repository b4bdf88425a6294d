using System.Security.Claims;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Http.Access;

/// <summary>What an integration client may be let do; each operation that is open to clients names one.</summary>
internal enum Scope
{
    /// <summary>Read the requests it handed over, and what worked for others.</summary>
    RequestsRead,

    /// <summary>Hand requests over, and speak for their requesters.</summary>
    RequestsWrite,

    /// <summary>Read its notices and mark them read.</summary>
    Notices,

    /// <summary>Read the teams.</summary>
    TeamsRead,

    /// <summary>Read the figures of operation, as a scraper does.</summary>
    Metrics,
}

/// <summary>The scope a client needs at an endpoint.</summary>
internal sealed record NeedsScope(Scope Scope);

internal static class Scopes
{
    /// <summary>Words with a space between them, as in RFC 6749.</summary>
    public const string Claim = "scope";

    public static string Written(IEnumerable<Scope> scopes) => string.Join(' ', scopes.Distinct().Order().Select(Words.Of));

    /// <summary>The scopes among the words; others mean nothing here.</summary>
    public static IReadOnlyList<Scope> Read(string? written) =>
        [
            .. (written ?? "")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Where(word => Words.TryTo<Scope>(word, out _))
                .Select(Words.To<Scope>)
                .Distinct(),
        ];

    /// <summary>Whether the scope is held by a client; people are judged by their role alone.</summary>
    public static bool Suffice(ClaimsPrincipal principal, Scope scope) =>
        !principal.IsInRole(Words.Of(Role.Partner)) || Read(principal.FindFirstValue(Claim)).Contains(scope);
}
