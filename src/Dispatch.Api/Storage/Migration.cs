using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;

namespace Dispatch.Api.Storage;

/// <summary>
/// One step of the schema: a numbered file, one text for both engines; what they have no common words for stands in two files of one number, whose
/// names end in the engine's. Nodes of the version before go on working while and after it is done: it adds (expand), code fills in batches what was
/// added (backfill), and what is no longer used goes a version later (contract), in a file that begins with <c>-- needs: number</c>.
/// </summary>
internal sealed partial record Migration(int Number, string Name, string Sql)
{
    private const string Prefix = "Dispatch.Api.Storage.Migrations.";
    private const string OnSqlite = "_sqlite.sql";
    private const string OnPostgres = "_postgres.sql";

    /// <summary>All that this program brings, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = [.. Read()];

    /// <summary>A program that does not know the migration of this number cannot work on the schema after this one. Null: the one before can.</summary>
    public int? Needs =>
        NeedsLine().Match(Sql) is { Success: true } line ? int.Parse(line.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) : null;

    /// <summary>It runs outside a transaction, as <c>create index concurrently</c> wants it, and may be begun again wherever it was cut.</summary>
    public bool IsApart => Sql.StartsWith("-- apart", StringComparison.Ordinal);

    /// <summary>One by one: the engine takes several that are sent together for one transaction. Each ends its line with a semicolon.</summary>
    public IEnumerable<string> Statements => Sql.Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The functions it makes, none of which takes anything.</summary>
    public IEnumerable<string> Functions => CreateFunction().Matches(Sql).Select(made => made.Groups["name"].Value);

    public bool IsFor(DbConnection connection) =>
        !Name.EndsWith(connection is NpgsqlConnection ? OnSqlite : OnPostgres, StringComparison.Ordinal);

    private static IEnumerable<Migration> Read()
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
            yield return new Migration(int.Parse(name[..4], CultureInfo.InvariantCulture), name, reader.ReadToEnd());
        }
    }

    [GeneratedRegex(@"create function (?<name>\w+)\(\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CreateFunction();

    [GeneratedRegex(@"^-- needs: (?<number>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NeedsLine();
}
