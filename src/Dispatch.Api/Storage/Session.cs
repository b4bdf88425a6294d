using System.Collections;
using System.Data.Common;
using Dapper;
using Dispatch.Api.Storage.Auditing;

namespace Dispatch.Api.Storage;

/// <summary>The database as a slice sees it: inside a command the current transaction, in a query one consistent snapshot.</summary>
internal sealed class Session(Database database) : IAsyncDisposable
{
    private readonly List<Func<Task>> beforeCommit = [];
    private readonly List<Action> afterCommit = [];
    private DbConnection? connection;
    private DbTransaction? transaction;
    private bool writing;

    /// <summary>Appended to a select that must hold its rows until the commit. SQLite has one writer and needs no words for it.</summary>
    public string ForUpdate => database.ForUpdate;

    /// <summary>A membership test against a list parameter: <c>in @ids</c> on SQLite, <c>= any(@ids)</c> on PostgreSQL.</summary>
    public string In(string parameter) => database.In(parameter);

    /// <summary>Ids for such a test, as the engine keeps them: a list does not pass through the column types.</summary>
    public IEnumerable Ids(IEnumerable<Guid> ids) => database.Ids(ids);

    public async Task<int> Execute(string sql, object? args = null)
    {
        if (!writing)
        {
            throw new InvalidOperationException("Only a command writes, and only in its turn.");
        }

        return Straight(args) is { } store ? store.Run(sql, args) : await connection!.ExecuteAsync(sql, args, Given);
    }

    public async Task<T?> Find<T>(string sql, object? args = null)
        where T : class
    {
        var open = await Open();
        return Straight(args) is { } store ? store.Find<T>(sql, args) : await open.QuerySingleOrDefaultAsync<T>(sql, args, Given);
    }

    public async Task<IReadOnlyList<T>> List<T>(string sql, object? args = null)
    {
        var open = await Open();
        return Straight(args) is { } store ? store.List<T>(sql, args) : (await open.QueryAsync<T>(sql, args, Given)).AsList();
    }

    public async Task<T?> Value<T>(string sql, object? args = null)
    {
        var open = await Open();
        return Straight(args) is { } store ? store.Value<T>(sql, args) : await open.ExecuteScalarAsync<T>(sql, args, Given);
    }

    /// <inheritdoc cref="Database.NextChange"/>
    public string NextChange(string table) => database.NextChange(table);

    /// <inheritdoc cref="Database.ChangesFrom"/>
    public string ChangesFrom(string table) => database.ChangesFrom(table);

    /// <inheritdoc cref="Database.ShowsChangesInOrder"/>
    public bool ShowsChangesInOrder => database.ShowsChangesInOrder;

    /// <summary>Inside a command: what is read may hold changes that are never committed.</summary>
    public bool Writes => writing;

    /// <summary>Waits until no other transaction holds this key, and holds it until the commit.</summary>
    public Task HoldKey(string key) => database.HoldKey(connection!, transaction!, key);

    /// <summary>Counts the turns of writing; a command that is repeated has another one.</summary>
    public int Turn { get; private set; }

    /// <summary>The bookkeeping this turn is; null: it is audited.</summary>
    public Chore? Chore { get; internal set; }

    /// <summary>Runs in the same transaction when the command has done all it does: what many commands write to is so held the shortest.</summary>
    public void BeforeCommit(Func<Task> write) => beforeCommit.Add(write);

    /// <summary>Runs once the commit has returned: signals to those who wait, never effects.</summary>
    public void AfterCommit(Action signal) => afterCommit.Add(signal);

    public async ValueTask DisposeAsync() => await CloseReading();

    internal async Task CloseReading()
    {
        if (writing || connection is null)
        {
            return;
        }

        // A connection that is not given back is missing for good.
        await using var given = connection;
        await using var ended = transaction;
        (connection, transaction) = (null, null);
    }

    internal void BeginTurn(DbConnection writer, DbTransaction current)
    {
        (connection, transaction, writing) = (writer, current, true);
        Turn++;
        Chore = null;
        beforeCommit.Clear();
        afterCommit.Clear();
    }

    internal async Task FinishTurn()
    {
        // One may add another.
        for (var next = 0; next < beforeCommit.Count; next++)
        {
            await beforeCommit[next]();
        }
    }

    internal void EndTurn() => (connection, transaction, writing) = (null, null, false);

    internal void Committed()
    {
        foreach (var signal in afterCommit)
        {
            signal();
        }

        afterCommit.Clear();
    }

    // What the mapper is told: it knows the transactions of drivers only.
    private DbTransaction? Given => transaction is SqliteStore.Bracket ? null : transaction;

    private SqliteStore? Straight(object? args) => connection is SqliteStore store && SqliteStore.Takes(args) ? store : null;

    private async ValueTask<DbConnection> Open()
    {
        if (connection is null)
        {
            (connection, transaction) = await database.OpenSnapshot();
        }

        return connection;
    }
}
