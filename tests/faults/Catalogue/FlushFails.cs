using System.Net;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>A flush that fails, once or from then on: a later success proves nothing, so the node acknowledges nothing more, says so, and waits to be
/// looked at. After a restart every lost answer can be settled.</summary>
internal sealed class FlushFails : Fault
{
    private const int FirstToFail = 40;
    private const int LastToFail = 160;
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(1);

    public override string Name => "F05-flush-fails";

    public override string Means => "fsync gives EIO once (odd rounds) or for ever";

    public override string Defect => DefectiveService.SaysYes;

    public override int Rounds => 20;

    public override int RoundsInTheGate => 1;

    public override string? Obstacle(Engine engine) => Launch.ObstacleToTracing;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var journalFile = Path.Combine(site.Data, "journal.ndjson");
        using var journal = new Journal(journalFile);
        // The first start writes much that is not asked about here.
        await using (await site.Start()) { }

        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var at = new Random(round).Next(FirstToFail, LastToFail);
            var when = round % 2 == 1 ? $"{at}" : $"{at}+";
            // Counted for each thread: only the writer makes so many.
            var node = await site.Start(Launch.FlushFails(when));
            var load = new Load.Load([node], round, journal);
            using var over = new CancellationTokenSource(Work);
            var work = load.Run(over.Token);
            while (!over.IsCancellationRequested && !load.Attempts.ToList().Exists(attempt => attempt.IsTurnedAway))
            {
                await Task.Delay(50);
            }

            var before = load.Acknowledged;
            tally.Demand(load.Attempts.ToList().Exists(attempt => attempt.IsTurnedAway) || site.IsPlanted, "no flush failed");
            await Task.Delay(Afterwards);
            // One that was in the group before may still be on its way back.
            var late = load.Acknowledged - before;
            if (late > 8)
            {
                tally.Break($"{late} writes were acknowledged after a flush had failed");
            }

            if (await node.Readiness(TimeSpan.FromSeconds(5)) != HttpStatusCode.ServiceUnavailable)
            {
                tally.Break("the node calls itself ready after a flush has failed");
            }

            await over.CancelAsync();
            await work;
            node.Kill();
            await node.Ended();

            var again = await site.Start();
            tally.Break(await site.Checker().Broken(journalFile));
            var known = load.Attempts.Where(attempt => attempt.IsAcknowledged).ToList();
            var unknown = load.Attempts.Where(attempt => attempt.IsTurnedAway || attempt.Status is null).ToList();
            await Replay.Repeat(again, known, [.. load.Attempts], tally);
            await Replay.MustBeThere(again, known, tally);
            var settled = await Replay.Settle(again, unknown, tally);
            tally.Rounds++;
            tally.Acknowledged += known.Count;
            tally.Refused += unknown.Count;
            tally.Happened += settled.Count(attempt => attempt.Replayed);
            tally.Break(await site.Checker().Broken());
            again.Kill();
            await again.Ended();
            if (site.IsPlanted && tally.Violations.Count > 0)
            {
                return;
            }
        }
    }
}
