namespace Dispatch.Api.Storage;

/// <summary>
/// The time a node works by: that of the machine as long as it goes on evenly. Where the machine's clock leaps, a day ahead or back to 1970, this one goes on
/// by the time that passes: nothing is due because of a leap, and nothing lives for ever. It never goes back. A start takes the machine's clock anew.
/// </summary>
internal sealed class EvenClock(TimeProvider machine, ILogger<EvenClock> log) : TimeProvider
{
    /// <summary>A step as time servers make them is followed: ahead at once, back by standing still.</summary>
    public static readonly TimeSpan Followed = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan BetweenAnchors = TimeSpan.FromSeconds(1);

    // Read further apart, the two clocks would seem to differ by what held the thread up.
    private static readonly TimeSpan ReadTogether = TimeSpan.FromMilliseconds(50);

    private Anchor anchor = new(machine.GetTimestamp(), machine.GetUtcNow());
    private long latest;
    private int leapt;

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    public override DateTimeOffset GetUtcNow()
    {
        var (stamp, wall) = Read();
        var from = Volatile.Read(ref anchor);
        var passed = machine.GetElapsedTime(from.Stamp, stamp);
        var even = from.Time + passed;
        var leap = wall - even;
        var follows = leap.Duration() <= Followed;
        if (follows && passed >= BetweenAnchors)
        {
            Interlocked.CompareExchange(ref anchor, new Anchor(stamp, wall), from);
        }

        Tell(follows, leap);
        return NotBefore(follows ? wall : even);
    }

    /// <summary>Never earlier from now on.</summary>
    public DateTimeOffset NotBefore(DateTimeOffset time)
    {
        while (true)
        {
            var before = Volatile.Read(ref latest);
            if (time.UtcTicks <= before)
            {
                return new DateTimeOffset(before, TimeSpan.Zero);
            }

            if (Interlocked.CompareExchange(ref latest, time.UtcTicks, before) == before)
            {
                return time;
            }
        }
    }

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    private (long Stamp, DateTimeOffset Wall) Read()
    {
        while (true)
        {
            var (before, wall, after) = (machine.GetTimestamp(), machine.GetUtcNow(), machine.GetTimestamp());
            if (machine.GetElapsedTime(before, after) <= ReadTogether)
            {
                return (after, wall);
            }
        }
    }

    private void Tell(bool follows, TimeSpan leap)
    {
        var now = follows ? 0 : 1;
        if (Volatile.Read(ref leapt) == now || Interlocked.Exchange(ref leapt, now) == now)
        {
            return;
        }

        if (follows)
        {
            log.LogWarning("The clock of the machine is where it should be again.");
        }
        else
        {
            log.LogCritical(
                "The clock of the machine has leapt by {Leap}. The service goes on by the time that passes. Set the clock right; if it is right now, restart the service.",
                leap
            );
        }
    }

    private sealed record Anchor(long Stamp, DateTimeOffset Time);
}

/// <summary>What a start demands of the clock.</summary>
internal static class ClockRules
{
    /// <summary>The setting that says: the clock was ahead once, and what it wrote then lies in the future.</summary>
    public const string WasAhead = "Dispatch:ClockWasAhead";

    private static readonly DateTimeOffset Earliest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan MostBehind = TimeSpan.FromMinutes(5);

    /// <summary>Before anybody is answered: a clock that is far behind what the database holds would end things before they began.</summary>
    public static async Task Demand(TimeProvider clock, Database database, IConfiguration configuration)
    {
        var now = clock.GetUtcNow();
        if (now < Earliest)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"The clock of this machine says {now:yyyy-MM-dd HH:mm}, a time before this program was made. Set it.")
            );
        }

        await using var db = new Session(database);
        // The ids sort by time.
        var newest = await db.Value<DateTimeOffset?>("select at from audit_entry order by entry_id desc limit 1");
        if (newest is not { } last || configuration.GetValue(WasAhead, false))
        {
            return;
        }

        if (last - now > MostBehind)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant(
                    $"The clock of this machine says {now:yyyy-MM-dd'T'HH:mm:ss}Z, and the database has an entry of {last:yyyy-MM-dd'T'HH:mm:ss}Z. Set the clock. If it is right and was ahead once, start with {WasAhead}=true: what was under way then may seem to have ended before it began."
                )
            );
        }

        (clock as EvenClock)?.NotBefore(last);
    }
}
