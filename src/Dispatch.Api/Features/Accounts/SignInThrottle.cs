using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Features.Accounts;

/// <summary>
/// Counts failed sign-ins in the database, so on all nodes together: few by one name from one address, more by one name from anywhere, more
/// from one address by any name. An attempt counts before it is judged; many at once gain nothing. A name nobody has counts like any other,
/// and who tries a name from elsewhere does not lock its owner out with a handful of failures.
/// </summary>
internal sealed class SignInThrottle(Session db, BlindIndex words, IHttpContextAccessor http, TimeProvider clock)
{
    private const int MostOfBoth = 5;
    private const int MostOfEither = 50;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>Counts one attempt. Returns how long to wait when there were too many.</summary>
    public async Task<TimeSpan?> Take(string name)
    {
        var now = clock.GetUtcNow();
        TimeSpan? wait = null;
        foreach (var (watched, most) in Watched(name))
        {
            var row = (
                await db.Find<Row>(
                    """
                    insert into sign_in_failure (watched, failures, since) values (@watched, 1, @now)
                    on conflict (watched) do update set
                      failures = case when sign_in_failure.since <= @stale then 1 else sign_in_failure.failures + 1 end,
                      since = case when sign_in_failure.since <= @stale then excluded.since else sign_in_failure.since end
                    returning failures, since
                    """,
                    new
                    {
                        watched,
                        now,
                        stale = now - Window,
                    }
                )
            )!;
            if (row.Failures > most)
            {
                var left = row.Since + Window - now;
                wait = wait > left ? wait : left;
            }
        }

        return wait;
    }

    /// <summary>The attempt was none: the name is forgiven, the address has one less.</summary>
    public async Task Forgive(string name)
    {
        foreach (var (watched, most) in Watched(name))
        {
            await db.Execute(
                most == MostOfBoth
                    ? "delete from sign_in_failure where watched = @watched"
                    : "update sign_in_failure set failures = failures - 1 where watched = @watched and failures > 0",
                new { watched }
            );
        }
    }

    /// <summary>What no longer counts is gone for good.</summary>
    public static Task<int> Forget(Session db, DateTimeOffset now) =>
        db.Execute("delete from sign_in_failure where since <= @stale", new { stale = now - Window });

    // Always in this order: two who try at once hold the rows of neither name while they wait for the other's.
    private IEnumerable<(string Watched, int Most)> Watched(string name)
    {
        var address = NetworkAddress.Of(http.HttpContext);
        yield return (words.OfSignIn($"both\n{name}\n{address}"), MostOfBoth);
        yield return (words.OfSignIn("name\n" + name), MostOfEither);
        yield return (words.OfSignIn("address\n" + address), MostOfEither);
    }

    private sealed record Row
    {
        public int Failures { get; init; }
        public DateTimeOffset Since { get; init; }
    }
}
