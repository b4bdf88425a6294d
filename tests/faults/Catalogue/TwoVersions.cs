using System.Globalization;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>A new version starts beside nodes of the old one at work, brings its schema, is killed in the middle of that (odd rounds), starts again and
/// works beside them: nobody waits, nothing is lost, and both write what both can read.</summary>
internal sealed class TwoVersions : Fault
{
    private const int StepsBeforeTheKill = 3;
    private const int LatestKill = 50;
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(3);

    public override string Name => "F35-two-versions";

    public override string Means => "the next version brings its schema while two nodes of this one work, and is killed at it";

    public override string Defect => NextVersion.Locks;

    public override IReadOnlyList<Engine> Engines => [Engine.Postgres];

    public override int Rounds => 10;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var journalFile = Path.Combine(site.Data, "journal.ndjson");
        using var journal = new Journal(journalFile);
        List<ServiceProcess> old = [await site.StartWhole(), await site.StartWhole()];
        // Whoever measures must have been warm.
        await new Load.Load(old, 0, journal).Run(Warm);
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var load = new Load.Load(old, round, journal);
            using var over = new CancellationTokenSource();
            var work = load.Run(over.Token);
            var next = NextVersion.Of(site.IsPlanted ? NextVersion.Locks : NextVersion.Expands, round);
            if (round % 2 == 1)
            {
                await ServiceProcess.TryStart(site.Data, site.Database, next, LongestStart, () => Amid(site, round));
                tally.Notes.Add($"killed when {await Steps(site, round)} of its steps were done");
            }

            var young = await site.StartWhole(next);
            var beside = new Load.Load([young, .. old], round + 1000, journal);
            await beside.Run(Together);
            await over.CancelAsync();
            await work;
            if (!site.IsPlanted)
            {
                await MustBeComplete(site, round, tally);
            }

            var attempts = load.Attempts.Concat(beside.Attempts).ToList();
            tally.Demand(load.Acknowledged > 0 && beside.Acknowledged > 0, "nothing was written");
            await Reckoning.Of(site, old[0], attempts, journalFile, Longest, tally);
            var slowest = load.Attempts.MaxBy(attempt => attempt.Took)!;
            tally.Notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{attempts.Count} writes, the slowest at the old nodes took {slowest.Took.TotalSeconds:F1} s ({slowest.Path.Split('/')[^1]})"
                )
            );
            young.Kill();
            await young.Ended();
        }
    }

    /// <summary>In the middle of its steps: as many as its turn says are done, and a moment has gone by.</summary>
    private static async Task Amid(Site site, int round)
    {
        var random = new Random(round);
        while (!site.IsPlanted && await Steps(site, round) < 1 + (round / 2 % (StepsBeforeTheKill - 1)))
        {
            await Task.Delay(5);
        }

        await Task.Delay(random.Next(LatestKill));
    }

    private static Task<long> Steps(Site site, int round) =>
        site.Checker()
            .Count(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"select count(*) from schema_migration where number between {NextVersion.FirstOf(round)} and {NextVersion.FirstOf(round) + 9}"
                )
            );

    private static async Task MustBeComplete(Site site, int round, Tally tally)
    {
        if (await Steps(site, round) is var steps and not 3)
        {
            tally.Break($"{steps} of 3 steps are done");
        }

        var valid = await site.Checker()
            .Count($"select count(*) from pg_index where indexrelid = '{NextVersion.IndexOf(round)}'::regclass and indisvalid");
        if (valid != 1)
        {
            tally.Break("the index is not valid");
        }

        if (await site.Checker().Count($"select count(*) from help_request where next_{round} is not null") == 0)
        {
            tally.Break("the column was not filled");
        }
    }
}
