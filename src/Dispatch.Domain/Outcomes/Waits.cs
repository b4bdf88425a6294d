namespace Dispatch.Domain.Outcomes;

/// <summary>How long it took those who got there.</summary>
/// <param name="P50Minutes">Half of them took no longer; whole minutes begun. Null: nobody got there.</param>
/// <param name="P90Minutes">Nine of ten took no longer.</param>
public sealed record Wait(int Cases, long? P50Minutes, long? P90Minutes);

/// <summary>Waiting times as they were, none estimated.</summary>
public static class Waits
{
    /// <summary>By nearest rank: a time that really occurred.</summary>
    public static Wait Of(IEnumerable<TimeSpan> times)
    {
        long[] minutes = [.. times.Select(time => (long)Math.Ceiling(time.TotalMinutes)).Order()];
        return new Wait(minutes.Length, At(minutes, 50), At(minutes, 90));
    }

    private static long? At(long[] minutes, int percent) =>
        minutes.Length == 0 ? null : minutes[((minutes.Length * percent) + 99) / 100 - 1];
}
