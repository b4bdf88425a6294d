using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Dispatch.Api.Storage.Keeping;

/// <summary>
/// Brings every row of one snapshot of a SQLite database into PostgreSQL, in batches that are a transaction each, and then compares both sides row by row.
/// </summary>
/// <param name="afterBatch">Told of every batch that was committed: table, and rows there so far.</param>
internal sealed class SiteCopy(
    SqliteConnection source,
    NpgsqlConnection target,
    int batch,
    TextWriter said,
    Action<string, long> afterBatch
)
{
    // What they put in is copied like everything else.
    private static readonly Dictionary<string, string> Triggers = new(StringComparer.Ordinal)
    {
        ["audit_entry"] = "audit_entry_waits",
        ["timeline"] = "timeline_is_due",
    };

    private static readonly string[] LetNothingGo = [.. MigrateCommand.OnlyGrow];

    public async Task Run(IReadOnlyList<CopiedTable> tables)
    {
        var began = TimeProvider.System.GetTimestamp();
        var all = 0L;
        foreach (var table in tables)
        {
            all += await Copy(table);
        }

        await said.WriteLineAsync(
            Invariant($"{all} rows of {tables.Count} tables are there after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:f1} s.")
        );
        await Compare(tables);
    }

    private async Task<long> Copy(CopiedTable table)
    {
        var began = TimeProvider.System.GetTimestamp();
        var before = await CopyProgress.Of(target, table.Name);
        var mark = before ?? new CopyMark();
        while (!mark.Done)
        {
            mark = await CopyBatch(table, mark, isFirst: before is null && mark.LastKey is null);
            afterBatch(table.Name, mark.Rows);
        }

        var (fresh, seconds) = (mark.Rows - (before?.Rows ?? 0), TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        await said.WriteLineAsync(
            before?.Done == true
                ? Invariant($"{table.Name}: {mark.Rows} rows were there")
                : Invariant($"{table.Name}: {mark.Rows} rows, {fresh / Math.Max(seconds, 0.001):f0} rows/s")
        );
        return mark.Rows;
    }

    private async Task<CopyMark> CopyBatch(CopiedTable table, CopyMark mark, bool isFirst)
    {
        await using var transaction = await target.BeginTransactionAsync();
        if (isFirst && !LetNothingGo.Contains(table.Name, StringComparer.Ordinal))
        {
            // What the migrations themselves put in comes from the other side, too. What only grows is empty, and lets nothing be deleted.
            await target.ExecuteAsync($"delete from {table.Name}", transaction: transaction);
        }

        if (Triggers.TryGetValue(table.Name, out var trigger))
        {
            // Whether an entry waits for its place is copied like everything else. Taken back with the transaction if it does not come to an end.
            await target.ExecuteAsync($"alter table {table.Name} disable trigger {trigger}", transaction: transaction);
        }

        var (rows, lastKey) = await Bring(table, mark.LastKey);
        if (trigger is not null)
        {
            await target.ExecuteAsync($"alter table {table.Name} enable trigger {trigger}", transaction: transaction);
        }

        var isLast = table.Key.Count == 0 || rows < batch;
        if (isLast && table.Own.Count > 0)
        {
            await Link(table, transaction);
        }

        var next = new CopyMark
        {
            Rows = mark.Rows + rows,
            LastKey = lastKey ?? mark.LastKey,
            Done = isLast,
        };
        await CopyProgress.Note(target, transaction, table.Name, next);
        await transaction.CommitAsync();
        return next;
    }

    private async Task<(long Rows, string? LastKey)> Bring(CopiedTable table, string? after)
    {
        await using var command = source.CreateCommand();
        var names = CopiedTable.Names(table.Key);
        command.CommandText = table.FromSqlite(
            after is null ? "" : $"where ({names}) > ({string.Join(", ", table.Key.Select((_, at) => $"@k{at}"))})"
        );
        if (table.Key.Count > 0)
        {
            command.CommandText += Invariant($" limit {batch}");
        }

        foreach (
            var (value, at) in (after is null ? [] : JsonSerializer.Deserialize<JsonElement[]>(after)!).Select((value, at) => (value, at))
        )
        {
            command.Parameters.AddWithValue($"@k{at}", value.ValueKind == JsonValueKind.Number ? value.GetInt64() : value.GetString());
        }

        var positions = table.Key.Select(key => table.Columns.ToList().IndexOf(key)).ToList();
        await using var found = await command.ExecuteReaderAsync();
        await using var brought = await target.BeginBinaryImportAsync(
            $"copy {table.Name} ({table.ColumnNames}) from stdin (format binary)"
        );
        var (rows, lastKey) = (0L, Array.Empty<object>());
        while (await found.ReadAsync())
        {
            await brought.StartRowAsync();
            for (var at = 0; at < table.Columns.Count; at++)
            {
                var column = table.Columns[at];
                column.Write(brought, table.Own.Contains(column) ? null : column.Taken(found.GetValue(at)));
            }

            rows++;
            lastKey = [.. positions.Select(found.GetValue)];
        }

        await brought.CompleteAsync();
        return (rows, rows == 0 ? null : JsonSerializer.Serialize(lastKey));
    }

    // Rows lead to rows that come later: now all are there.
    private async Task Link(CopiedTable table, NpgsqlTransaction transaction)
    {
        List<CopiedColumn> columns = [.. table.Key, .. table.Own];
        await target.ExecuteAsync(
            $"create temporary table copied_link on commit drop as select {CopiedTable.Names(columns)} from {table.Name} limit 0",
            transaction: transaction
        );
        await using (var command = source.CreateCommand())
        {
            command.CommandText =
                $"select {CopiedTable.Names(columns)} from {table.Name} where {string.Join(" or ", table.Own.Select(column => column.Name + " is not null"))}";
            await using var found = await command.ExecuteReaderAsync();
            await using var brought = await target.BeginBinaryImportAsync(
                $"copy copied_link ({CopiedTable.Names(columns)}) from stdin (format binary)"
            );
            while (await found.ReadAsync())
            {
                await brought.StartRowAsync();
                for (var at = 0; at < columns.Count; at++)
                {
                    columns[at].Write(brought, columns[at].Taken(found.GetValue(at)));
                }
            }

            await brought.CompleteAsync();
        }

        await target.ExecuteAsync(
            $"""
            update {table.Name} set {string.Join(", ", table.Own.Select(column => $"{column.Name} = copied_link.{column.Name}"))}
            from copied_link where {string.Join(" and ", table.Key.Select(key => $"{table.Name}.{key.Name} = copied_link.{key.Name}"))}
            """,
            transaction: transaction
        );
    }

    private async Task Compare(IReadOnlyList<CopiedTable> tables)
    {
        List<string> different = [];
        foreach (var table in tables)
        {
            var (there, here) = (await DigestOfSource(table), await DigestOfTarget(table));
            if (there != here)
            {
                different.Add(Invariant($"{table.Name} ({there.Rows} rows {there.Hash[..12]}, and {here.Rows} rows {here.Hash[..12]})"));
            }
        }

        if (different.Count > 0)
        {
            throw new CopyIsWrong($"the two are not the same in {string.Join(", ", different)}");
        }

        await said.WriteLineAsync(
            Invariant($"{tables.Count} tables have the same rows on both sides, compared by SHA-256 of every value.")
        );
    }

    private async Task<(long Rows, string Hash)> DigestOfSource(CopiedTable table)
    {
        await using var command = source.CreateCommand();
        command.CommandText = table.FromSqlite();
        await using var found = await command.ExecuteReaderAsync();
        return await Digest(table, found, (column, value) => column.Taken(value));
    }

    private async Task<(long Rows, string Hash)> DigestOfTarget(CopiedTable table)
    {
        await using var command = new NpgsqlCommand(table.FromPostgres, target) { CommandTimeout = 0 };
        await using var found = await command.ExecuteReaderAsync();
        return await Digest(table, found, (_, value) => value);
    }

    private static async Task<(long Rows, string Hash)> Digest(
        CopiedTable table,
        System.Data.Common.DbDataReader found,
        Func<CopiedColumn, object, object?> taken
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (rows, row) = (0L, new StringBuilder());
        while (await found.ReadAsync())
        {
            row.Clear();
            for (var at = 0; at < table.Columns.Count; at++)
            {
                table.Columns[at].Tell(row, taken(table.Columns[at], found.GetValue(at)));
            }

            hash.AppendData(Encoding.UTF8.GetBytes(row.Append('\n').ToString()));
            rows++;
        }

        return (rows, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
