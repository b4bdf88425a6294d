using System.Globalization;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>Backup after backup while people work: each copy is one moment of the database, whole, with everything that was acknowledged before it
/// began.</summary>
internal sealed class BackedUpAtWork : Fault
{
    private const int Clients = 8;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);

    public override string Name => "F34-backed-up-at-work";

    public override string Means => "backups in a loop under load";

    public override string Defect => "the file is copied as any other file";

    public override int Rounds => 20;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var journalFile = Path.Combine(site.Data, "journal.ndjson");
        using var journal = new Journal(journalFile);
        // Beside it: a copy has a folder of its own, as the checker wants it.
        var kept = Path.Combine(Path.GetDirectoryName(site.Data)!, "kept");
        var node = await site.Start();
        var load = new Load.Load([node], 1, journal);
        using var over = new CancellationTokenSource();
        var work = load.Run(over.Token, Clients);
        var (fewest, slowest) = (long.MaxValue, TimeSpan.Zero);
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            await Task.Delay(Between);
            while (load.Acknowledged == 0 && !work.IsCompleted)
            {
                await Task.Delay(Between);
            }

            var before = load.Acknowledged;
            tally.Demand(before > 0, "nothing was written before the backup");
            var folder = Directory.CreateDirectory(Path.Combine(kept, round.ToString(CultureInfo.InvariantCulture))).FullName;
            var acknowledged = Path.Combine(folder, "journal.ndjson");
            CopyLive(journalFile, acknowledged);
            var from = TimeProvider.System.GetTimestamp();
            if (site.IsPlanted)
            {
                CopyLive(Path.Combine(site.Data, Copies.Database), Path.Combine(folder, Copies.Database));
            }
            else
            {
                await Copies.BackUp(site, Path.Combine(folder, Copies.Database));
            }

            var took = TimeProvider.System.GetElapsedTime(from);
            slowest = took > slowest ? took : slowest;
            fewest = Math.Min(fewest, load.Acknowledged - before);
            tally.Break((await BrokenCopy(folder, site.Database, acknowledged)).Select(what => $"copy {round}: {what}"));
            Directory.Delete(folder, recursive: true);
            tally.Rounds++;
            if (site.IsPlanted && tally.Violations.Count > 0)
            {
                break;
            }
        }

        await over.CancelAsync();
        await work;
        tally.Demand(site.IsPlanted || fewest > 0, "nothing was written during a backup");
        tally.Acknowledged = load.Acknowledged;
        tally.Break(
            load.Attempts.Where(attempt => (int?)attempt.Status is >= 500)
                .Take(3)
                .Select(odd => $"{odd.Path} was answered {(int?)odd.Status}: {odd.Answer}")
        );
        tally.Notes.Add(
            string.Create(CultureInfo.InvariantCulture, $"at least {fewest} writes during each, the slowest {slowest.TotalSeconds:F1} s")
        );
        tally.Break(await site.Checker().Broken(journalFile));
    }

    private static async Task<IReadOnlyList<string>> BrokenCopy(string folder, string database, string acknowledged)
    {
        try
        {
            return await new Checker(folder, database).Broken(acknowledged);
        }
        catch (Microsoft.Data.Sqlite.SqliteException cause)
        {
            return [$"it is no database: {cause.Message}"];
        }
    }

    private static void CopyLive(string file, string to)
    {
        using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = File.Create(to);
        source.CopyTo(copy);
    }
}
