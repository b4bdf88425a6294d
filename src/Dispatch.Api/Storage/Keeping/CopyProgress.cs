using Dapper;
using Npgsql;

namespace Dispatch.Api.Storage.Keeping;

/// <summary>How far each table has been copied, in the target itself: it changes in the transaction that brings the rows. While it is there no service
/// starts on that database; the last transaction of a whole copy takes it away.</summary>
internal static class CopyProgress
{
    public const string Table = "copy_progress";

    // The row that says what is copied here.
    private const string Source = "";

    /// <summary>Half a site is none.</summary>
    public static async Task DemandNone(IConfiguration configuration, Database database)
    {
        if (DatabaseSetting.IsFile(configuration))
        {
            return;
        }

        await using var db = new Session(database);
        if (await db.Value<bool>($"select to_regclass('{Table}') is not null"))
        {
            throw new InvalidOperationException(
                "This database is being copied into, or the copy was cut off or made of a site at work. Finish it with the command copy; to try the service on a copy of a site at work drop the table copy_progress."
            );
        }
    }

    /// <summary>Makes the target ready. Not null: it is not, and why.</summary>
    public static async Task<string?> Begin(NpgsqlConnection target, string source, bool anew)
    {
        if (!await target.ExecuteScalarAsync<bool>("select pg_try_advisory_lock(hashtext('dispatch copy'))"))
        {
            return "Another copy into this database is under way.";
        }

        var tables = (
            await target.QueryAsync<string>("select tablename from pg_tables where schemaname = current_schema() order by tablename")
        ).AsList();
        if (tables.Count > 0 && !tables.Contains(Table))
        {
            return "The target holds tables already, and not from a copy that was begun: give an empty database.";
        }

        if (tables.Count > 0 && anew)
        {
            await Empty(target, tables);
            tables = [];
        }

        if (tables.Count == 0)
        {
            // Before anything else: cut off now, the next call knows whose tables these are.
            await target.ExecuteAsync(
                $"""
                create table {Table} (table_name text primary key, rows bigint not null, last_key text, done boolean not null);
                insert into {Table} (table_name, rows, last_key, done) values ('{Source}', 0, @source, false)
                """,
                new { source }
            );
            return null;
        }

        return await target.ExecuteScalarAsync<string>($"select last_key from {Table} where table_name = '{Source}'") == source
            ? null
            : "Another database was begun to be copied here: give an empty database, or --anew.";
    }

    public static Task<CopyMark?> Of(NpgsqlConnection target, string table) =>
        target.QuerySingleOrDefaultAsync<CopyMark>($"select rows, last_key, done from {Table} where table_name = @table", new { table });

    public static Task Note(NpgsqlConnection target, NpgsqlTransaction transaction, string table, CopyMark mark) =>
        target.ExecuteAsync(
            $"""
            insert into {Table} (table_name, rows, last_key, done) values (@table, @Rows, @LastKey, @Done)
            on conflict (table_name) do update set rows = excluded.rows, last_key = excluded.last_key, done = excluded.done
            """,
            new
            {
                table,
                mark.Rows,
                mark.LastKey,
                mark.Done,
            },
            transaction
        );

    private static async Task Empty(NpgsqlConnection target, IEnumerable<string> tables)
    {
        await using var transaction = await target.BeginTransactionAsync();
        await target.ExecuteAsync($"drop table {string.Join(", ", tables)} cascade", transaction: transaction);
        // Those that the schema brings, and nobody else's.
        foreach (var function in Migration.All.SelectMany(file => file.Functions).Distinct(StringComparer.Ordinal))
        {
            await target.ExecuteAsync($"drop function if exists {function}()", transaction: transaction);
        }

        await transaction.CommitAsync();
    }
}

/// <summary>How far one table is.</summary>
internal sealed record CopyMark
{
    public long Rows { get; init; }

    /// <summary>The key of the last row that is there, as JSON.</summary>
    public string? LastKey { get; init; }

    /// <summary>All rows are there, and lead where they should.</summary>
    public bool Done { get; init; }
}
