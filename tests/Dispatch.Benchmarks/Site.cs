using Dispatch.Api.Tests.Http.Access;

namespace Dispatch.Benchmarks;

/// <summary>The identity provider of the services under test: one for this process, with one key.</summary>
internal static class Site
{
    private const string Key = "site";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(6);
    private static readonly Lock Gate = new();
    private static readonly LocalIssuer Issuer = Make();

    public static string[] Settings => Issuer.Settings;

    /// <summary>A token for an officer of the whole country or of a region, or for the leader of a team.</summary>
    public static string Token(string subject, string? leaderOf = null, string? region = null)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = Issuer.Claims(now, leaderOf is null ? "officer" : "leader", subject);
        claims["exp"] = (now + Lifetime).ToUnixTimeSeconds();
        if (region is not null)
        {
            claims["region"] = region;
        }

        if (leaderOf is not null)
        {
            claims["team"] = leaderOf;
        }

        lock (Gate)
        {
            return Issuer.Sign(claims, Key);
        }
    }

    private static LocalIssuer Make()
    {
        var issuer = new LocalIssuer();
        issuer.AddEc(Key);
        return issuer;
    }
}
