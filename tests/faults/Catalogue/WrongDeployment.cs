using Dispatch.Faults.Ground;

namespace Dispatch.Faults.Catalogue;

/// <summary>What must not be served is not served, and the start says why.</summary>
internal sealed class WrongDeployment : Fault
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);

    public override string Name => "F39-wrong-deployment";

    public override string Means => "a second process on the file, a file system of another machine, SQLite told to flush less; a server that does not flush";

    public override string Defect => "each as it should be: a folder of its own, a disk of this machine, no options; a server that flushes";

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
            await node.Ended();
            if (site.IsPlanted)
            {
                Directory.Delete(data, recursive: true);
            }

            await OnAnotherMachine(site, tally);
            foreach (var setting in new[] { "Data Source=dispatch.db;Synchronous=Off", "dispatch.db", "sqlite;synchronous=normal" })
            {
                await MustRefuse(site.Data, site.IsPlanted ? site.Database : setting, "SQLite takes no options here", tally);
            }
        }
        else
        {
            await site.Tell(
                site.IsPlanted ? "alter database faults set synchronous_commit = on" : "alter database faults set synchronous_commit = off"
            );
            await MustRefuse(site.Data, site.Database, "synchronous_commit", tally);
            await site.Tell("alter database faults reset synchronous_commit");
            await MustRefuse(
                site.Data,
                site.IsPlanted ? site.Database : site.Database + ";Options=-c synchronous_commit=off",
                "synchronous_commit",
                tally
            );
        }

        tally.Rounds = 1;
    }

    // Made by a program that hands all on and calls itself sshfs: the name is what the service goes by.
    private static async Task OnAnotherMachine(Site site, Tally tally)
    {
        if (Environment.UserName != "root" || !Site.Has("bindfs"))
        {
            tally.Notes.Add("without a file system of another machine: it takes root and bindfs to make one");
            return;
        }

        var (behind, there) = (Directory.CreateDirectory(site.Data + "-behind").FullName, Directory.CreateDirectory(site.Data + "-there").FullName);
        if (site.IsPlanted)
        {
            await MustRefuse(there, site.Database, "network file system", tally);
            return;
        }

        await Site.Shell("bindfs", "-o", "subtype=sshfs", behind, there);
        try
        {
            await MustRefuse(there, site.Database, "network file system", tally);
        }
        finally
        {
            await Site.Shell("umount", there);
        }
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
