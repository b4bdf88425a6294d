using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>The new version disappoints and the old one is started again on the schema the new one has left: it works. Where the new one has taken
/// something away the old one refuses to start, and says so.</summary>
internal sealed class VersionBack : Fault
{
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    public override string Name => "F36-version-back";

    public override string Means => "back to the old version after the new one has brought its schema";

    public override string Defect => NextVersion.Demands;

    public override IReadOnlyList<Engine> Engines => [Engine.Postgres];

    public override int Rounds => 5;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var journalFile = Path.Combine(site.Data, "journal.ndjson");
        using var journal = new Journal(journalFile);
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var young = await site.StartWhole(NextVersion.Of(site.IsPlanted ? NextVersion.Demands : NextVersion.Expands, round));
            var before = new Load.Load([young], round, journal);
            // A column it does not fill itself is a defect of the new version too.
            await before.Run(Work);
            young.Kill();
            await young.Ended();

            var old = await site.StartWhole();
            var after = new Load.Load([old], round + 1000, journal);
            await after.Run(Work);
            tally.Demand((before.Acknowledged > 0 && after.Acknowledged > 0) || site.IsPlanted, "nothing was written");
            await Reckoning.Of(site, old, [.. before.Attempts, .. after.Attempts], journalFile, LongestAnswer, tally);
            old.Kill();
            await old.Ended();
        }

        await using (await site.StartWhole(NextVersion.Of(NextVersion.Takes, rounds + 1))) { }
        var (exit, said) = await ServiceProcess.TryStart(site.Data, site.Database, Launch.Plain, LongestStart);
        if (exit is null or 0 || !said.Contains("Start the newer version", StringComparison.Ordinal))
        {
            tally.Break($"the old version serves what was taken from it: {exit} {said}");
        }
    }
}
