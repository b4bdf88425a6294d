using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>One of three nodes stands still in the middle of everything, as under a paused virtual machine, and later goes on as if nothing had been. Its callers
/// have long gone to another node; what it was about to do does no harm.</summary>
internal sealed class NodeFrozen : Fault
{
    private const int People = 12;
    private const int FewestBefore = 30;
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UntilTheyGo = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(6);

    // The database lets go of what a silent node holds after 30 seconds.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(25);

    public override string Name => "F19-node-frozen";

    public override string Means =>
        "SIGSTOP of a node under load, for 6 s or longer than the database waits, then SIGCONT; its callers repeat elsewhere";

    public override string Defect => DefectiveService.ForgetsKeys;

    public override IReadOnlyList<Engine> Engines => [Engine.Postgres];

    public override int Rounds => 8;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var journalFile = Path.Combine(site.Data, "journal.ndjson");
        using var journal = new Journal(journalFile);
        List<ServiceProcess> nodes = [await site.Start(), await site.Start(), await site.Start()];
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var frozen = nodes[round % nodes.Count];
            var awake = nodes.Where(node => node != frozen).ToList();
            var (its, others) = (new Load.Load([frozen], round, journal), new Load.Load(awake, -round, journal));
            using var over = new CancellationTokenSource();
            var work = Task.WhenAll(its.Run(over.Token, People), others.Run(over.Token, People));
            tally.Demand(await its.Reaches(FewestBefore, Long), "hardly anybody was served before it happened");
            frozen.Signal("STOP");
            await Task.Delay(UntilTheyGo);
            var waiting = its.Underway;
            tally.Demand(waiting.Count > 0, "nobody was waiting for the frozen node");
            var served = others.Acknowledged;
            var repeated = Task.WhenAll(waiting.Select((attempt, number) => attempt.Send(awake[number % awake.Count].Client)));
            await Task.Delay(round % 2 == 1 ? Short : Long);
            // What it held others wait for, until the database takes it away.
            tally.Demand(others.Acknowledged > served || round % 2 == 1, "the other nodes stood still too");
            var locked = await site.Checker()
                .Count(
                    "select count(*) from pg_stat_activity where state = 'idle in transaction' and state_change < now() - interval '5 seconds'"
                );
            frozen.Signal("CONT");
            await Task.Delay(Afterwards);
            await over.CancelAsync();
            await work;
            var elsewhere = await repeated;
            tally.Notes.Add(
                $"{waiting.Count} waited for the frozen node, {elsewhere.Count(attempt => attempt.IsAcknowledged)} of them were served elsewhere meanwhile; {others.Acknowledged - served} other writes; it held {locked} transactions at the end"
            );
            // Its callers waited as long as it stood still: that is no fault of its answers.
            var late = its.Attempts.Select(attempt => attempt with { Took = TimeSpan.Zero });
            await Reckoning.Of(site, awake[0], [.. late, .. others.Attempts, .. elsewhere], journalFile, LongestAnswer, tally);
            if (site.IsPlanted && tally.Violations.Count > 0)
            {
                return;
            }
        }
    }
}
