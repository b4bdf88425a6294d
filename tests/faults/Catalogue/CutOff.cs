using System.Diagnostics;
using System.Globalization;
using System.Net;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>Between one node and the database nothing passes, one way or both. Its callers are told in time that it does not go now; who repeats elsewhere is
/// served once; afterwards it works again by itself.</summary>
internal sealed class CutOff : Fault
{
    private const int People = 6;
    private const int FewestBefore = 30;
    private const int Impatient = 20;
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(22);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(15);

    public override string Name => "F22-cut-off";

    public override string Means =>
        "one of three nodes and the database do not hear each other, one way, the other, both, or every connection refused";

    public override string Defect => DefectiveService.SaysYesLate;

    public override IReadOnlyList<Engine> Engines => [Engine.Postgres];

    public override int Rounds => 8;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var journalFile = Path.Combine(site.Data, "journal.ndjson");
        using var journal = new Journal(journalFile);
        await using var strait = new Strait(site.Database);
        var far = await site.Start(Launch.Plain with { Database = strait.Database });
        List<ServiceProcess> near = [await site.StartWhole(), await site.StartWhole()];
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var (cutOff, others) = (
                new Load.Load([far], round, journal) { RestAfterRefusal = Rest },
                new Load.Load(near, -round, journal) { RestAfterRefusal = Rest }
            );
            using var over = new CancellationTokenSource();
            var work = Task.WhenAll(cutOff.Run(over.Token, People), others.Run(over.Token, People));
            tally.Demand(await cutOff.Reaches(FewestBefore, LongestRecovery), "hardly anybody was served before it happened");
            var servedBefore = others.Acknowledged;
            var which = (round - 1) % 4;
            if (which == 3)
            {
                strait.Refuse();
            }
            else
            {
                strait.Stall(node: which != 1, database: which != 0);
            }

            await Task.Delay(Cut);
            if (await far.Readiness(LongestAnswer) != HttpStatusCode.ServiceUnavailable)
            {
                tally.Break("the node that is cut off does not say that it is not ready");
            }

            tally.Demand(cutOff.Attempts.Any(attempt => attempt.IsTurnedAway) || site.IsPlanted, "nobody noticed");
            var elsewhere = await Elsewhere(cutOff, near[0]);
            if (round % 2 == 1)
            {
                strait.Drop();
            }

            var turnedAway = cutOff.Acknowledged;
            var clock = Stopwatch.StartNew();
            strait.Open();
            var isBack = await cutOff.Reaches(turnedAway + 1, LongestRecovery);
            tally.Notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Way(which)}: {cutOff.Attempts.Count(attempt => attempt.IsTurnedAway)} told to come back there, {others.Acknowledged - servedBefore} served elsewhere; the node works {clock.Elapsed.TotalSeconds:F1} s after the end"
                )
            );
            if (!isBack)
            {
                tally.Break($"the node that was cut off does not work {LongestRecovery.TotalSeconds} s after the end");
            }

            await Task.Delay(Before);
            await over.CancelAsync();
            await work;
            tally.Demand(others.Acknowledged > servedBefore, "nobody was served elsewhere");
            await Reckoning.Of(site, near[1], [.. cutOff.Attempts, .. others.Attempts, .. elsewhere], journalFile, LongestAnswer, tally);
            if (site.IsPlanted && tally.Violations.Count > 0)
            {
                return;
            }
        }
    }

    /// <summary>Who does not want to wait sends the same again by another way.</summary>
    private static Task<Attempt[]> Elsewhere(Load.Load load, ServiceProcess node) =>
        Task.WhenAll(
            load.Attempts.Where(attempt => attempt.IsTurnedAway)
                .Take(Impatient)
                .Concat(load.Underway)
                .Select(attempt => attempt.Send(node.Client))
        );

    private static string Way(int which) =>
        which switch
        {
            0 => "from the node to the database",
            1 => "from the database to the node",
            2 => "both ways",
            _ => "refused",
        };
}
