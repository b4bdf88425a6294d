using System.Data;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Dispatch.Api.Storage.Sealing;
using Microsoft.Data.Sqlite;

namespace Dispatch.Api.Storage.Auditing;

/// <summary>
/// Compares what the database says of the past with itself and with the checkpoint file: every entry with its stamp and its place in the chain, the
/// chain with what the checkpoints vouch for, the file with what the database knows of it. It writes nothing.
/// </summary>
internal sealed class AuditVerification(AuditKey key, BlindIndex stamps, TextWriter said)
{
    private const int AtOnce = 1000;
    private const int MostSaid = 20;

    private long problems;

    /// <param name="open">A connection that sees one state of the database.</param>
    /// <returns>Whether all of it holds.</returns>
    public async Task<bool> Run(Func<Task<DbConnection>> open, string path)
    {
        // The service goes on meanwhile: what the database knew first must be in the file then, and what the file says in the database afterwards.
        IReadOnlyList<KnownLine> known;
        await using (var before = await open())
        {
            known =
            [
                .. await before.QueryAsync<KnownLine>(
                    "select file_id, number, seq, line_hash from audit_checkpoint order by file_id, number"
                ),
            ];
        }

        var checkpoints = await ReadFile(path, known);
        await using (var connection = await open())
        {
            // The driver would begin a transaction that writes.
            await using DbTransaction snapshot = connection is SqliteConnection file
                ? file.BeginTransaction(deferred: true)
                : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
            await Chain(connection, snapshot, checkpoints);
            await Waiting(connection, snapshot);
        }

        await said.WriteLineAsync(problems == 0 ? "Everything holds." : Invariant($"{problems} problems."));
        return problems == 0;
    }

    private async Task<List<Checkpoint>> ReadFile(string path, IReadOnlyList<KnownLine> known)
    {
        List<Checkpoint> checkpoints = [];
        if (!File.Exists(path))
        {
            if (known.Count > 0)
            {
                await Problem(Invariant($"There is no checkpoint file {path}, and the database knows of {known.Count} checkpoints."));
            }

            return checkpoints;
        }

        var line = 0;
        string? before = null;
        foreach (var text in CheckpointFile.Lines(path))
        {
            line++;
            if (Checkpoint.Read(text) is not { } checkpoint)
            {
                await Problem(Invariant($"Line {line} of the checkpoint file is no checkpoint."));
                before = null;
                continue;
            }

            await Check(checkpoint, checkpoints, line, before);
            before = text;
            checkpoints.Add(checkpoint);
        }

        await said.WriteLineAsync(
            checkpoints is [.., var last]
                ? Invariant($"{checkpoints.Count} checkpoints, the last of {last.At:yyyy-MM-dd HH:mm:ss}Z for entry {last.Seq}.")
                : "No checkpoint yet."
        );
        await Compare(checkpoints, known);
        return await Standing(checkpoints);
    }

    // Said and signed by whoever put a backup back: what was vouched for after it is lost, and the chain went on from there.
    private async Task<List<Checkpoint>> Standing(List<Checkpoint> checkpoints)
    {
        List<Checkpoint> standing = [];
        foreach (var checkpoint in checkpoints)
        {
            if (checkpoint.Restored is { } then)
            {
                var lost = standing.Where(earlier => earlier.Seq > checkpoint.Seq).ToList();
                standing.RemoveAll(lost.Contains);
                await said.WriteLineAsync(
                    Invariant(
                        $"On {checkpoint.At:yyyy-MM-dd HH:mm:ss}Z a backup of {then:yyyy-MM-dd HH:mm:ss}Z was put back, up to entry {checkpoint.Seq}; {(lost is [.., var last] ? Invariant($"the entries from then on, vouched for up to {last.Seq}, are lost") : "nothing that was vouched for is lost")}."
                    )
                );
            }

            standing.Add(checkpoint);
        }

        return standing;
    }

    private async Task Check(Checkpoint checkpoint, List<Checkpoint> earlier, int line, string? before)
    {
        var name = Invariant($"Checkpoint {checkpoint.Number} (line {line}, entry {checkpoint.Seq})");
        if (checkpoint.Key != key.Id || !key.Signed(checkpoint.Signed, checkpoint.Signature))
        {
            await Problem($"{name}: the signature is not that of the key {key.Id}.");
        }

        if (checkpoint.Number != line)
        {
            await Problem(Invariant($"{name}: number {line} was expected; checkpoints are missing, added or in another order."));
        }
        else if (line > 1 && before is not null && checkpoint.Previous != AuditChain.Digest(before))
        {
            await Problem($"{name}: it follows another line than the one before it.");
        }

        if (earlier is [.., var last] && ((checkpoint.Restored is null && last.Seq >= checkpoint.Seq) || last.File != checkpoint.File))
        {
            await Problem($"{name}: it does not go on from the checkpoint before it.");
        }
    }

