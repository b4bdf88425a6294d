using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>The power goes under load: the file system stops in the middle of everything, and what had not been flushed is gone. What was acknowledged
/// is there.</summary>
internal sealed class PowerCut : Fault
{
    private const int RoundsOfADisk = 5;
    private const int FewestBeforeTheCut = 20;
    private const int MostBeforeTheCut = 200;
    private static readonly TimeSpan LongestWork = TimeSpan.FromSeconds(30);

    public override string Name => "F03-power-cut";

    public override string Means => "the file system under the data folder loses its power under load";

    public override string Defect => "flushes that succeed and flush nothing";

    public override int Rounds => 15;

    public override string? Obstacle(Engine engine) => LoopDisk.Obstacle ?? Launch.ObstacleToTracing;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        for (var from = 1; site.Goes(from, rounds) && !(site.IsPlanted && tally.Violations.Count > 0); from += RoundsOfADisk)
        {
            await OneDisk(site, from, Math.Min(rounds, from + RoundsOfADisk - 1), tally);
        }
    }

    /// <summary>From nothing: the first cut of a disk comes in the first minute of a site, when its keys have just been made.</summary>
    private static async Task OneDisk(Site site, int first, int last, Tally tally)
    {
        await using var disk = await LoopDisk.Open(site.Data);
        // The service's word is kept where the power stays on.
        var journalFile = Path.Combine(Path.GetDirectoryName(site.Data)!, $"journal-{first}.ndjson");
        using var journal = new Journal(journalFile);
        var launch = site.IsPlanted ? Launch.FlushDoesNothing() : Launch.Plain;
        if (site.IsPlanted)
        {
            // Its keys lost, a site does not start: what is planted is about what was acknowledged.
            await using (await site.StartWhole()) { }
        }

        for (var round = first; round <= last; round++)
        {
            var node = await site.StartWhole(launch);
            var load = new Load.Load([node], round, journal);
            using var over = new CancellationTokenSource(LongestWork);
            var (work, enough) = (load.Run(over.Token), new Random(round).Next(FewestBeforeTheCut, MostBeforeTheCut));
            while (load.Acknowledged < enough && !work.IsCompleted)
            {
                await Task.Delay(1);
            }

            disk.CutPower();
            node.Kill();
            await node.Ended();
            await over.CancelAsync();
            await work;
            await disk.Unmount();
            await disk.Mount();

            var again = await site.StartWhole();
            tally.Break(await site.Checker().Broken(journalFile));
            var known = load.Attempts.Where(attempt => attempt.IsAcknowledged).ToList();
            var unknown = load.Attempts.Where(attempt => attempt.Status is null || attempt.IsTurnedAway).ToList();
            tally.Demand(known.Count > 0, "nothing was written before the cut");
            await Replay.Repeat(again, known, [.. load.Attempts], tally);
            await Replay.MustBeThere(again, known, tally);
            var settled = await Replay.Settle(again, unknown, tally);
            tally.Break(await site.Checker().Broken());
            tally.Break(await site.Checker().BrokenAudit());
            tally.Rounds++;
            tally.Acknowledged += known.Count;
            tally.Unknown += unknown.Count;
            tally.Happened += settled.Count(attempt => attempt.Replayed);
            again.Kill();
            await again.Ended();
            if (site.IsPlanted && tally.Violations.Count > 0)
            {
                return;
            }
        }
    }
}
