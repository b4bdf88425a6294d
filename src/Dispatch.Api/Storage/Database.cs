using System.Data.Common;
using Dispatch.Api.Storage.Auditing;

namespace Dispatch.Api.Storage;

/// <summary>One of the two engines. What differs between them stands in its two heirs, side by side; everything else is one SQL text.</summary>
internal abstract class Database : IAsyncDisposable
{
    public abstract string ForUpdate { get; }

    public abstract string In(string parameter);

    /// <summary>Holds a name of the caller's choice until the commit. On SQLite the one writer holds everything already.</summary>
    public abstract Task HoldKey(DbConnection connection, DbTransaction transaction, string key);

    /// <summary>What a row that changes now notes in its <c>changed</c>, as SQL: more than any snapshot taken before has seen.</summary>
    public abstract string NextChange(string table);

    /// <summary>What every change noted that this snapshot does not hold is not below, as SQL.</summary>
    public abstract string ChangesFrom(string table);

    /// <summary>Whether changes become visible in the order of their numbers, none left out.</summary>
    public abstract bool ShowsChangesInOrder { get; }

    /// <summary>Makes the schema what this program needs. Runs before anything is served.</summary>
    /// <param name="steps">What a migration needs done in code before it, by its number.</param>
    public abstract Task Migrate(IReadOnlyDictionary<int, Action<DbConnection>> steps);

    /// <summary>Statements after which nothing is left of what these tables held before: a row that was changed or deleted stays readable in the files
    /// until then.</summary>
    public abstract IReadOnlyList<string> Purge(IReadOnlyList<string> tables);

    /// <summary>A connection that only reads, inside a transaction that sees one snapshot.</summary>
    public abstract Task<(DbConnection Connection, DbTransaction Transaction)> OpenSnapshot();

    /// <summary>Hides from a snapshot the rows of other regions in the tables that have policies for it. SQLite has no such thing: there the conditions of the
    /// statements are the only wall.</summary>
    /// <param name="region">Null: it shows everything again.</param>
    public abstract Task Wall(DbConnection connection, DbTransaction transaction, string? region);

    /// <summary>Runs the work as one transaction and returns after its commit. A <see cref="Http.Refused"/> of the work rolls it back and is
    /// thrown on; a commit whose outcome nobody knows is <see cref="OutcomeUnknown"/>.</summary>
    public abstract Task Write(Session session, Func<Task> work, CancellationToken ct);

    /// <summary>The same for bookkeeping: nothing of it is audited.</summary>
    public Task Write(Session session, Chore chore, Func<Task> work, CancellationToken ct) =>
        Write(
            session,
            () =>
            {
                session.Chore = chore;
                return work();
            },
            ct
        );

    /// <summary>Whether writes are still acknowledged: false for good after a commit that failed in the storage itself.</summary>
    public abstract bool Healthy { get; }

    public abstract ValueTask DisposeAsync();
}

/// <summary>The commit failed or its answer was lost: the effect may be there or not. The caller repeats with the same key.</summary>
internal sealed class OutcomeUnknown(Exception cause) : Exception("The outcome of the commit is unknown.", cause);

/// <summary>More commands wait than the service will queue.</summary>
internal sealed class Overloaded() : Exception("Too many commands are waiting.");
