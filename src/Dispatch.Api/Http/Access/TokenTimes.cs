namespace Dispatch.Api.Http.Access;

/// <summary>From when to when a token stands. Clocks differ: a minute is allowed on either side.</summary>
internal static class TokenTimes
{
    private static readonly TimeSpan AllowedSkew = TimeSpan.FromSeconds(60);

    public static bool AreInForce(DateTime? notBefore, DateTime? expires, DateTimeOffset now) =>
        expires is { } end && now.UtcDateTime - AllowedSkew < end && (notBefore is not { } start || now.UtcDateTime + AllowedSkew >= start);
}
