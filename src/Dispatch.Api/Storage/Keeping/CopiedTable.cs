using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Dispatch.Api.Storage.Keeping;

/// <summary>A column as PostgreSQL has it. SQLite keeps the same value as text, a number, or a number for yes and no.</summary>
internal sealed record CopiedColumn(string Name, string Type)
{
    // Counted by the engine itself: numbers of one mean nothing to the other, and a large one would lie in its future.
    private const string Counter = "changed";

    private static readonly Dictionary<string, NpgsqlDbType> Types = new(StringComparer.Ordinal)
    {
        ["uuid"] = NpgsqlDbType.Uuid,
        ["text"] = NpgsqlDbType.Text,
        ["integer"] = NpgsqlDbType.Integer,
        ["bigint"] = NpgsqlDbType.Bigint,
        ["boolean"] = NpgsqlDbType.Boolean,
        ["double precision"] = NpgsqlDbType.Double,
        ["timestamp with time zone"] = NpgsqlDbType.TimestampTz,
        ["date"] = NpgsqlDbType.Date,
    };

    public bool IsKnown => Types.ContainsKey(Type);

    /// <summary>In an order both engines agree on, whatever language the database sorts by.</summary>
    public string InOrder => Type == "text" ? $"{Name} collate \"C\"" : Name;

    /// <summary>A value of SQLite's as PostgreSQL takes it.</summary>
    public object? Taken(object value) =>
        value is DBNull ? null
        : Name == Counter ? 0L
        : Type switch
        {
            "uuid" => Guid.ParseExact((string)value, "D"),
            "integer" => checked((int)(long)value),
            "bigint" => (long)value,
            "boolean" => (long)value != 0,
            "double precision" => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            "timestamp with time zone" => DateTimeOffset
                .Parse((string)value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                .UtcDateTime,
            "date" => DateOnly.ParseExact((string)value, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            _ => (string)value,
        };

    public void Write(NpgsqlBinaryImporter rows, object? value)
    {
        if (value is null)
        {
            rows.WriteNull();
            return;
        }

        rows.Write(value, Types[Type]);
    }

    /// <summary>One text for one value, whichever engine it was read from; with its length before it, so that no two rows have one text.</summary>
    /// <param name="value">As PostgreSQL has it.</param>
    public void Tell(StringBuilder row, object? value)
    {
        var text = value switch
        {
            null or DBNull => null,
            _ when Name == Counter => "",
            Guid id => id.ToString("D"),
            DateTime instant => instant.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture),
            DateOnly day => day.DayNumber.ToString(CultureInfo.InvariantCulture),
            bool truth => truth ? "1" : "0",
            double number => BitConverter.DoubleToInt64Bits(number).ToString(CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
        row.Append(CultureInfo.InvariantCulture, $"{text?.Length ?? -1}:{text},");
    }
}

/// <summary>A table as it is copied.</summary>
/// <param name="Key">The columns of its primary key; none: it is small, and copied at once.</param>
/// <param name="Own">Columns that lead to other rows of the same table: they are filled in when all rows are there.</param>
internal sealed record CopiedTable(
    string Name,
    IReadOnlyList<CopiedColumn> Columns,
    IReadOnlyList<CopiedColumn> Key,
    IReadOnlyList<CopiedColumn> Own
)
{
    public string ColumnNames => Names(Columns);

    private IReadOnlyList<CopiedColumn> Order => Key.Count > 0 ? Key : Columns;

    /// <summary>Its rows in order, as a query of SQLite's.</summary>
    public string FromSqlite(string where = "") =>
        $"select {ColumnNames} from {Name} {where} order by {string.Join(", ", Order.Select(column => column.Name + " nulls first"))}";

    /// <summary>The same rows in the same order, as a query of PostgreSQL's.</summary>
    public string FromPostgres =>
        $"select {ColumnNames} from {Name} order by {string.Join(", ", Order.Select(column => column.InOrder + " nulls first"))}";

    public static string Names(IEnumerable<CopiedColumn> columns) => string.Join(", ", columns.Select(column => column.Name));
}
