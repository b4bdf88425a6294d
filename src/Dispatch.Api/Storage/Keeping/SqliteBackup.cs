using System.Globalization;
using Dapper;
using Dispatch.Api.Storage.Auditing;
using Microsoft.Data.Sqlite;

namespace Dispatch.Api.Storage.Keeping;

/// <summary>The copy is not what the database is.</summary>
internal sealed class CopyIsWrong(string what) : Exception(what);

/// <summary>
/// A copy of a database that another process serves: one snapshot, taken in a single step by the engine's own online backup, checked, flushed, and only then
/// given its name.
/// </summary>
/// <remarks>In several steps it would begin anew with every commit in between, and never end under load. In one it holds one snapshot: commits go on, but
/// the log cannot be reused behind the snapshot and grows by what is committed meanwhile.</remarks>
internal sealed class SqliteBackup(SqliteConnection source, TextWriter said)
{
    private const int CheckedLinks = 1000;
    private const string Chain = "audit_seal";
    private const double Megabyte = 1024 * 1024;

    public async Task Write(string to)
    {
        var partial = to + ".part";
        Delete(partial);
        try
        {
            MakeForOwner(partial);
            var began = TimeProvider.System.GetTimestamp();
            var rows = await Copy(partial);
            var (schema, reached) = await Check(partial, rows);
            using (var file = File.OpenHandle(partial, FileMode.Open, FileAccess.ReadWrite))
            {
                RandomAccess.FlushToDisk(file);
            }

            File.Move(partial, to);
            DiskFolder.Flush(Path.GetDirectoryName(to)!);
            await said.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{to}: {new FileInfo(to).Length / Megabyte:f1} MB, {rows.Count} tables, {rows.Values.Sum()} rows, schema {schema}, the audit up to entry {reached}; copied and checked in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:f1} s."
                )
            );
        }
        finally
        {
            Delete(partial);
        }
    }

    /// <returns>How many rows each table has in the snapshot.</returns>
    private async Task<IReadOnlyDictionary<string, long>> Copy(string partial)
    {
        await source.OpenAsync();
        await using var snapshot = source.BeginTransaction(deferred: true);
        // The first look takes the snapshot; the backup that follows on the same connection reads the same.
        var tables = await Tables(source);
        var at = TimeProvider.System.GetUtcNow();
        await using (var copy = Open(partial))
        {
            source.BackupDatabase(copy);
        }

        var rows = await Count(source, tables);
        await snapshot.CommitAsync();
        await said.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The state of {at:yyyy-MM-dd'T'HH:mm:ss.fff}Z: say so when it is put back (restored --at)."
            )
        );
        return rows;
    }

    private static async Task<(long Schema, long Reached)> Check(string partial, IReadOnlyDictionary<string, long> rows)
    {
        await using var copy = Open(partial);
        // One file, without a log beside it; and nothing of what was deleted before goes along in pages that are free.
        await copy.ExecuteAsync("pragma journal_mode = delete");
        await copy.ExecuteAsync("vacuum");
        var integrity = (await copy.QueryAsync<string>("pragma integrity_check")).AsList();
        if (integrity is not ["ok"])
        {
            throw new CopyIsWrong($"the copy is damaged, and so may the database be: {string.Join("; ", integrity.Take(3))}");
        }

        var orphans = (await copy.QueryAsync("pragma foreign_key_check")).Count();
        if (orphans > 0)
        {
            throw new CopyIsWrong($"{orphans} rows of the copy lead to rows that are not there.");
        }

        foreach (var (table, there) in await Count(copy, await Tables(copy)))
        {
            if (there != rows.GetValueOrDefault(table, -1))
            {
                throw new CopyIsWrong($"{table} has {rows.GetValueOrDefault(table)} rows, and {there} in the copy.");
            }
        }

        return (
            await copy.ExecuteScalarAsync<long>("select max(number) from schema_migration"),
            rows.ContainsKey(Chain) ? await CheckEnd(copy) : 0
        );
    }

    // The end of the chain alone: the whole is checked by verify-audit, with the keys.
    private static async Task<long> CheckEnd(SqliteConnection copy)
    {
        var links = (
            await copy.QueryAsync<Link>(
                $"""
                select audit_seal.seq, audit_seal.hash, {string.Join(
                    ", ",
                    AuditEntry.Columns.Split(", ").Select(column => "audit_entry." + column)
                )}
                from audit_seal join audit_entry on audit_entry.entry_id = audit_seal.entry_id
                order by audit_seal.seq desc limit {CheckedLinks + 1}
                """
            )
        )
            .Reverse()
            .ToList();
        foreach (var (before, link) in links.Zip(links.Skip(1)))
        {
            if (link.Seq != before.Seq + 1 || AuditChain.HashOf(before.Hash, link.Seq, link.Canonical()) != link.Hash)
            {
                throw new CopyIsWrong($"the chain of the audit does not hold at entry {link.Seq}: run verify-audit.");
            }
        }

        return links is [.., var last] ? last.Seq : 0;
    }

    private static async Task<IReadOnlyList<string>> Tables(SqliteConnection connection) =>
        (
            await connection.QueryAsync<string>(
                "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name"
            )
        ).AsList();

    private static async Task<IReadOnlyDictionary<string, long>> Count(SqliteConnection connection, IReadOnlyList<string> tables)
    {
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            rows[table] = await connection.ExecuteScalarAsync<long>($"select count(*) from {table}");
        }

        return rows;
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = SqliteOpenMode.ReadWrite,
                Pooling = false,
            }.ToString()
        );
        connection.Open();
        return connection;
    }

    // It holds what the database holds: nobody else reads it.
    private static void MakeForOwner(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var made = new FileStream(path, options);
    }

    private static void Delete(string partial)
    {
        foreach (var file in new[] { partial, partial + "-journal", partial + "-wal", partial + "-shm" })
        {
            File.Delete(file);
        }
    }

    private sealed record Link : AuditEntry
    {
        public long Seq { get; init; }
        public string Hash { get; init; } = "";
    }
}
