using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>kill -9 in the middle of work: what was acknowledged is there afterwards, nothing is half there, and a repeat under the same key finds out
/// what became of a lost answer.</summary>
internal sealed class Killed : Fault
{
    private const int FewestBeforeTheKill = 20;
    private const int MostBeforeTheKill = 140;
    private const int LongestWait = 5000;

    public override string Name => "F01-killed";

    public override string Means => "kill -9 under load, at random moments";

    public override string Defect => DefectiveService.AnswersEarly;

    public override IReadOnlyList<Engine> Engines => [Engine.Sqlite, Engine.Postgres];

    public override int Rounds => 200;

    public override int RoundsInTheGate => 3;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var journalFile = Path.Combine(site.Data, "journal.ndjson");
        using var journal = new Journal(journalFile);
        var checker = site.Checker();
        var acknowledged = new List<Attempt>();
        var nodes = await StartAll(site);
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var random = new Random(round);
            var killAfter = random.Next(FewestBeforeTheKill, MostBeforeTheKill);
            var victim = nodes[random.Next(nodes.Count)];
            var load = new Load.Load(nodes, round, journal)
            {
                OnAcknowledged = number =>
                {
                    if (number == killAfter)
                    {
                        KillSoon(victim, random.Next(LongestWait));
                    }
                },
            };
            using var over = new CancellationTokenSource();
            var work = load.Run(over.Token);
            await victim.Ended();
            // The others go on a while without it.
            over.CancelAfter(nodes.Count > 1 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
            await work;
            nodes[nodes.ToList().IndexOf(victim)] = await site.Start();

            tally.Break(await checker.Broken(journalFile));
            var known = load.Attempts.Where(attempt => attempt.IsAcknowledged).ToList();
            var unknown = load.Attempts.Where(attempt => attempt.Status is null).ToList();
            await Replay.Repeat(nodes[0], known, [.. load.Attempts], tally);
            await Replay.MustBeThere(nodes[^1], known, tally);
            var settled = await Replay.Settle(nodes[0], unknown, tally);
            tally.Break(await checker.Broken());
            tally.Rounds++;
            tally.Acknowledged += known.Count;
            tally.Unknown += unknown.Count;
            tally.Happened += settled.Count(attempt => attempt.Replayed);
            acknowledged.AddRange(known.Concat(settled.Where(attempt => attempt.IsAcknowledged)));
            if (site.IsPlanted && tally.Violations.Count > 0)
            {
                return;
            }
        }

        await Replay.Repeat(nodes[0], acknowledged, acknowledged, tally);
        tally.Break(await checker.BrokenAudit());
        tally.Demand(tally.Unknown >= tally.Rounds, "a kill that cuts nobody off tests nothing");
    }

    private static async Task<List<ServiceProcess>> StartAll(Site site)
    {
        var nodes = new List<ServiceProcess> { await site.Start() };
        if (site.Engine == Engine.Postgres)
        {
            nodes.Add(await site.Start());
            nodes.Add(await site.Start());
        }

        return nodes;
    }

    private static void KillSoon(ServiceProcess victim, int microseconds) =>
        new Thread(() =>
        {
            var from = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(from).TotalMicroseconds < microseconds)
            {
                Thread.SpinWait(20);
            }

            victim.Kill();
        }).Start();
}
