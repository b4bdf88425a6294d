using System.Diagnostics;
using System.Globalization;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>The machine of the primary dies under load, and its synchronous standby takes over: nothing that was acknowledged is lost, and the nodes find the new
/// primary by themselves. In between, and while it is the standby that is dead, everybody is told in time that it does not go now.</summary>
internal sealed class FailedOver : Fault
{
    private const int People = 12;
    private const int FewestBefore = 60;
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WithoutLink = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan WithoutStandby = TimeSpan.FromSeconds(14);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(30);

    public override string Name => "F20-failed-over";

    public override string Means =>
        "the primary dies under load and the standby takes over, with its link cut before or not; or the standby dies";

    public override string Defect => "no-synchronous-standby";

    public override IReadOnlyList<Engine> Engines => [Engine.Postgres];

    public override bool NeedsPair => true;

    public override int Rounds => 9;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var journalFile = Path.Combine(site.Data, "journal.ndjson");
        using var journal = new Journal(journalFile);
        List<ServiceProcess> nodes = [await site.StartWhole(), await site.StartWhole(), await site.StartWhole()];
        var (primary, standby) = ("a", "b");
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            if (site.IsPlanted)
            {
                await site.Pair("alone", primary);
            }

            var load = new Load.Load(nodes, round, journal) { RestAfterRefusal = Rest };
            using var over = new CancellationTokenSource();
            var work = load.Run(over.Token, People);
            tally.Demand(await load.Reaches(FewestBefore, LongestRecovery), "hardly anybody was served before it happened");
            if (round % 3 == 0)
            {
                await WithoutAStandby(site, standby, load, tally);
            }
            else
            {
                if (round % 3 == 1)
                {
                    // What is acknowledged from here on nobody else has.
                    await site.Pair("part", standby);
                    await Task.Delay(WithoutLink);
                }

                await Fail(site, primary, standby, load, tally);
                (primary, standby) = (standby, primary);
            }

            await Task.Delay(Work);
            await over.CancelAsync();
            await work;
            await Reckoning.Of(site, nodes[round % nodes.Count], load.Attempts, journalFile, LongestAnswer, tally);
            if (site.IsPlanted && tally.Violations.Count > 0)
            {
                return;
            }
        }

        tally.Demand(tally.Refused > 0, "nobody noticed");
    }

    private static async Task Fail(Site site, string primary, string standby, Load.Load load, Tally tally)
    {
        var clock = Stopwatch.StartNew();
        await site.Pair("kill", primary);
        var before = load.Acknowledged;
        var killed = clock.Elapsed;
        await site.Pair("promote", standby);
        var promoted = clock.Elapsed;
        if (!await load.Reaches(before + 1, LongestRecovery))
        {
            tally.Break($"nothing is acknowledged {LongestRecovery.TotalSeconds} s after the new primary was made");
            return;
        }

        tally.Notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"the first write was acknowledged {(clock.Elapsed - killed).TotalSeconds:F1} s after the primary had died, {(clock.Elapsed - promoted).TotalSeconds:F1} s after the standby was promoted"
            )
        );
        await Task.Delay(Work);
        await site.Pair("rejoin", primary);
    }

    private static async Task WithoutAStandby(Site site, string standby, Load.Load load, Tally tally)
    {
        await site.Pair("kill", standby);
        // What was flushed there just before is on its way back.
        await Task.Delay(Rest);
        var before = load.Acknowledged;
        await Task.Delay(WithoutStandby);
        var late = load.Acknowledged - before;
        if (late > 0)
        {
            tally.Lose($"{late} writes that no standby has were acknowledged");
        }

        tally.Demand(load.Attempts.Any(attempt => attempt.IsTurnedAway), "nobody was told that it does not go");
        var clock = Stopwatch.StartNew();
        await site.Pair("rejoin", standby);
        var back = clock.Elapsed;
        if (!await load.Reaches(before + 1, LongestRecovery))
        {
            tally.Break($"nothing is acknowledged {LongestRecovery.TotalSeconds} s after a standby was back");
        }

        tally.Notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"without a standby {load.Attempts.Count(attempt => attempt.IsTurnedAway)} were told to come back; the first write was acknowledged {(clock.Elapsed - back).TotalSeconds:F1} s after one was there"
            )
        );
    }
}
