using System.Collections;
using System.Data;
using System.Data.Common;
using Dapper;
using Npgsql;

namespace Dispatch.Api.Storage;

/// <summary>PostgreSQL, when one machine is not enough: pooled connections, read committed, rows held by <c>for update</c>.</summary>
internal sealed class PostgresDatabase(string connectionString) : Database
{
    /// <summary>What its connections call themselves.</summary>
    public const string Name = "dispatch";

    private const int MostAttempts = 5;

    private readonly NpgsqlDataSource source = new NpgsqlDataSourceBuilder(
        new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 200, ApplicationName = Name }.ToString()
    ).Build();

    public override string ForUpdate => "for update";

    public override bool Healthy => true;

    public override string In(string parameter) => $"= any({parameter})";

    public override IEnumerable Ids(IEnumerable<Guid> ids) => ids.ToArray();

    public override Task HoldKey(DbConnection connection, DbTransaction transaction, string key) =>
        connection.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended(@key, 0))", new { key }, transaction);

    // Transactions commit in any order: a snapshot lacks none below the oldest that was under way when it was taken.
    public override string NextChange(string table) => "pg_current_xact_id()::text::bigint";

    public override bool ShowsChangesInOrder => false;

    public override string ChangesFrom(string table) => "pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

    public override async Task Migrate(IReadOnlyDictionary<int, Action<DbConnection>> steps)
    {
        await using var connection = await source.OpenConnectionAsync();
        Migrations.Apply(connection, steps);
    }

    public override IReadOnlyList<string> Purge(IReadOnlyList<string> tables) => [.. tables.Select(table => $"vacuum full {table}")];

    public override async Task<(DbConnection Connection, DbTransaction Transaction)> OpenSnapshot()
    {
        var connection = await source.OpenConnectionAsync();
        return (connection, await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead));
    }

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

    private static bool IsWorthRepeating(PostgresException cause) =>
        cause.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    private async Task WriteOnce(Session session, Func<Task> work, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        session.BeginTurn(connection, transaction);
        try
        {
            await work();
            await session.FinishTurn();
        }
        finally
        {
            session.EndTurn();
        }

        try
        {
            // Never cancelled midway: a cancelled commit may have happened.
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (NpgsqlException cause) when (cause is not PostgresException)
        {
            throw new OutcomeUnknown(cause);
        }
    }
}
