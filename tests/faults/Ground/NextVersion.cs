using System.Data.Common;
using Dapper;
using Dispatch.Api.Storage;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Dispatch.Faults.Ground;

/// <summary>The service as a later version would be: it brings further steps of the schema. Which ones, the setting <c>Faults:Step</c> tells apart.</summary>
internal static class NextVersion
{
    /// <summary>Adds a column and an index beside the work, and fills the column in batches.</summary>
    public const string Expands = "next-version";

    /// <summary>The same, and holds the table for ten seconds.</summary>
    public const string Locks = "next-version-that-locks";

    /// <summary>Adds a column that must be filled, which the version before does not know.</summary>
    public const string Demands = "next-version-that-demands";

    /// <summary>Adds nothing and takes a column away, with the triggers that look at it.</summary>
    public const string Takes = "next-version-that-takes-away";

    private const string Setting = "Faults:Step";
    private const int First = 9000;
    private const int StepsOfOne = 10;
    private const int Batch = 100;

    public static bool Knows(string name) => name is Expands or Locks or Demands or Takes;

    public static Launch Of(string name, int step) => Launch.With($"--{Setting}={step}") with { Around = name };

    public static int FirstOf(int step) => First + (step * StepsOfOne);

    /// <summary>The index that comes with the step.</summary>
    public static string IndexOf(int step) => $"help_request_next_{step}";

    public static Database Around(string name, Database real, IConfiguration configuration) =>
        new NextDatabase(real, DatabaseSetting.Of(configuration), name, configuration.GetValue<int>(Setting));

    private static List<Migration> Files(string name, int step)
    {
        var (number, column) = (FirstOf(step), $"next_{step}");
        var add = $"alter table help_request add column {column} text;";
        return name switch
        {
            Locks => [new(number, $"{number}_add.sql", $"lock table help_request in access exclusive mode; select pg_sleep(10); {add}")],
            Demands =>
            [
                new(
                    number,
                    $"{number}_add.sql",
                    $"alter table help_request add column {column} text not null default ''; alter table help_request alter column {column} drop default;"
                ),
            ],
            Takes =>
            [
                new(number, $"{number}_take.sql", $"-- needs: {number}\nalter table help_request drop column cancel_reason cascade;"),
            ],
            _ =>
            [
                new(number, $"{number}_add.sql", add),
                new(
                    number + 1,
                    $"{number + 1}_index_postgres.sql",
                    $"-- apart\ndrop index concurrently if exists {IndexOf(step)};\ncreate index concurrently {IndexOf(step)} on help_request ({column});\n"
                ),
                new(number + 2, $"{number + 2}_filled.sql", "select 1;"),
            ],
        };
    }

    /// <summary>In batches that nobody waits for, until one finds little left.</summary>
    private static void Fill(DbConnection connection, int step)
    {
        var sql = $"""
            update help_request set next_{step} = region_code
            where request_id in (select request_id from help_request where next_{step} is null order by request_id limit {Batch} for update skip locked)
            """;
        while (connection.Execute(sql) == Batch) { }
    }

    private sealed class NextDatabase(Database real, string setting, string name, int step) : AroundDatabase(real)
    {
        public override async Task Migrate(IReadOnlyDictionary<int, Action<DbConnection>> steps)
        {
            await Real.Migrate(steps);
            await using var connection = new NpgsqlConnection(PostgresSettings.Patient(setting).ToString());
            await connection.OpenAsync();
            Migrations.Apply(
                connection,
                new Dictionary<int, Action<DbConnection>>(steps) { [FirstOf(step) + 2] = open => Fill(open, step) },
                [.. Migration.All, .. Files(name, step)]
            );
        }
    }
}