    // What the database was told of this file it must hold still.
    private async Task Compare(List<Checkpoint> checkpoints, IReadOnlyList<KnownLine> known)
    {
        var file = checkpoints.Count > 0 ? checkpoints[0].File : (Guid?)null;
        var own = known.Where(row => row.FileId == file).ToList();
        if (own.Count == 0 && known.Count > 0)
        {
            await Problem(
                "The checkpoint file is not one this database knows: it was put in the place of another, or belongs to another site."
            );
        }

        var byNumber = checkpoints.ToLookup(checkpoint => checkpoint.Number);
        foreach (var row in own)
        {
            if (byNumber[row.Number].FirstOrDefault() is not { } checkpoint)
            {
                await Problem(
                    Invariant(
                        $"The checkpoint file ends at {checkpoints[^1].Number}; the database knows of checkpoint {row.Number} for entry {row.Seq}: its end was cut off, or an older file was put back."
                    )
                );
                break;
            }

            if (AuditChain.Digest(checkpoint.Line) != row.LineHash)
            {
                await Problem(Invariant($"Checkpoint {row.Number} (entry {row.Seq}) is not the line the database was told of."));
            }
        }

        foreach (var other in known.Where(row => row.FileId != file).GroupBy(row => row.FileId))
        {
            await said.WriteLineAsync(
                Invariant(
                    $"Another file, {other.Key}, has checkpoints up to {other.Max(row => row.Number)}; it was not given and is not checked."
                )
            );
        }
    }

    private async Task Chain(DbConnection connection, DbTransaction snapshot, List<Checkpoint> checkpoints)
    {
        var vouched = checkpoints.ToLookup(checkpoint => checkpoint.Seq);
        var reached = AuditSeal.Origin;
        while (true)
        {
            var rows = (
                await connection.QueryAsync<ChainedRow>(
                    $"""
                    select audit_seal.seq, audit_seal.entry_id as sealed_id, audit_seal.hash, {EntryColumns}
                    from audit_seal left join audit_entry on audit_entry.entry_id = audit_seal.entry_id
                    where audit_seal.seq > @after order by audit_seal.seq limit {AtOnce}
                    """,
                    new { after = reached.Seq },
                    snapshot
                )
            ).AsList();
            if (rows.Count == 0)
            {
                break;
            }

            foreach (var row in rows)
            {
                await Link(row, reached);
                reached = new AuditSeal { Seq = row.Seq, Hash = row.Hash };
                foreach (var checkpoint in vouched[row.Seq].Where(checkpoint => checkpoint.Hash != row.Hash))
                {
                    await Problem(
                        Invariant(
                            $"seq {row.Seq}: checkpoint {checkpoint.Number} vouches for another hash: the chain was written anew at or before this entry."
                        )
                    );
                }
            }
        }

        await said.WriteLineAsync(Invariant($"{reached.Seq} entries in the chain, up to {reached.Hash}."));
        if (checkpoints.Find(checkpoint => checkpoint.Seq > reached.Seq) is { } beyond)
        {
            await Problem(
                Invariant(
                    $"The chain ends at {reached.Seq}; checkpoint {beyond.Number} of {beyond.At:yyyy-MM-dd HH:mm:ss}Z vouches for entry {beyond.Seq}: its end was cut off, or an older database was put back."
                )
            );
        }
    }

    private async Task Link(ChainedRow row, AuditSeal before)
    {
        if (row.Seq != before.Seq + 1)
        {
            await Problem(Invariant($"seq {before.Seq + 1}: the chain has a gap up to {row.Seq}; what stood there was deleted."));
            return;
        }

        if (row.EntryId == Guid.Empty)
        {
            await Problem(Invariant($"seq {row.Seq}: the entry {row.SealedId} was deleted."));
        }
        else if (AuditChain.HashOf(before.Hash, row.Seq, row.Canonical()) != row.Hash)
        {
            await Problem(
                Invariant($"seq {row.Seq}: the entry {row.SealedId} is not what was sealed here: it was changed, moved or put in.")
            );
        }
        else if (AuditTrail.StampOf(stamps, row) != row.Stamp)
        {
            await Problem(Invariant($"seq {row.Seq}: the entry {row.SealedId} was not written by the service."));
        }
    }

    private async Task Waiting(DbConnection connection, DbTransaction snapshot)
    {
        var unsealed = (
            await connection.QueryAsync<UnsealedRow>(
                $"""
                select {EntryColumns}, audit_waiting.entry_id as waits
                from audit_entry left join audit_waiting on audit_waiting.entry_id = audit_entry.entry_id
                where not exists (select 1 from audit_seal where audit_seal.entry_id = audit_entry.entry_id)
                """,
                transaction: snapshot
            )
        ).AsList();
        foreach (var row in unsealed)
        {
            if (row.Waits == Guid.Empty)
            {
                await Problem($"The entry {row.EntryId} stands nowhere in the chain, and does not wait for its place: it was put in.");
            }
            else if (AuditTrail.StampOf(stamps, row) != row.Stamp)
            {
                await Problem($"The entry {row.EntryId}, which waits for its place, was not written by the service.");
            }
        }

        foreach (
            var lost in await connection.QueryAsync<Guid>(
                "select entry_id from audit_waiting where not exists (select 1 from audit_entry where audit_entry.entry_id = audit_waiting.entry_id)",
                transaction: snapshot
            )
        )
        {
            await Problem($"The entry {lost}, which waited for its place, was deleted.");
        }

        await said.WriteLineAsync(Invariant($"{unsealed.Count} entries wait for their place."));
    }

    private async Task Problem(string what)
    {
        problems++;
        if (problems <= MostSaid)
        {
            await said.WriteLineAsync(what);
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static readonly string EntryColumns = string.Join(
        ", ",
        AuditEntry.Columns.Split(", ").Select(column => "audit_entry." + column)
    );

    private sealed record ChainedRow : AuditEntry
    {
        public long Seq { get; init; }
        public Guid SealedId { get; init; }
        public string Hash { get; init; } = "";
    }

    private sealed record UnsealedRow : AuditEntry
    {
        public Guid Waits { get; init; }
    }

    private sealed record KnownLine
    {
        public Guid FileId { get; init; }
        public long Number { get; init; }
        public long Seq { get; init; }
        public string LineHash { get; init; } = "";
    }
}
