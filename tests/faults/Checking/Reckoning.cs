using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Checking;

/// <summary>What is asked when a fault is over and work can go on: whether all that was acknowledged is there, what became of the rest, and whether whoever could
/// not be served was told so in time.</summary>
internal static class Reckoning
{
    private const int OddOnesTold = 3;

    public static async Task Of(
        Site site,
        ServiceProcess node,
        IReadOnlyList<Attempt> attempts,
        string journal,
        TimeSpan longest,
        Tally tally
    )
    {
        foreach (var odd in attempts.Where(attempt => (int?)attempt.Status is >= 500 && !attempt.IsTurnedAway).Take(OddOnesTold))
        {
            tally.Break($"it was answered {(int)odd.Status!}: {odd.Path}: {odd.Answer}");
        }

        var slowest = attempts.Count == 0 ? TimeSpan.Zero : attempts.Max(attempt => attempt.Took);
        if (slowest > longest)
        {
            tally.Break($"an answer took {slowest.TotalSeconds:F1} s");
        }

        tally.Break(await site.Checker().Broken(journal));
        var known = attempts.Where(attempt => attempt.IsAcknowledged).ToList();
        var unknown = attempts.Where(attempt => attempt.IsTurnedAway || attempt.Status is null).ToList();
        await Replay.Repeat(node, known, attempts, tally);
        await Replay.MustBeThere(node, known, tally);
        var settled = await Replay.Settle(node, unknown, tally);
        tally.Break(await site.Checker().Broken());
        tally.Rounds++;
        tally.Acknowledged += known.Count;
        tally.Unknown += unknown.Count(attempt => attempt.Status is null);
        tally.Refused += unknown.Count(attempt => attempt.IsTurnedAway);
        tally.Happened += settled.Count(attempt => attempt.Replayed);
    }
}
