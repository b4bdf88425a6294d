using System.Data;
using System.Globalization;
using Dapper;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage.Auditing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Dispatch.Api.Storage.Keeping;

/// <summary><c>copy --from file [--to connection]</c>, with the settings of the service: a site on SQLite moves to an empty PostgreSQL database. Cut off, the
/// next call goes on.</summary>
internal static class CopyCommand
{
    private const string Name = "copy";
    private const string Setting = "Dispatch:Database";
    private const string From = "from";
    private const string To = "to";
    private const string Batch = "batch";
    private const string Live = "live";
    private const string Anew = "anew";
    private const int RowsInOneCommit = 5000;
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(2);

    public static bool Knows(string[] args) => args is [Name, ..];

    /// <summary>The exit code: 0 when both sides are the same, 1 when they are not or it was cut off, 2 when nothing was tried.</summary>
    /// <param name="afterBatch">For tests: told of every commit.</param>
    public static async Task<int> Run(string[] args, TextWriter said, Action<string, long>? afterBatch = null)
    {
        var line = new CommandLine(args, [From, To, Batch], Live, Anew);
        // All that follows works on the target; nothing of this program but the copy opens the source.
        await using var app = Service.Build(
            line.Settings,
            builder => builder.Configuration.AddInMemoryCollection([new(Setting, line[To] ?? builder.Configuration[Setting])])
        );
        var setting = app.Configuration[Setting];
        var batch = int.TryParse(line[Batch] ?? $"{RowsInOneCommit}", NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
        if (line[From] is not { } from || setting is null || DatabaseSetting.IsFile(app.Configuration) || batch == 0)
        {
            await said.WriteLineAsync(
                $"{Name} --{From} <dispatch.db> --{To} <connection string of an empty PostgreSQL database> [--{Live}] [--{Anew}] [--{Batch} <rows in one commit>], with the settings of the service; without --{To} it is Dispatch:Database."
            );
            return 2;
        }

        if (line[To] is { } shown && !app.Environment.IsDevelopment() && StartRules.HasPassword(shown))
        {
            await said.WriteLineAsync(
                "Everybody on this machine reads a command line: put the password into Dispatch__Database or a Passfile."
            );
            return 2;
        }

        if (!File.Exists(from))
        {
            await said.WriteLineAsync($"There is no {from}.");
            return 2;
        }

        await using var held = Hold(Path.GetFullPath(from));
        if (held is null && !line.Has(Live))
        {
            await said.WriteLineAsync(
                $"A service is at work on {from}. Stop it for the move; or say --{Live} to copy its state of this moment, which is a rehearsal: what is written afterwards is not in it."
            );
            return 2;
        }

        try
        {
            return await Copy(app, from, setting, new Plan(batch, line.Has(Live), line.Has(Anew)), said, afterBatch ?? Progress(said));
        }
        catch (Exception cause)
            when (cause is CopyIsWrong or SqliteException or NpgsqlException or FormatException or OverflowException or InvalidCastException
            )
        {
            await said.WriteLineAsync(
                $"Not copied: {cause.Message}. Call it again to go on from here; where the source was written to since the first call, with --{Anew} to begin again."
            );
            return 1;
        }
    }

    private static async Task<int> Copy(
        WebApplication app,
        string from,
        string setting,
        Plan plan,
        TextWriter said,
        Action<string, long> afterBatch
    )
    {
        await using var source = await OpenSource(from);
        // One snapshot from the first row to the last comparison.
        await using var snapshot = source.BeginTransaction(deferred: true);
        var beginning = await source.ExecuteScalarAsync<string>("select coalesce((select hash from audit_seal where seq = 1), '')");
        var settings = PostgresSettings.Patient(setting);
        settings.ApplicationName = $"{PostgresDatabase.Name} copy";
        await using var target = new NpgsqlConnection(settings.ToString());
        await target.OpenAsync();
        if (await CopyProgress.Begin(target, AuditChain.Digest($"{Path.GetFullPath(from)}\n{beginning}"), plan.Anew) is { } refusal)
        {
            await said.WriteLineAsync(refusal);
            return 2;
        }

        await Service.Migrate(app);
        var tables = await CopiedTables.Of(target);
        const string Schema =
            "select string_agg(number, ' ') from (select cast(number as text) as number from schema_migration order by 1) steps";
        var differences = await CopiedTables.Differences(source, tables);
        if (await source.ExecuteScalarAsync<string>(Schema) != await target.ExecuteScalarAsync<string>(Schema) || differences.Count > 0)
        {
            await said.WriteLineAsync(
                $"The database is not of the schema of this program: start this version on it once, and copy then. {string.Join(", ", differences)}"
            );
            return 2;
        }

        await new SiteCopy(source, target, plan.Batch, said, afterBatch).Run(tables);
        // One word alone would be taken for the name of a procedure.
        await target.ExecuteAsync("analyze", commandType: CommandType.Text);
        if (plan.Live)
        {
            await said.WriteLineAsync(
                $"A rehearsal: no service starts on it. For the move stop the service, and call this with --{Anew} and without --{Live}."
            );
            return 0;
        }

        await target.ExecuteAsync($"drop table {CopyProgress.Table}");
        await said.WriteLineAsync(
            "The move is done. Start the service with Dispatch:Database set to this database and everything else as it was: the data folder, its keys, the checkpoint file, the erasure file. Put the old file away: whoever starts it splits the site in two."
        );
        return 0;
    }

    private static async Task<SqliteConnection> OpenSource(string from)
    {
        var source = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = from,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString()
        );
        await source.OpenAsync();
        return source;
    }

    // As a service holds it: none can start meanwhile.
    private static FileStream? Hold(string file)
    {
        try
        {
            return SqliteDatabase.TakeLock(file + SqliteDatabase.LockEnding);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static Action<string, long> Progress(TextWriter said)
    {
        var last = TimeProvider.System.GetTimestamp();
        return (table, rows) =>
        {
            if (TimeProvider.System.GetElapsedTime(last) >= BetweenLines)
            {
                last = TimeProvider.System.GetTimestamp();
                said.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{table}: {rows} rows so far"));
            }
        };
    }

    private sealed record Plan(int Batch, bool Live, bool Anew);
}
