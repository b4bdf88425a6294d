using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;

namespace Dispatch.Api.Http.Access;

/// <summary>Tokens whose signature and claims were found good. The same letters are good again until their time is over; to check the
/// signature anew with every call costs more than most calls.</summary>
internal sealed class SeenTokens(TokenKey key)
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, (ClaimsPrincipal Principal, SecurityToken Token)> known = new(StringComparer.Ordinal);
    private int count;

    public ClaimsPrincipal? Find(string token)
    {
        if (!known.TryGetValue(token, out var found))
        {
            return null;
        }

        if (key.IsInForce(found.Token))
        {
            return found.Principal;
        }

        if (known.TryRemove(token, out _))
        {
            Interlocked.Decrement(ref count);
        }

        return null;
    }

    public void Keep(string token, ClaimsPrincipal principal, SecurityToken read)
    {
        if (Interlocked.Increment(ref count) > Most)
        {
            known.Clear();
            Interlocked.Exchange(ref count, 1);
        }

        if (!known.TryAdd(token, (principal, read)))
        {
            Interlocked.Decrement(ref count);
        }
    }
}
