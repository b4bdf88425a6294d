using System.Data.Common;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Dispatch.Api.Storage;

/// <summary>Brings the schema up, one numbered file after the other, each in a transaction that also notes it as done. A file is one text for both
/// engines; what they have no common words for stands in two files of one number, whose names end in the engine's.</summary>
internal static class Migrations
{
    private const string Prefix = "Dispatch.Api.Storage.Migrations.";
    private const string OnSqlite = "_sqlite.sql";
    private const string OnPostgres = "_postgres.sql";

    /// <param name="steps">What is done in code before the file of that number; begun again where it was interrupted.</param>
    /// <param name="last">For tests: the schema as an earlier version left it.</param>
    public static void Apply(DbConnection connection, IReadOnlyDictionary<int, Action<DbConnection>> steps, int last = int.MaxValue)
    {
        connection.Execute("create table if not exists schema_migration (number integer primary key, name text not null)");
        var done = connection.Query<int>("select number from schema_migration").ToHashSet();
        var other = connection is SqliteConnection ? OnPostgres : OnSqlite;
        foreach (
            var (number, name, sql) in All()
                .Where(file => !file.Name.EndsWith(other, StringComparison.Ordinal))
                .Where(file => file.Number <= last && !done.Contains(file.Number))
        )
        {
            steps.GetValueOrDefault(number)?.Invoke(connection);
            using var transaction = connection.BeginTransaction();
            connection.Execute(sql, transaction: transaction);
            connection.Execute("insert into schema_migration (number, name) values (@number, @name)", new { number, name }, transaction);
            transaction.Commit();
        }
    }

    /// <summary>What this program needs and the database does not have yet, in order.</summary>
    public static IReadOnlyList<string> Missing(NpgsqlConnection connection)
    {
        var isThere = connection.ExecuteScalar<bool>("select to_regclass('schema_migration') is not null");
        var done = isThere ? connection.Query<int>("select number from schema_migration").ToHashSet() : [];
        return
        [
            .. All()
                .Where(file => !file.Name.EndsWith(OnSqlite, StringComparison.Ordinal) && !done.Contains(file.Number))
                .Select(file => file.Name),
        ];
    }

    private static IEnumerable<(int Number, string Name, string Sql)> All()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (
            var resource in assembly
                .GetManifestResourceNames()
                .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            var name = resource[Prefix.Length..];
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (int.Parse(name[..4]), name, reader.ReadToEnd());
        }
    }
}
