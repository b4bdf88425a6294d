using System.Diagnostics;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>SIGTERM under load: who was let in is answered, and the process leaves by itself and in time.</summary>
internal sealed class ToldToStop : Fault
{
    private const int Clients = 32;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public override string Name => "F38-told-to-stop";

    public override string Means => "SIGTERM under load";

    public override string Defect => DefectiveService.StopsAtOnce;

    public override IReadOnlyList<Engine> Engines => [Engine.Sqlite, Engine.Postgres];

    public override int Rounds => 20;

    public override int RoundsInTheGate => 1;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var journalFile = Path.Combine(site.Data, "journal.ndjson");
        using var journal = new Journal(journalFile);
        var node = await site.Start();
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var load = new Load.Load([node], round, journal);
            using var over = new CancellationTokenSource();
            var work = load.Run(over.Token, Clients);
            await Task.Delay(TimeSpan.FromMilliseconds(500 + new Random(round).Next(500)));
            var clock = Stopwatch.StartNew();
            node.Signal("TERM");
            await node.Ended().WaitAsync(Longest);
            tally.Notes.Add($"gone after {clock.ElapsedMilliseconds} ms");
            if (node.ExitCode != 0)
            {
                tally.Break($"it ended with {node.ExitCode}");
            }

            await over.CancelAsync();
            await work;
            node = await site.Start();
            var known = load.Attempts.Where(attempt => attempt.IsAcknowledged).ToList();
            var unknown = load.Attempts.Where(attempt => attempt.Status is null).ToList();
            var settled = await Replay.Settle(node, unknown, tally);
            // Who found the door closed was not let in; who was let in and got no answer was cut off.
            var cut = settled.Count(attempt => attempt.Replayed);
            if (cut > 0)
            {
                tally.Break($"{cut} writes were done and their answers cut off");
            }

            await Replay.Repeat(node, known, [.. load.Attempts], tally);
            tally.Break(await site.Checker().Broken(journalFile));
            tally.Rounds++;
            tally.Acknowledged += known.Count;
            tally.Unknown += unknown.Count;
            tally.Happened += cut;
        }
    }
}
