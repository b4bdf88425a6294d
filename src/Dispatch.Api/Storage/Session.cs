using System.Data.Common;
using Dapper;
using Dispatch.Api.Storage.Auditing;
using Npgsql;

namespace Dispatch.Api.Storage;

/// <summary>The database as a slice sees it: inside a command the current transaction, in a query one consistent snapshot.</summary>
internal sealed class Session(Database database) : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly List<Func<Task>> beforeCommit = [];
    private readonly List<Action> afterCommit = [];
    private DbConnection? connection;
    private DbTransaction? transaction;
    private Task? unanswered;
    private bool writing;
    private string? walled;

    /// <summary>Appended to a select that must hold its rows until the commit. SQLite has one writer and needs no words for it.</summary>
    public string ForUpdate => database.ForUpdate;

    /// <summary>A membership test against a parameter that holds an array or a list, as SQL.</summary>
    public string In(string parameter) => database.In(parameter);

    public async Task<int> Execute(string sql, object? args = null)
    {
        if (!writing)
        {
            throw new InvalidOperationException("Only a command writes, and only in its turn.");
        }

        return Straight is { } store ? store.Run(sql, args) : await Answered(connection!.ExecuteAsync(sql, args, transaction));
    }

    public async Task<T?> Find<T>(string sql, object? args = null)
        where T : class
    {
        var open = await Open();
        return Straight is { } store ? store.Find<T>(sql, args) : await Answered(open.QuerySingleOrDefaultAsync<T>(sql, args, transaction));
    }

    public async Task<IReadOnlyList<T>> List<T>(string sql, object? args = null)
    {
        var open = await Open();
        return Straight is { } store ? store.List<T>(sql, args) : (await Answered(open.QueryAsync<T>(sql, args, transaction))).AsList();
    }

    public async Task<T?> Value<T>(string sql, object? args = null)
    {
        var open = await Open();
        return Straight is { } store ? store.Value<T>(sql, args) : await Answered(open.ExecuteScalarAsync<T>(sql, args, transaction));
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
    public Task HoldKey(string key) => Answered(Held(database.HoldKey(connection!, transaction!, key)));

    /// <summary>All that is read lies in this region, whatever a statement asks for: the second wall behind <see cref="Http.Access.RegionScope"/>, on PostgreSQL
    /// (<see cref="Database.Wall"/>). Null: there is no wall. A command, which must also see who else is concerned, stands outside of it.</summary>
    public string? Within { get; set; }

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

        var over = GiveBack(connection, transaction!);
        (connection, transaction) = (null, null);
        await over;
    }

    /// <summary>Ends the transaction and gives the connection back, which would be missing for good otherwise. Where the database does not answer this goes on
    /// by itself, and nobody waits for it.</summary>
    internal async Task GiveBack(DbConnection used, DbTransaction current)
    {
        var pending = unanswered;
        unanswered = null;
        var end = End();
        if (used is not NpgsqlConnection)
        {
            await end;
            return;
        }

        try
        {
            await end.WaitAsync(Grace);
        }
        catch (Exception cause) when (cause is TimeoutException or NpgsqlException)
        {
            // It ends with its connection.
        }

        async Task End()
        {
            await using var given = used;
            await using var ended = current;
            await (pending?.ContinueWith(_ => { }, TaskScheduler.Default) ?? Task.CompletedTask);
        }
    }

    internal void BeginTurn(DbConnection writer, DbTransaction current)
    {
        (connection, transaction, writing) = (writer, current, true);
        Turn++;
        Chore = null;
        beforeCommit.Clear();
        afterCommit.Clear();
    }

    /// <summary>Takes part in the turn of another session: the commit is that one's, and nothing that waits for a commit here is told of it.</summary>
    internal void Join(Session other) => BeginTurn(other.connection!, other.transaction!);

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

    /// <summary>Of a server that takes connections and says nothing the driver never has enough: where its time is over it asks the server to cancel, and waits for
    /// that without an end. Nobody waits with it.</summary>
    private async Task<T> Answered<T>(Task<T> statement)
    {
        if (statement.IsCompleted || connection is not NpgsqlConnection { CommandTimeout: > 0 and var seconds })
        {
            return await statement;
        }

        try
        {
            return await statement.WaitAsync(TimeSpan.FromSeconds(seconds) + Grace);
        }
        catch (TimeoutException cause) when (!statement.IsCompleted)
        {
            unanswered = statement;
            throw new NpgsqlException("The database does not answer.", cause);
        }
    }

    private static async Task<bool> Held(Task holding)
    {
        await holding;
        return true;
    }

    // SQLite is asked without the mapper: it would have every statement compiled anew.
    private SqliteStore? Straight => connection as SqliteStore;

    private async ValueTask<DbConnection> Open()
    {
        if (connection is null)
        {
            (connection, transaction) = await database.OpenSnapshot();
            walled = null;
        }

        if (Within != walled && !writing)
        {
            walled = Within;
            await Answered(Held(database.Wall(connection, transaction!, Within)));
        }

        return connection;
    }
}
