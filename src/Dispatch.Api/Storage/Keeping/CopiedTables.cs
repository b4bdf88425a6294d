using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Dispatch.Api.Storage.Keeping;

/// <summary>The tables of the schema in an order in which each comes after those it leads to: read from the database, so that none is forgotten.</summary>
internal static class CopiedTables
{
    // What the migrations note of themselves; both sides have it already.
    private const string Migrated = "schema_migration";

    public static async Task<IReadOnlyList<CopiedTable>> Of(NpgsqlConnection target)
    {
        var columns = (
            await target.QueryAsync<ColumnRow>(
                $"""
                select table_name, column_name, data_type from information_schema.columns
                where table_schema = current_schema() and table_name not in ('{Migrated}', '{CopyProgress.Table}')
                order by table_name, ordinal_position
                """
            )
        ).ToLookup(row => row.TableName);
        var keys = (await Constraints(target, 'p')).ToLookup(row => row.TableName);
        var links = await Constraints(target, 'f');
        var ahead = links.Where(link => link.Foreign != link.TableName).Select(link => (link.TableName, link.Foreign!)).ToHashSet();
        List<CopiedTable> ordered = [];
        var waiting = columns.Select(table => table.Key).Order(StringComparer.Ordinal).ToList();
        while (waiting.Count > 0)
        {
            var next =
                waiting.Find(name => !waiting.Exists(other => ahead.Contains((name, other))))
                ?? throw new InvalidOperationException($"These tables lead to one another in a circle: {string.Join(", ", waiting)}.");
            waiting.Remove(next);
            var own = links.Where(link => link.TableName == next && link.Foreign == next).Select(link => link.ColumnName).ToHashSet();
            List<CopiedColumn> all = [.. columns[next].Select(row => new CopiedColumn(row.ColumnName, row.DataType))];
            ordered.Add(
                new CopiedTable(
                    next,
                    all,
                    [.. keys[next].Select(key => all.Find(column => column.Name == key.ColumnName)!)],
                    [.. all.Where(column => own.Contains(column.Name))]
                )
            );
        }

        return ordered;
    }

    /// <summary>What the two do not have in common; none: every column has its place.</summary>
    public static async Task<IReadOnlyList<string>> Differences(SqliteConnection source, IReadOnlyList<CopiedTable> tables)
    {
        var there = (
            await source.QueryAsync<(string Table, string Column)>(
                $"""
                select sqlite_master.name, column_of.name from sqlite_master join pragma_table_info(sqlite_master.name) as column_of
                where sqlite_master.type = 'table' and sqlite_master.name not like 'sqlite\_%' escape '\' and sqlite_master.name <> '{Migrated}'
                """
            )
        ).Select(row => $"{row.Table}.{row.Column}").ToHashSet(StringComparer.Ordinal);
        var here = tables
            .SelectMany(table => table.Columns.Select(column => $"{table.Name}.{column.Name}"))
            .ToHashSet(StringComparer.Ordinal);
        var unknown = tables.SelectMany(table =>
            table.Columns.Where(column => !column.IsKnown).Select(column => $"{table.Name}.{column.Name} ({column.Type})")
        );
        here.SymmetricExceptWith(there);
        return [.. here.Concat(unknown).Order(StringComparer.Ordinal)];
    }

    private static async Task<IReadOnlyList<ConstraintRow>> Constraints(NpgsqlConnection target, char kind) =>
        (
            await target.QueryAsync<ConstraintRow>(
                $"""
                select it.relname as table_name, attribute.attname as column_name, other.relname as foreign
                from pg_constraint
                join pg_class it on it.oid = conrelid
                left join pg_class other on other.oid = confrelid
                cross join lateral unnest(conkey) with ordinality as part (number, position)
                join pg_attribute attribute on attribute.attrelid = conrelid and attribute.attnum = part.number
                where contype = '{kind}' and connamespace = current_schema()::regnamespace
                order by it.relname, conname, part.position
                """
            )
        ).AsList();

    private sealed record ColumnRow
    {
        public string TableName { get; init; } = "";
        public string ColumnName { get; init; } = "";
        public string DataType { get; init; } = "";
    }

    private sealed record ConstraintRow
    {
        public string TableName { get; init; } = "";
        public string ColumnName { get; init; } = "";
        public string? Foreign { get; init; }
    }
}
