using System.Data.Common;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage.Auditing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Dispatch.Api.Storage.Sealing;

/// <summary>
/// <c>make-keys file [file]</c> writes a first key file, and the key of the audit. <c>rotate-keys</c> adds a key that seals from now on, has everything sealed anew under it while the
/// service goes on, and says which keys are no longer in use.
/// </summary>
internal static class KeyCommands
{
    private const string Make = "make-keys";
    private const string Rotate = "rotate-keys";

    // Longer than a running service takes to look at the file: what it sealed under the former key until then is found by the next pass.
    private static readonly TimeSpan BetweenPasses = KeyRotation.Look * 2;
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromMinutes(2);

    public static bool Knows(string[] args) => args is [Make or Rotate, ..];

    /// <summary>The exit code.</summary>
    /// <param name="pause">Between two passes, where no running service has to learn of the key first.</param>
    public static async Task<int> Run(string[] args, TextWriter said, TimeSpan? pause = null)
    {
        if (args is [Rotate, .. var settings])
        {
            await using var app = Service.Build(settings);
            return await RotateKeys(app, said, pause ?? BetweenPasses);
        }

        if (
            args is not [Make, { Length: > 0 } file, .. { Length: <= 1 } beside]
            || System.IO.File.Exists(file)
            || beside.Any(System.IO.File.Exists)
        )
        {
            await said.WriteLineAsync(
                $"{Make} writes a key file, and beside it the key of the audit where a second path is given: give paths that do not exist yet."
            );
            return 2;
        }

        OwnerOnly.Write(file, KeyRing.Fresh(TimeProvider.System.GetUtcNow()).Write());
        await said.WriteLineAsync(
            $"Keys for personal data lie in {file}. Without them what is sealed is lost: keep a copy where the backups are not."
        );
        foreach (var audit in beside)
        {
            OwnerOnly.Write(audit, AuditKey.Fresh());
            await said.WriteLineAsync($"The key that signs the checkpoints of the audit lies in {audit}.");
        }

        return 0;
    }

    private static async Task<int> RotateKeys(WebApplication app, TextWriter said, TimeSpan pause)
    {
        var keys = app.Services.GetRequiredService<DataKeys>();
        await using var reader = Reader(app.Configuration);
        if (reader is null)
        {
            await said.WriteLineAsync("There is no database yet, and nothing to seal anew.");
            return 2;
        }

        await reader.OpenAsync();
        if (keys.File is null)
        {
            await said.WriteLineAsync($"The keys come with the configuration; everything is sealed anew under {keys.Current}.");
        }
        else if (Former(reader, keys) > 0)
        {
            await said.WriteLineAsync($"An earlier rotation goes on: everything is sealed anew under {keys.Current}.");
        }
        else
        {
            keys.Grow();
            await said.WriteLineAsync($"From now on {keys.Current} seals.");
        }

        var finished = Database(app) is { } database
            ? await Reseal(new Resealing(database, new Seal(keys), keys), said, pause)
            : await Watch(reader, keys, said);
        foreach (var use in Resealing.InUse(reader, keys.Ids))
        {
            await said.WriteLineAsync(
                use switch
                {
                    _ when use.KeyId == keys.Current => $"{use.KeyId}: seals; {use.Values} values, {use.Answers} kept answers",
                    { Values: 0, Answers: 0 } => $"{use.KeyId}: no longer in use. Backups made before are opened by it still.",
                    { Values: 0 } => $"{use.KeyId}: {use.Answers} kept answers, gone within a day; then no longer in use",
                    _ => $"{use.KeyId}: {use.Values} values are sealed under it",
                }
            );
        }

        return finished ? 0 : 1;
    }

    private static long Former(DbConnection reader, DataKeys keys) =>
        Resealing.InUse(reader, keys.Ids.Where(id => id != keys.Current)).Sum(use => use.Values);

    private static async Task<bool> Reseal(Resealing resealing, TextWriter said, TimeSpan pause)
    {
        while (true)
        {
            var resealed = await resealing.All(CancellationToken.None);
            if (resealed == 0)
            {
                return true;
            }

            await said.WriteLineAsync($"{resealed} values were sealed anew.");
            await Task.Delay(pause);
        }
    }

    /// <summary>The service that has the file does the work.</summary>
    private static async Task<bool> Watch(DbConnection reader, DataKeys keys, TextWriter said)
    {
        await said.WriteLineAsync("A running service has the database; it seals everything anew.");
        var (left, since) = (long.MaxValue, TimeProvider.System.GetTimestamp());
        while (true)
        {
            await Task.Delay(BetweenPasses);
            var now = Former(reader, keys);
            if (now == 0)
            {
                return true;
            }

            if (now < left)
            {
                (left, since) = (now, TimeProvider.System.GetTimestamp());
                await said.WriteLineAsync($"{now} values are left.");
            }
            else if (TimeProvider.System.GetElapsedTime(since) > LongestStandstill)
            {
                await said.WriteLineAsync(
                    "It does not go on. Is the key file of the service this one, and Dispatch:Timers not false? Call this again afterwards."
                );
                return false;
            }
        }
    }

    // On SQLite the process that serves the file is the only one that writes.
    private static Database? Database(WebApplication app)
    {
        try
        {
            return app.Services.GetRequiredService<Database>();
        }
        catch (InvalidOperationException) when (DatabaseSetting.IsFile(app.Configuration))
        {
            return null;
        }
    }

    /// <summary>A connection that only reads, beside a running service; null: there is no database yet.</summary>
    public static DbConnection? Reader(IConfiguration configuration)
    {
        if (!DatabaseSetting.IsFile(configuration))
        {
            return new NpgsqlConnection(PostgresSettings.Patient(DatabaseSetting.Of(configuration)).ToString());
        }

        var file = Service.DatabaseFile(configuration);
        return System.IO.File.Exists(file)
            ? new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = file,
                    Mode = SqliteOpenMode.ReadOnly,
                    Pooling = false,
                }.ToString()
            )
            : null;
    }
}
