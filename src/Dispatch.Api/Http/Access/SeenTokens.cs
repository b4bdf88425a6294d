using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;

namespace Dispatch.Api.Http.Access;

/// <summary>A token whose signature and claims were found good.</summary>
/// <param name="Keys">What it was checked with: good for as long as these are in force.</param>
/// <param name="Session">The sign-in it comes from, which may have ended since.</param>
/// <param name="Subject">Somebody of an issuer outside, who may have been barred since.</param>
internal sealed record GoodToken(ClaimsPrincipal Principal, SecurityToken Token, object Keys, Guid? Session = null, string? Subject = null);

/// <summary>Tokens found good. The same letters are good again until their time is over; to check the signature anew with every call costs
/// more than most calls.</summary>
internal sealed class SeenTokens(TimeProvider clock)
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, GoodToken> known = new(StringComparer.Ordinal);
    private int count;

    public GoodToken? Find(string token)
    {
        if (!known.TryGetValue(token, out var found))
        {
            return null;
        }

        if (TokenTimes.AreInForce(found.Token.ValidFrom, found.Token.ValidTo, clock.GetUtcNow()))
        {
            return found;
        }

        if (known.TryRemove(token, out _))
        {
            Interlocked.Decrement(ref count);
        }

        return null;
    }

    public void Keep(string token, GoodToken good)
    {
        if (Interlocked.Increment(ref count) > Most)
        {
            known.Clear();
            Interlocked.Exchange(ref count, 1);
        }

        if (!known.TryAdd(token, good))
        {
            known[token] = good;
            Interlocked.Decrement(ref count);
        }
    }
}
