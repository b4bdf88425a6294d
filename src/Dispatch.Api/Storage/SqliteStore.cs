using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Dispatch.Api.Storage;

/// <summary>A connection that keeps its statements prepared. The driver would compile every statement anew each time, which is most of the
/// work of a short one.</summary>
internal sealed class SqliteStore : SqliteConnection
{
    private const int MostStatements = 500;
    private const int CacheKilobytes = 16 * 1024;

    // In milliseconds. Nobody else writes; where somebody does, callers are told in the time a commit may take elsewhere.
    private const int LongestWait = 10_000;

    private readonly Dictionary<string, (nint Statement, SqlitePlan Plan)> statements = new(StringComparer.Ordinal);
    private readonly Func<SqliteStore, bool>? takenBack;
    private int lent;

    static SqliteStore() => SqliteNative.Configure();

    /// <param name="takenBack">Asked instead of closing: whether somebody wants to use it again.</param>
    public SqliteStore(SqliteConnectionStringBuilder where, Func<SqliteStore, bool>? takenBack = null)
        : base(where.ToString())
    {
        this.takenBack = takenBack;
        Open();
        Run($"pragma busy_timeout = {LongestWait}");
        // What a sort or a savepoint puts aside stays in memory: nothing is written outside the data folder.
        Run("pragma temp_store = memory");
        Run($"pragma cache_size = -{CacheKilobytes}");
    }

    public int Run(string sql, object? args = null)
    {
        var (statement, plan) = Prepared(sql);
        try
        {
            plan.Bind(statement, args);
            while (SqliteNative.Step(this, statement))
            {
                // A statement that answers is run to its end all the same.
            }

            return SqliteNative.Changes(this);
        }
        finally
        {
            _ = SqliteNative.Reset(statement);
        }
    }

    public T? Find<T>(string sql, object? args)
        where T : class
    {
        var (statement, plan) = Prepared(sql);
        try
        {
            plan.Bind(statement, args);
            if (!SqliteNative.Step(this, statement))
            {
                return null;
            }

            var found = plan.Reader<T>()(statement);
            return SqliteNative.Step(this, statement) ? throw new InvalidOperationException("More than one row: " + sql) : found;
        }
        finally
        {
            _ = SqliteNative.Reset(statement);
        }
    }

    public List<T> List<T>(string sql, object? args)
    {
        var (statement, plan) = Prepared(sql);
        try
        {
            plan.Bind(statement, args);
            var rows = new List<T>();
            if (SqliteNative.Step(this, statement))
            {
                var read = plan.Reader<T>();
                do
                {
                    rows.Add(read(statement));
                } while (SqliteNative.Step(this, statement));
            }

            return rows;
        }
        finally
        {
            _ = SqliteNative.Reset(statement);
        }
    }

    public T? Value<T>(string sql, object? args)
    {
        var (statement, plan) = Prepared(sql);
        try
        {
            plan.Bind(statement, args);
            return SqliteNative.Step(this, statement) ? plan.Reader<T?>()(statement) : default;
        }
        finally
        {
            _ = SqliteNative.Reset(statement);
        }
    }

    public void Lend() => Volatile.Write(ref lent, 1);

    /// <summary>True for the first of those who give it back.</summary>
    public bool Return() => Interlocked.Exchange(ref lent, 0) == 1;

    /// <summary>A transaction of its own making: the driver's would compile its words each time.</summary>
    public Bracket Begin(string words)
    {
        Run(words);
        return new Bracket(this);
    }

    /// <summary>Closes it for good.</summary>
    public void Discard()
    {
        Forget();
        base.Dispose(true);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && takenBack?.Invoke(this) == true)
        {
            return;
        }

        if (disposing)
        {
            Forget();
        }

        base.Dispose(disposing);
    }

    private (nint Statement, SqlitePlan Plan) Prepared(string sql)
    {
        if (statements.TryGetValue(sql, out var known))
        {
            return known;
        }

        if (statements.Count == MostStatements)
        {
            Forget();
        }

        var statement = SqliteNative.Prepare(this, sql);
        return statements[sql] = (statement, SqlitePlan.Of(sql, statement));
    }

    private void Forget()
    {
        foreach (var (statement, _) in statements.Values)
        {
            _ = SqliteNative.Finish(statement);
        }

        statements.Clear();
    }

    /// <summary>Begin to commit, or back.</summary>
    internal sealed class Bracket(SqliteStore store) : DbTransaction
    {
        public override System.Data.IsolationLevel IsolationLevel => System.Data.IsolationLevel.Serializable;

        protected override DbConnection DbConnection => store;

        public override void Commit() => store.Run("commit");

        public override void Rollback() => store.Run("rollback");

        protected override void Dispose(bool disposing)
        {
            if (disposing && SqliteNative.IsInTransaction(store))
            {
                Rollback();
            }

            base.Dispose(disposing);
        }
    }
}
