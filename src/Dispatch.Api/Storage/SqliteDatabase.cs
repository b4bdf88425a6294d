using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using System.Threading.Channels;
using Dispatch.Api.Telemetry;
using Microsoft.Data.Sqlite;

namespace Dispatch.Api.Storage;

/// <summary>
/// The default store: one file. One connection writes; commands queue for it and many share one commit, each inside a savepoint of its
/// own, and nobody is answered before that commit has returned. Reads use connections of their own.
/// </summary>
internal sealed class SqliteDatabase : Database
{
    public const int MostWaiting = 4096;

    /// <summary>The lock lies beside the database, under its name with this behind it.</summary>
    public const string LockEnding = ".lock";

    private const int MostReaders = 64;
    private const int Busy = 5;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int NoRoomForTheIndex = 4874;

    // 32 MB of log: a page that many commands change is so written to the file once for all of them.
    private const string PagesBetweenCheckpoints = "8192";

    // A log that grew behind a long reader is cut back to this when it begins anew.
    private const string LongestLog = "67108864";

    private readonly string path;
    private readonly CommitSize size;
    private readonly Instruments? instruments;
    private readonly FileStream fileLock;
    private readonly SqliteStore writer;
    private readonly ConcurrentBag<SqliteStore> readers = [];
    private readonly Thread thread;
    private readonly Channel<Turn> queue = Channel.CreateBounded<Turn>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private volatile bool healthy = true;
    private volatile bool disposed;

    /// <param name="mostInOneCommit">1 shows what sharing commits is worth.</param>
    /// <param name="instruments">None: nothing is measured.</param>
    public SqliteDatabase(string path, int mostInOneCommit = CommitSize.Most, Instruments? instruments = null)
    {
        size = new CommitSize(mostInOneCommit);
        this.instruments = instruments;
        this.path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(this.path)!;
        Directory.CreateDirectory(folder);
        UnfitFileSystem.Refuse(folder);
        fileLock = TakeLock(this.path + LockEnding);
        writer = new SqliteStore(new SqliteConnectionStringBuilder { DataSource = this.path, Pooling = false });
        RequirePragma("journal_mode", "wal");
        // A commit that was answered must survive a power cut: in WAL mode only FULL flushes on every commit.
        RequirePragma("synchronous", "2");
        RequirePragma("foreign_keys", "1");
        RequirePragma("wal_autocheckpoint", PagesBetweenCheckpoints);
        RequirePragma("journal_size_limit", LongestLog);
        thread = new Thread(WriteLoop) { IsBackground = true, Name = "sqlite-writer" };
        thread.Start();
    }

    public override string ForUpdate => "";

    public override bool Healthy => healthy;

    // The list comes as one text: the statement is the same however long it is, and stays prepared.
    public override string In(string parameter) => $"in (select value from json_each({parameter}))";

    public override Task HoldKey(DbConnection connection, DbTransaction transaction, string key) => Task.CompletedTask;

    // One writer: the numbers follow one another without a gap, and what is seen is seen up to the highest.
    public override string NextChange(string table) => $"(select coalesce(max(changed), 0) + 1 from {table})";

    public override bool ShowsChangesInOrder => true;

    public override string ChangesFrom(string table) => NextChange(table);

    public override Task Migrate(IReadOnlyDictionary<int, Action<DbConnection>> steps)
    {
        Migrations.Apply(writer, steps);
        return Task.CompletedTask;
    }

    // The whole file is written anew, and the log emptied.
    public override IReadOnlyList<string> Purge(IReadOnlyList<string> tables) => ["vacuum", "pragma wal_checkpoint(truncate)"];

    public override Task Wall(DbConnection connection, DbTransaction transaction, string? region) => Task.CompletedTask;

    public override Task<(DbConnection Connection, DbTransaction Transaction)> OpenSnapshot()
    {
        if (!readers.TryTake(out var reader))
        {
            var where = new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            };
            reader = new SqliteStore(where, TakeBack);
        }

        reader.Lend();

