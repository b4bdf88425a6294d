using Dispatch.Faults.Ground;

namespace Dispatch.Faults.Catalogue;

/// <summary>What must not be served is not served, and the start says why.</summary>
internal sealed class WrongDeployment : Fault
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    public override string Name => "F39-wrong-deployment";

    public override string Means => "a second process on the file; a server that does not flush";

    public override string Defect => "a folder of its own for the second; a server that flushes";

    public override IReadOnlyList<Engine> Engines => [Engine.Sqlite, Engine.Postgres];

    public override int Rounds => 1;

    public override int RoundsInTheGate => 1;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        if (site.Engine == Engine.Sqlite)
        {
            var node = await site.StartWhole();
            var data = site.IsPlanted ? Directory.CreateTempSubdirectory("dispatch-fault-").FullName : site.Data;
            await MustRefuse(data, site.Database, "Another process serves this database file", tally);
            node.Kill();
            if (site.IsPlanted)
            {
                Directory.Delete(data, recursive: true);
            }
        }
        else
        {
            await site.Tell(
                site.IsPlanted ? "alter database faults set synchronous_commit = on" : "alter database faults set synchronous_commit = off"
            );
            await MustRefuse(site.Data, site.Database, "synchronous_commit", tally);
        }

        tally.Rounds = 1;
    }

    private static async Task MustRefuse(string data, string database, string why, Tally tally)
    {
        var (exit, said) = await ServiceProcess.TryStart(data, database, Launch.Plain, Longest);
        if (exit is null or 0)
        {
            tally.Break($"it serves all the same (expected: {why})");
        }
        else if (!said.Contains(why, StringComparison.Ordinal))
        {
            tally.Break($"it does not say why: {said}");
        }
    }
}
