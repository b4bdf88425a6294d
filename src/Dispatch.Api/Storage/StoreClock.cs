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

    private Reading known = new(machine.GetUtcNow(), machine.GetTimestamp());
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

    /// <summary>Sets it by what the database says now.</summary>
    public async Task Ask(Func<Task<DateTimeOffset>> database)
    {
        var from = machine.GetTimestamp();
        var said = await database();
        var way = machine.GetElapsedTime(from);
        if (way <= LongestWay)
        {
            Volatile.Write(ref known, new Reading(said + way / 2, machine.GetTimestamp()));
        }
    }

    private sealed record Reading(DateTimeOffset At, long Stamp);
}
