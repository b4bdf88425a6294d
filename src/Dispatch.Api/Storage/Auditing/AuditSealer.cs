using Dispatch.Api.Features.Health;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Storage.Auditing;

/// <summary>
/// Chains what was written since it last looked, one node at a time, and vouches for the chain in the checkpoint file. Entries are not chained in the
/// transactions that make them: they would wait for one another at the head of the chain. An entry that is committed late is chained late; the
/// table of what waits loses none.
/// </summary>
internal sealed class AuditSealer(
    IServiceScopeFactory scopes,
    Database database,
    BlindIndex stamps,
    CheckpointFile file,
    Refusals refusals,
    TimeProvider clock,
    Readiness readiness,
    IConfiguration configuration,
    ILogger<AuditSealer> log
) : BackgroundService
{
    private const int AtOnce = 200;
    private const int DefaultSeconds = 10;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BetweenCounts = TimeSpan.FromMinutes(1);

    private readonly TimeSpan betweenCheckpoints = TimeSpan.FromSeconds(
        configuration.GetValue("Dispatch:Audit:CheckpointSeconds", DefaultSeconds) is var seconds and >= 1
            ? seconds
            : throw new InvalidOperationException("Dispatch:Audit:CheckpointSeconds must be 1 or more.")
    );

    /// <summary>Seals as many entries as wait when it begins; returns how many that were.</summary>
    public async Task<int> SealWaiting(CancellationToken ct = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var (waiting, all) = (await db.Value<long>("select count(*) from audit_waiting"), 0);
        while (all < waiting)
        {
            var sealedNow = 0;
            await database.Write(db, Chore.Chaining, async () => sealedNow = await SealSome(db), ct);
            if (sealedNow == 0)
            {
                // Another node was there first.
                break;
            }

            all += sealedNow;
        }

        return all;
    }

    /// <summary>Vouches for what was sealed since the last checkpoint, if anything was.</summary>
    public async Task<bool> WriteCheckpoint(CancellationToken ct = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var reached = await Reached(db);
        var last = file.Last();
        var known = last is null
            ? null
            : await db.Find<CheckpointRow>(
                "select number, seq from audit_checkpoint where file_id = @File order by number desc limit 1",
                new { last.File }
            );
        var isSameTime = last is null || (!(known?.Number > last.Number) && await Holds(db, last));
        await db.CloseReading();
        if (!isSameTime)
        {
            throw new InvalidOperationException(
                "The checkpoint file and the database are not of the same time: one of them was put back. Run verify-audit."
            );
        }

        if (reached.Seq == (last?.Seq ?? 0))
        {
            return false;
        }

        var next = file.Append(last, reached, clock.GetUtcNow());
        // A line that was written when the power went is entered with the next one.
        await database.Write(db, Chore.Chaining, () => Note(db, next), ct);
        return true;
    }

    /// <summary>The database is told of a line that lies on the disk.</summary>
    public static Task<int> Note(Session db, Checkpoint line) =>
        db.Execute(
            "insert into audit_checkpoint (file_id, number, seq, line_hash, at) values (@File, @Number, @Seq, @lineHash, @At)",
            new
            {
                line.File,
                line.Number,
                line.Seq,
                lineHash = AuditChain.Digest(line.Line),
                line.At,
            }
        );

    /// <summary>Before anybody is answered: a database that lacks what its checkpoint file vouches for was put back, and whoever did that says so
    /// first.</summary>
    public async Task DemandWhatWasVouchedFor()
    {
        await using var db = new Session(database);
        if (file.LastOfOurs() is { } last && !await Holds(db, last))
        {
            throw new InvalidOperationException(
                $"The database lacks entry {last.Seq} of the audit, which {file.Path} vouches for. If a backup was put back, say so with the command restored --at <its time>; if the database is a new one, put that file away; if neither, run verify-audit."
            );
        }
    }

    /// <summary>Writes down how often callers were refused since the last time: one entry for each kind and caller.</summary>
    public async Task<int> WriteRefusals(CancellationToken ct = default)
    {
        var counted = refusals.Take();
        if (counted.Count == 0)
        {
            return 0;
        }

        await using var scope = scopes.CreateAsyncScope();
        var (db, trail) = (scope.ServiceProvider.GetRequiredService<Session>(), scope.ServiceProvider.GetRequiredService<AuditTrail>());
        await database.Write(
            db,
            async () =>
            {
                foreach (var refused in counted)
                {
                    await trail.Refused(refused.What, refused.Actor, refused.Role, refused.Times);
                }
            },
            ct
        );
        return counted.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Started.WaitAsync(stoppingToken);
        var (checkpointAt, countAt) = (0L, clock.GetTimestamp());
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SealWaiting(stoppingToken);
                if (clock.GetElapsedTime(checkpointAt) >= betweenCheckpoints)
                {
                    checkpointAt = clock.GetTimestamp();
                    await WriteCheckpoint(stoppingToken);
                }

                if (clock.GetElapsedTime(countAt) >= BetweenCounts)
                {
                    countAt = clock.GetTimestamp();
                    await WriteRefusals(stoppingToken);
                }
            }
            catch (Exception cause) when (cause is not OperationCanceledException)
            {
                log.LogError(cause, "The audit could not be sealed; trying again.");
            }

            await Task.Delay(Look, stoppingToken);
        }
    }

    private async Task<int> SealSome(Session db)
    {
        // One node at a time; what the one before committed is seen by the next.
        await db.HoldKey("audit seals");
        var last = await Reached(db);
        var waiting = await db.List<AuditEntry>(
            $"""
            select {AuditEntry.Columns} from audit_entry
            where entry_id in (select entry_id from audit_waiting order by entry_id limit {AtOnce}) order by entry_id
            """
        );
        foreach (var entry in waiting)
        {
            if (AuditTrail.StampOf(stamps, entry) != entry.Stamp)
            {
                log.LogCritical("The audit entry {EntryId} was not written by the service, or was changed since.", entry.EntryId);
            }

            last = AuditChain.After(last, entry);
            await db.Execute(
                "insert into audit_seal (seq, entry_id, hash) values (@Seq, @EntryId, @Hash)",
                new
                {
                    last.Seq,
                    entry.EntryId,
                    last.Hash,
                }
            );
            await db.Execute("delete from audit_waiting where entry_id = @EntryId", entry);
        }

        return waiting.Count;
    }

    // Grown past it on another way, the chain has its number and another hash.
    private static async Task<bool> Holds(Session db, Checkpoint last) =>
        last.Seq == 0 || await db.Value<string>("select hash from audit_seal where seq = @Seq", new { last.Seq }) == last.Hash;

    /// <summary>How far the chain has come.</summary>
    public static async Task<AuditSeal> Reached(Session db) =>
        await db.Find<AuditSeal>("select seq, hash from audit_seal order by seq desc limit 1") ?? AuditSeal.Origin;

    private sealed record CheckpointRow
    {
        public long Number { get; init; }
        public long Seq { get; init; }
    }
}
