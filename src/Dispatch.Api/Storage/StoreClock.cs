namespace Dispatch.Api.Storage;

/// <summary>The time of the database, on a node whose own clock may be wrong: asked for now and then, and carried on in between by the machine's count of
/// ticks, which nobody sets. Until it was asked for the first time it is the machine's. What the database sets back by little, as time servers do and as two
/// answers may differ, is followed by standing still; a clock that was far ahead and was set right is followed back.</summary>
internal sealed class StoreClock(TimeProvider machine) : TimeProvider
{
    // An answer that was so long under way says nothing of now.
    private static readonly TimeSpan LongestWay = TimeSpan.FromSeconds(1);

    /// <summary>Farther back is no correction but another time.</summary>
    public static readonly TimeSpan StandsStill = EvenClock.Followed;

    // A count of ticks goes astray by less: a thousandth, where quartz has some hundred-thousandths.
    private const double Drift = 0.001;

    private Reading known = new(machine.GetUtcNow(), machine.GetTimestamp(), TimeSpan.FromDays(1));
    private long latest;

    public override DateTimeOffset GetUtcNow()
    {
        var last = Volatile.Read(ref known);
        var now = last.At + machine.GetElapsedTime(last.Stamp);
        while (true)
        {
            var before = Volatile.Read(ref latest);
            if (now.UtcTicks < before && before - now.UtcTicks <= StandsStill.Ticks)
            {
                return new DateTimeOffset(before, TimeSpan.Zero);
            }

            if (Interlocked.CompareExchange(ref latest, now.UtcTicks, before) == before)
            {
                return now;
            }
        }
    }

    public override long GetTimestamp() => machine.GetTimestamp();

    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <summary>How far the machine's own clock is ahead of the database's.</summary>
    public TimeSpan Ahead => machine.GetUtcNow() - GetUtcNow();

    /// <summary>Sets it by what the database says now. Of two answers that agree the one that came sooner is believed: a slow one may be wrong by half its
    /// way, and of two nodes one would seem to end what the other has not begun.</summary>
    public async Task Ask(Func<Task<DateTimeOffset>> database)
    {
        var from = machine.GetTimestamp();
        var said = await database();
        var stamp = machine.GetTimestamp();
        var way = machine.GetElapsedTime(from, stamp);
        var (now, last) = (new Reading(said + way / 2, stamp, way / 2), Volatile.Read(ref known));
        var passed = machine.GetElapsedTime(last.Stamp, stamp);
        var doubt = last.Doubt + passed * Drift;
        var agree = (now.At - (last.At + passed)).Duration() <= now.Doubt + doubt;
        if (way <= LongestWay && (now.Doubt <= doubt || !agree))
        {
            Volatile.Write(ref known, now);
        }
    }

    /// <summary>What goes on from a time that another node wrote is not earlier than it. Farther ahead than nodes may differ it says nothing of now.</summary>
    public void NotBefore(DateTimeOffset time)
    {
        if (time - GetUtcNow() > StandsStill)
        {
            return;
        }

        for (var before = Volatile.Read(ref latest); time.UtcTicks > before; )
        {
            var found = Interlocked.CompareExchange(ref latest, time.UtcTicks, before);
            before = found == before ? time.UtcTicks : found;
        }
    }

    /// <param name="Doubt">By how much it may be wrong, either way.</param>
    private sealed record Reading(DateTimeOffset At, long Stamp, TimeSpan Doubt);
}
