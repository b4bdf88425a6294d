using System.Data.Common;
using Dapper;
using Npgsql;

namespace Dispatch.Api.Storage;

/// <summary>
/// Brings the schema up, one file after the other, each in a transaction that also notes it as done. Of several nodes that start at once one does it and
/// the others wait. On PostgreSQL, where nodes may be at work meanwhile, no file waits longer than <see cref="LongestWait"/> for a table: whoever waits
/// for a table makes all wait who come after him. It tries again a little later.
/// </summary>
internal static class Migrations
{
    /// <summary>Nobody at work is held up longer by a file that waits.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private const int MostAttempts = 120;

    // Says that this is about the schema of Dispatch, and nothing else.
    private const long Lock = 0x4469737061746368;

    // From this one on what a migration needs is noted.
    private const int NotesNeeds = 32;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <param name="steps">What is done in code before the file of that number; begun again where it was interrupted.</param>
    /// <param name="last">For tests: the schema as an earlier version left it.</param>
    /// <exception cref="InvalidOperationException">A newer program has taken away what this one needs, or a table never was free.</exception>
    public static void Apply(DbConnection connection, IReadOnlyDictionary<int, Action<DbConnection>> steps, int last = int.MaxValue) =>
        Apply(connection, steps, [.. Migration.All.Where(file => file.Number <= last)]);

    /// <param name="files">In order.</param>
    public static void Apply(DbConnection connection, IReadOnlyDictionary<int, Action<DbConnection>> steps, IReadOnlyList<Migration> files)
    {
        if (connection.State == System.Data.ConnectionState.Closed)
        {
            connection.Open();
        }

        TakeTurn(connection);
        try
        {
            connection.Execute("create table if not exists schema_migration (number integer primary key, name text not null)");
            DemandKnown(connection, files);
            var done = Done(connection);
            foreach (var file in files.Where(file => file.IsFor(connection) && !done.Contains(file.Number)))
            {
                steps.GetValueOrDefault(file.Number)?.Invoke(connection);
                Apply(connection, file);
            }
        }
        finally
        {
            GiveTurn(connection);
        }
    }

    /// <summary>Refuses a schema from which a newer program has taken what this one needs. One that was only added to serves both.</summary>
    public static void DemandKnown(DbConnection connection, IReadOnlyList<Migration> files)
    {
        if (!Done(connection).Contains(NotesNeeds))
        {
            return;
        }

        var known = files.Max(file => file.Number);
        if (connection.ExecuteScalar<int?>("select max(needs) from schema_migration") is { } needed && needed > known)
        {
            throw new InvalidOperationException(
                $"This database serves programs that know migration {needed} or later; this one knows {known}. Start the newer version, or put back a backup from before it."
            );
        }
    }

    private static HashSet<int> Done(DbConnection connection) => [.. connection.Query<int>("select number from schema_migration")];

    private static void Apply(DbConnection connection, Migration file)
    {
        if (file.IsApart)
        {
            foreach (var statement in file.Statements)
            {
                connection.Execute(statement);
            }

            using var noting = connection.BeginTransaction();
            Note(connection, file, noting);
            noting.Commit();
            return;
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var transaction = connection.BeginTransaction();
                if (connection is NpgsqlConnection)
                {
                    connection.Execute($"set local lock_timeout = {(int)LongestWait.TotalMilliseconds}", transaction: transaction);
                }

                connection.Execute(file.Sql, transaction: transaction);
                Note(connection, file, transaction);
                transaction.Commit();
                return;
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable && attempt < MostAttempts)
            {
                Thread.Sleep(Pause);
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                throw new InvalidOperationException(
                    $"{file.Name} never found its table free. Start again when less is under way, or end what holds it (pg_stat_activity).",
                    busy
                );
            }
        }
    }

    private static void Note(DbConnection connection, Migration file, DbTransaction transaction)
    {
        connection.Execute(
            "insert into schema_migration (number, name) values (@Number, @Name)",
            new { file.Number, file.Name },
            transaction
        );
        if (file.Needs is { } needs)
        {
            connection.Execute(
                "update schema_migration set needs = @needs where number = @Number",
                new { needs, file.Number },
                transaction
            );
        }
    }

    // On SQLite the lock of the file is held already. Asked again and again instead of waited for: whoever waits in a statement holds up an index that is
    // being built beside it, which waits for him.
    private static void TakeTurn(DbConnection connection)
    {
        while (connection is NpgsqlConnection && !connection.ExecuteScalar<bool>("select pg_try_advisory_lock(@Lock)", new { Lock }))
        {
            Thread.Sleep(Pause);
        }
    }

    private static void GiveTurn(DbConnection connection)
    {
        if (connection is NpgsqlConnection { State: System.Data.ConnectionState.Open })
        {
            connection.Execute("select pg_advisory_unlock(@Lock)", new { Lock });
        }
    }
}