        return Task.FromResult<(DbConnection, DbTransaction)>((reader, reader.Begin("begin deferred")));
    }

    public override async Task Write(Session session, Func<Task> work, CancellationToken ct)
    {
        if (Thread.CurrentThread == thread)
        {
            throw new InvalidOperationException("A command opened another write inside its own turn.");
        }

        await session.CloseReading();
        var turn = new Turn(session, work, ExecutionContext.Capture()!, ct);
        instruments?.CommandQueued();
        if (!queue.Writer.TryWrite(turn))
        {
            instruments?.CommandTaken();
            instruments?.CommandRefused();
            throw new Overloaded();
        }

        await turn.Done.Task;
        session.Committed();
    }

    public override async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        if (thread.IsAlive)
        {
            await Task.Run(thread.Join);
        }

        disposed = true;
        while (readers.TryTake(out var reader))
        {
            reader.Discard();
        }

        await writer.DisposeAsync();
        await fileLock.DisposeAsync();
    }

    /// <summary>Whoever has this file serves the database, and nobody else does.</summary>
    public static FileStream TakeLock(string lockPath)
    {
        try
        {
            return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException cause)
        {
            throw new InvalidOperationException(
                "Another process serves this database file. Stop it first, or give this one a folder of its own (Dispatch:Data).",
                cause
            );
        }
    }

    private bool TakeBack(SqliteStore reader)
    {
        if (disposed || readers.Count >= MostReaders)
        {
            return false;
        }

        // Given back twice it would be lent to two.
        if (reader.Return())
        {
            readers.Add(reader);
        }

        return true;
    }

    private void RequirePragma(string name, string wanted)
    {
        writer.Run($"pragma {name} = {wanted}");
        var actual = writer.Value<string>($"pragma {name}", null);
        if (!string.Equals(actual, wanted, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException(
                $"The database file does not accept {name} = {wanted} (it stays {actual}). Is it on a network file system?"
            );
        }
    }

    private void WriteLoop()
    {
        var group = new List<Turn>(CommitSize.Most);
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            group.Clear();
            try
            {
                RunGroup(group);
            }
            catch (Exception cause) when (cause is SqliteException or InvalidOperationException)
            {
                healthy &= !IsStorageFailure(cause);
                instruments?.CommitFailed();
                TurnAway(group, cause);
            }

            foreach (var turn in group)
            {
                turn.Answer();
            }
        }
    }

    private void TurnAway(List<Turn> group, Exception cause)
    {
        var isHeld = cause is SqliteException { SqliteErrorCode: Busy };
        // Another process holds the file: whoever waits behind these would wait as long once more.
        while (isHeld && queue.Reader.TryRead(out var turn))
        {
            group.Add(turn);
            instruments?.CommandTaken();
        }

        foreach (var turn in group)
        {
            turn.Failure = isHeld ? new Overloaded() : new OutcomeUnknown(cause);
        }
    }

    private void RunGroup(List<Turn> group)
    {
        SqliteStore.Bracket? transaction = null;
        var from = Stopwatch.GetTimestamp();
        try
        {
            while (size.HasRoom(group.Count, Stopwatch.GetElapsedTime(from)) && queue.Reader.TryRead(out var turn))
            {
                group.Add(turn);
                instruments?.CommandTaken();
                if (!healthy)
                {
                    throw new InvalidOperationException("The storage failed earlier; a later success would prove nothing.");
                }

                if (!turn.Cancelled)
                {
                    transaction ??= writer.Begin("begin immediate");
                    turn.Run(writer, transaction);
                }
            }

            if (transaction is not null)
            {
                Commit(transaction, group);
            }
        }
        finally
        {
            transaction?.Dispose();
        }
    }

    private void Commit(SqliteStore.Bracket transaction, List<Turn> group)
    {
        var (at, from) = (DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
        var commands = group.Count(turn => turn.Failure is null);
        try
        {
            transaction.Commit();
        }
        catch (Exception cause)
        {
            Tell(cause);
            throw;
        }

        Tell(null);
        // Where every command was refused nothing was flushed.
        if (commands > 0)
        {
            var took = Stopwatch.GetElapsedTime(from);
            size.Took(took);
            instruments?.Committed(commands, took);
        }

        void Tell(Exception? failure)
        {
            var took = Stopwatch.GetElapsedTime(from);
            foreach (var turn in group)
            {
                turn.Tell(at, took, commands, failure);
            }
        }
    }

    // After an I/O error or a corruption no later success can be trusted. A full disk passes, also one without room for the index of the log.
    private static bool IsStorageFailure(Exception cause) =>
        cause is SqliteException { SqliteErrorCode: IoError or Corrupt, SqliteExtendedErrorCode: not NoRoomForTheIndex };

    private sealed class Turn(Session session, Func<Task> work, ExecutionContext context, CancellationToken ct)
    {
        private readonly ActivityContext? span = Spans.Here;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Exception? Failure { get; set; }

        public bool Cancelled
        {
            get
            {
                if (ct.IsCancellationRequested)
                {
                    Failure = new OperationCanceledException(ct);
                }

                return ct.IsCancellationRequested;
            }
        }

        private async Task WholeTurn()
        {
            await work();
            await session.FinishTurn();
        }

        public void Run(SqliteStore writer, DbTransaction transaction)
        {
            writer.Run("savepoint turn");
            session.BeginTurn(writer, transaction);
            try
            {
                Task? task = null;
                ExecutionContext.Run(context, _ => task = WholeTurn(), null);
                if (!task!.IsCompleted)
                {
                    throw new InvalidOperationException("A command awaited something other than its session while it held the writer.");
                }

                task.GetAwaiter().GetResult();
                writer.Run("release turn");
            }
#pragma warning disable CA1031 // Whatever the command threw belongs to its caller, not to the writer.
            catch (Exception cause)
#pragma warning restore CA1031
            {
                Failure = cause;
                writer.Run("rollback to turn");
                writer.Run("release turn");
            }
            finally
            {
                session.EndTurn();
            }
        }

        /// <summary>To whoever traces the command.</summary>
        public void Tell(DateTimeOffset at, TimeSpan took, int commands, Exception? failure)
        {
            if (span is { } parent && Failure is null)
            {
                Spans.Committed(parent, at, took, commands, failure);
            }
        }

        public void Answer()
        {
            if (Failure is null)
            {
                Done.SetResult();
            }
            else
            {
                Done.SetException(Failure);
            }
        }
    }
}
