using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Dapper;
using Dispatch.Api.Telemetry;
using Npgsql;

namespace Dispatch.Api.Storage;

/// <summary>PostgreSQL, when one machine is not enough: pooled connections, read committed, rows held by <c>for update</c>.</summary>
internal sealed class PostgresDatabase(string connectionString, Instruments? instruments = null) : Database
{
    /// <summary>What its connections call themselves.</summary>
    public const string Name = "dispatch";

    private const int MostAttempts = 5;

    // A commit waits for its standbys without an end of its own.
    private static readonly TimeSpan LongestCommit = TimeSpan.FromSeconds(10);

    private readonly NpgsqlDataSource source = Threaded(PostgresSettings.Of(connectionString));

    // No key is ever changed: rows that lead to a held one may be written meanwhile, by commands that else would wait for one another in a circle.
    public override string ForUpdate => "for no key update";

    public override bool Healthy => true;

    public override string In(string parameter) => $"= any({parameter})";

    public override Task HoldKey(DbConnection connection, DbTransaction transaction, string key) =>
        connection.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended(@key, 0))", new { key }, transaction);

    // Transactions commit in any order: a snapshot lacks none below the oldest that was under way when it was taken.
    public override string NextChange(string table) => "pg_current_xact_id()::text::bigint";

    public override bool ShowsChangesInOrder => false;

    public override string ChangesFrom(string table) => "pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

    public override async Task Migrate(IReadOnlyDictionary<int, Action<DbConnection>> steps)
    {
        await using var patient = Source(PostgresSettings.Patient(connectionString));
        await using var connection = await patient.OpenConnectionAsync();
        await RequireDurability(connection);
        if (Migrations.Missing(connection) is not { Count: > 0 } missing)
        {
            Migrations.DemandKnown(connection, Migration.All);
            return;
        }

        if (!await MayChangeTables(connection))
        {
            throw new InvalidOperationException(
                $"The schema of this database lacks {string.Join(", ", missing.Select(file => file.Name))}, and {new NpgsqlConnectionStringBuilder(connectionString).Username} may not change it. Run the command migrate with Dispatch:Database set to the connection of the role that owns it (guide: operating)."
            );
        }

        Migrations.Apply(connection, steps);
    }

    // Where no table is there yet: whoever may make one.
    private static Task<bool> MayChangeTables(NpgsqlConnection connection) =>
        connection.ExecuteScalarAsync<bool>(
            """
            select has_schema_privilege(current_schema(), 'create') and coalesce(
                (select pg_has_role(tableowner, 'member') from pg_tables where schemaname = current_schema() and tablename = 'schema_migration'), true)
            """
        );

    public override IReadOnlyList<string> Purge(IReadOnlyList<string> tables) => [.. tables.Select(table => $"vacuum full {table}")];

    public override async Task<(DbConnection Connection, DbTransaction Transaction)> OpenSnapshot()
    {
        var connection = await source.OpenConnectionAsync();
        return (connection, await Begin(connection, IsolationLevel.RepeatableRead, CancellationToken.None));
    }

    // Until the transaction ends: the connection goes back to the pool without it.
    public override Task Wall(DbConnection connection, DbTransaction transaction, string? region) =>
        connection.ExecuteAsync("select set_config('dispatch.region', coalesce(@region, ''), true)", new { region }, transaction);

    public override async Task Write(Session session, Func<Task> work, CancellationToken ct)
    {
        await session.CloseReading();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await WriteOnce(session, work, ct);
                session.Committed();
                return;
            }
            catch (PostgresException cause) when (IsWorthRepeating(cause) && attempt < MostAttempts)
            {
                // The engine chose this transaction as the loser of a deadlock; its rows are free again.
            }
        }
    }

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    // The driver asks a server to cancel, and waits for that, on the thread it is called on: where the server is silent each connection may hold one, and
    // everybody else needs one too.
    private static NpgsqlDataSource Threaded(NpgsqlConnectionStringBuilder settings)
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, settings.MaxPoolSize + Environment.ProcessorCount), ports);
        return Source(settings);
    }

    private static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings)
    {
        settings.ApplicationName = Name;
        return new NpgsqlDataSourceBuilder(settings.ToString()).Build();
    }

    private static bool IsWorthRepeating(PostgresException cause) =>
        cause.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    // What was answered must survive a crash of the server, whatever somebody found faster.
    private static async Task RequireDurability(NpgsqlConnection connection)
    {
        foreach (var name in new[] { "fsync", "full_page_writes", "synchronous_commit" })
        {
            if (await connection.ExecuteScalarAsync<string>($"show {name}") == "off")
            {
                throw new InvalidOperationException(
                    $"This PostgreSQL has {name} = off: what it has committed may be gone after a crash. Set {name} = on, for the server, the database and the role."
                );
            }
        }
    }

    private async Task WriteOnce(Session session, Func<Task> work, CancellationToken ct)
    {
        var connection = await Connection(ct);
        var transaction = await Begin(connection, IsolationLevel.ReadCommitted, ct);
        await Work(session, connection, transaction, work);
        var commit = Commit(connection, transaction);
        try
        {
            instruments?.Committed(1, await commit.WaitAsync(LongestCommit, CancellationToken.None));
        }
        catch (Exception cause) when (cause is TimeoutException or OutcomeUnknown)
        {
            instruments?.CommitFailed();
            throw cause as OutcomeUnknown ?? new OutcomeUnknown(cause);
        }
    }

    private async Task<NpgsqlConnection> Connection(CancellationToken ct)
    {
        instruments?.CommandQueued();
        try
        {
            return await source.OpenConnectionAsync(ct);
        }
        finally
        {
            instruments?.CommandTaken();
        }
    }

    private static async Task<NpgsqlTransaction> Begin(NpgsqlConnection connection, IsolationLevel level, CancellationToken ct)
    {
        try
        {
            return await connection.BeginTransactionAsync(level, ct);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task Work(Session session, NpgsqlConnection connection, NpgsqlTransaction transaction, Func<Task> work)
    {
        session.BeginTurn(connection, transaction);
        try
        {
            await work();
            await session.FinishTurn();
        }
        catch
        {
            await session.GiveBack(connection, transaction);
            throw;
        }
        finally
        {
            session.EndTurn();
        }
    }

    /// <summary>Keeps the connection until the commit has ended, however long that takes, and gives it back. Says how long it took.</summary>
    private static async Task<TimeSpan> Commit(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        await using var given = connection;
        using var span = Spans.Begin(Spans.Commit);
        span?.SetTag(Spans.Commands, 1);
        var from = Stopwatch.GetTimestamp();
        PostgresNotice? warning = null;
        connection.Notice += (_, said) => warning = said.Notice.InvariantSeverity == "WARNING" ? said.Notice : warning;
        try
        {
            // Never cancelled midway: a cancelled commit may have happened.
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (NpgsqlException cause) when (cause is not PostgresException refused || IsGoingDown(refused))
        {
            Spans.Failed(span, cause);
            throw new OutcomeUnknown(cause);
        }

        // Whoever cancels the wait for the standbys gets a success with a warning: it is committed here, and may be nowhere else.
        if (warning is not null)
        {
            throw new OutcomeUnknown(new InvalidOperationException(warning.MessageText));
        }

        return Stopwatch.GetElapsedTime(from);
    }

    // A server that is told to stop ends its connections wherever they are, also between a commit and its answer.
    private static bool IsGoingDown(PostgresException refused) =>
        refused.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown;
}
