using System.Diagnostics;
using System.Net;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>Every flush takes long: commands wait their turn together and not behind each other, nobody waits for ever, and health answers at once.</summary>
internal sealed class SlowDisk : Fault
{
    private const int Clients = 64;
    private const double LongestHealth = 2;
    private const double LongestAnswer = 20;
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(8);

    public override string Name => "F07-slow-disk";

    public override string Means => "every flush takes 50 ms (odd rounds) or a second";

    public override string Defect => DefectiveService.OneAtATime;

    public override int Rounds => 4;

    public override string? Obstacle(Engine engine) => Launch.ObstacleToTracing;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var journalFile = Path.Combine(site.Data, "journal.ndjson");
        using var journal = new Journal(journalFile);
        await using (await site.Start()) { }

        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var delay = round % 2 == 1 ? Short : Long;
            var node = await site.Start(Launch.FlushTakes(delay));
            var load = new Load.Load([node], round, journal);
            using var over = new CancellationTokenSource();
            var clock = Stopwatch.StartNew();
            var work = load.Run(over.Token, Clients);
            var slowest = 0.0;
            while (clock.Elapsed < Work)
            {
                var asked = Stopwatch.StartNew();
                if (await node.Readiness(TimeSpan.FromSeconds(LongestAnswer)) != HttpStatusCode.OK)
                {
                    tally.Break("a slow disk makes the node call itself not ready");
                }

                slowest = Math.Max(slowest, asked.Elapsed.TotalSeconds);
                await Task.Delay(200);
            }

            await over.CancelAsync();
            // A main job is eight writes long; each client ends the one it is at.
            if (await Task.WhenAny(work, Task.Delay(LongestEnd)) != work)
            {
                tally.Break($"the last answers take longer than {LongestEnd.TotalSeconds:F0} s");
            }

            node.Kill();
            await node.Ended();
            await work;
            tally.Notes.Add(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"{delay.TotalMilliseconds} ms: {load.Acknowledged} acknowledged in {clock.Elapsed.TotalSeconds:F0} s by {Clients} clients, readiness in {slowest:F2} s at most"
                )
            );
            if (slowest > LongestHealth)
            {
                tally.Break("readiness waits for the disk");
            }

            tally.Demand(load.Acknowledged > 0, "nothing was written");
            tally.Rounds++;
            tally.Acknowledged += load.Acknowledged;
            tally.Refused += load.Attempts.Count(attempt => attempt.IsTurnedAway);
            tally.Break(await site.Checker().Broken(journalFile));
            if (site.IsPlanted && tally.Violations.Count > 0)
            {
                return;
            }
        }
    }
}
