using System.Diagnostics;
using System.Globalization;
using System.Net;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;
using Microsoft.Data.Sqlite;

namespace Dispatch.Faults.Catalogue;

/// <summary>Somebody else has the database file open: he reads one snapshot for long while others write, or holds the right to write. Writers wait for him,
/// not for ever; the log grows behind him, and is cut back when he is gone.</summary>
internal sealed class LongReader : Fault
{
    private const int Clients = 16;
    private const double Megabyte = 1024 * 1024;

    // What the service cuts its log back to, and one commit.
    private const long LongestLog = 72L * 1024 * 1024;
    private const double LongestAnswer = 15;
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortHold = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongHold = TimeSpan.FromSeconds(14);

    public override string Name => "F08-long-reader";

    public override string Means => "another process keeps a snapshot of the file, or its write lock, under load";

    public override string Defect => DefectiveService.WaitsForNobody;

    public override int Rounds => 3;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var journalFile = Path.Combine(site.Data, "journal.ndjson");
        using var journal = new Journal(journalFile);
        var node = await site.Start();
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var load = new Load.Load([node], round, journal);
            await Read(site, load, tally);
            await Hold(site, load, ShortHold, tally);
            var before = load.Attempts.Count(attempt => attempt.IsTurnedAway);
            if (before > 0)
            {
                tally.Break($"{before} were turned away for a snapshot, or for a lock of {ShortHold.TotalSeconds} s");
            }

            await Hold(site, load, LongHold, tally);
            tally.Demand(load.Attempts.Count(attempt => attempt.IsTurnedAway) > before, "nobody was turned away by the long lock");
            var from = load.Acknowledged;
            await load.Run(ShortHold, Clients);
            if (load.Acknowledged == from)
            {
                tally.Break("the lock is gone and nothing is written");
            }

            if (await node.Readiness(TimeSpan.FromSeconds(5)) != HttpStatusCode.OK)
            {
                tally.Break("the lock is gone and the node is not ready");
            }

            tally.Break(
                load.Attempts.Where(attempt => (int?)attempt.Status is >= 500 and not 503)
                    .Take(3)
                    .Select(odd => $"{odd.Path} was answered {(int?)odd.Status}: {odd.Answer}")
            );
            tally.Break(await site.Checker().Broken(journalFile));
            var known = load.Attempts.Where(attempt => attempt.IsAcknowledged).ToList();
            await Replay.Repeat(node, known, [.. load.Attempts], tally);
            await Replay.MustBeThere(node, known, tally);
            tally.Rounds++;
            tally.Acknowledged += known.Count;
            tally.Refused += load.Attempts.Count(attempt => attempt.IsTurnedAway);
            if (site.IsPlanted && tally.Violations.Count > 0)
            {
                return;
            }
        }
    }

    private static async Task Read(Site site, Load.Load load, Tally tally)
    {
        var log = new FileInfo(Path.Combine(site.Data, "dispatch.db-wal"));
        var (acknowledged, clock) = (load.Acknowledged, Stopwatch.StartNew());
        long grown;
        await using (var reader = Open(site, SqliteOpenMode.ReadOnly))
        {
            await using var snapshot = reader.BeginTransaction(deferred: true);
            await using var look = new SqliteCommand("select count(*) from help_request", reader, snapshot);
            var then = await look.ExecuteScalarAsync();
            await load.Run(Work, Clients);
            while (Length() < LongestLog && clock.Elapsed < LongestRecovery)
            {
                await load.Run(TimeSpan.FromSeconds(1), Clients);
            }

            tally.Demand(Length() > LongestLog, "the log did not grow behind the reader");
            if (!Equals(then, await look.ExecuteScalarAsync()))
            {
                tally.Break("the snapshot changed");
            }

            grown = Length();
        }

        var written = load.Acknowledged - acknowledged;
        clock.Restart();
        while (Length() > LongestLog && clock.Elapsed < LongestRecovery)
        {
            await load.Run(TimeSpan.FromSeconds(1), Clients);
        }

        if (Length() > LongestLog)
        {
            tally.Break($"the log has {Length() / Megabyte:F0} MB {LongestRecovery.TotalSeconds:F0} s after the reader has gone");
        }

        tally.Notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"behind the reader {written} writes made a log of {grown / Megabyte:F0} MB ({grown / Megabyte * 1024 / Math.Max(1, written):F0} kB each); {clock.Elapsed.TotalSeconds:F0} s after he had gone it had {Length() / Megabyte:F0} MB"
            )
        );

        long Length()
        {
            log.Refresh();
            return log.Exists ? log.Length : 0;
        }
    }

    private static async Task Hold(Site site, Load.Load load, TimeSpan time, Tally tally)
    {
        using var over = new CancellationTokenSource();
        var work = load.Run(over.Token, Clients);
        var clock = Stopwatch.StartNew();
        await using (var other = Open(site, SqliteOpenMode.ReadWrite))
        {
            await using var hold = other.BeginTransaction(deferred: false);
            await Task.Delay(time);
        }

        await over.CancelAsync();
        clock.Restart();
        await work;
        if (clock.Elapsed.TotalSeconds > LongestAnswer)
        {
            tally.Break($"the last answers came {clock.Elapsed.TotalSeconds:F0} s after a lock of {time.TotalSeconds} s");
        }
    }

    private static SqliteConnection Open(Site site, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(site.Data, "dispatch.db"),
                Mode = mode,
                Pooling = false,
                DefaultTimeout = 30,
            }.ToString()
        );
        connection.Open();
        return connection;
    }
}
