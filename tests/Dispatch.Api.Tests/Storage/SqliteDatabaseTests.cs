using Dispatch.Api.Storage;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Dispatch.Api.Tests.Storage;

/// <summary>The write path of the default store, without anything above it.</summary>
public sealed class SqliteDatabaseTests : IAsyncLifetime, IAsyncDisposable
{
    private const int QueueLength = 4096;

    private readonly string folder = Path.Combine(Path.GetTempPath(), "dispatch-test-" + Guid.NewGuid().ToString("N"));
    private SqliteDatabase database = null!;

    public async Task InitializeAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder, "dispatch.db"));
        await Write(db => db.Execute("create table line (number integer primary key)"));
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());

    [Fact]
    public async Task Commands_that_wait_together_share_one_commit_and_nobody_is_answered_before_it()
    {
        var seenFromOutside = -1L;
        var answeredEarly = false;
        List<Task> waiting;
        await using (var gate = new Gate(this))
        {
            waiting = [.. Enumerable.Range(1, 30).Select(Insert)];
            waiting.Add(
                Write(async db =>
                {
                    seenFromOutside = await Count();
                    answeredEarly = waiting.Any(task => task.IsCompleted) || gate.Passed.IsCompleted;
                    await Insert(db, 31);
                })
            );
        }

        await Task.WhenAll(waiting);
        Assert.Equal(0, seenFromOutside);
        Assert.False(answeredEarly);
        Assert.Equal(31, await Count());
    }

    [Fact]
    public async Task No_fewer_than_32_commands_share_a_commit_while_more_wait_and_no_more_than_256()
    {
        var groups = await GroupsOf(600);
        Assert.All(groups, commands => Assert.InRange(commands, 1, 256));
        Assert.All(groups.SkipLast(1), commands => Assert.InRange(commands, 32, 256));
        Assert.Equal(600 + 1, groups.Sum());
    }

    [Fact]
    public async Task After_a_commit_that_took_long_more_of_those_who_wait_share_the_next()
    {
        await Write(db => db.Execute("create table load (content blob)"));
        await Write(db => db.Execute("insert into load (content) values (zeroblob(50000000))"));
        var groups = await GroupsOf(200);
        Assert.InRange(groups[0], 33, 200 + 1);
    }

    [Fact]
    public async Task A_refused_command_takes_back_its_own_rows_and_not_its_neighbours()
    {
        Task first;
        Task refused;
        Task last;
        await using (new Gate(this))
        {
            first = Insert(1);
            refused = Write(async db =>
            {
                await Insert(db, 2);
                throw new InvalidDataException("no");
            });
            last = Insert(3);
        }

        await Task.WhenAll(first, last);
        await Assert.ThrowsAsync<InvalidDataException>(() => refused);
        Assert.Equal([1, 3], await Numbers());
    }

    [Fact]
    public async Task A_command_that_awaits_something_other_than_its_session_fails_loudly_and_leaves_nothing()
    {
        var other = new TaskCompletionSource();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Write(async db =>
            {
                await Insert(db, 1);
                await other.Task;
            })
        );
        Assert.Contains("awaited", failure.Message, StringComparison.Ordinal);
        await Insert(2);
        Assert.Equal([2], await Numbers());
    }

    [Fact]
    public async Task What_such_a_command_does_later_is_not_written()
    {
        var other = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var later = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Write(async db =>
            {
                await other.Task;
                later.SetResult(await Record.ExceptionAsync(() => Insert(db, 1)));
            })
        );
        other.SetResult();
        Assert.IsType<InvalidOperationException>(await later.Task);
        Assert.Empty(await Numbers());
    }

    [Fact]
    public async Task A_write_inside_a_write_fails_loudly_and_leaves_nothing()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Write(async db =>
            {
                await Insert(db, 1);
                await Insert(2);
            })
        );
        Assert.Contains("another write", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await Numbers());
    }

    [Fact]
    public async Task Writing_outside_a_turn_throws()
    {
        await using var db = new Session(database);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Insert(db, 1));
        Assert.Equal(0, await db.Value<long>("select count(*) from line"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Insert(db, 1));
    }

    [Fact]
    public async Task A_connection_for_reading_cannot_write()
    {
        await using var db = new Session(database);
        var refused = await Assert.ThrowsAsync<SqliteException>(() =>
            db.Find<object>("insert into line (number) values (1) returning number")
        );
        Assert.Equal(8, refused.SqliteErrorCode);
    }

    [Fact]
    public async Task A_full_queue_refuses_the_next_command_at_once_and_loses_none_of_the_others()
    {
        List<Task> waiting;
        await using (new Gate(this))
        {
            waiting = [.. Enumerable.Range(1, QueueLength).Select(Insert)];
            Assert.All(waiting, task => Assert.False(task.IsCompleted));
            await Assert.ThrowsAsync<Overloaded>(() => Insert(QueueLength + 1));
        }

        await Task.WhenAll(waiting);
        Assert.Equal(QueueLength, await Count());
        await Insert(QueueLength + 1);
    }

    [Fact]
    public async Task A_command_cancelled_while_it_waits_is_never_run()
    {
        using var cancel = new CancellationTokenSource();
        Task cancelled;
        Task last;
        await using (new Gate(this))
        {
            cancelled = Write(db => Insert(db, 1), cancel.Token);
            last = Insert(2);
            await cancel.CancelAsync();
        }

        await last;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal([2], await Numbers());
    }

    [Fact]
    public async Task When_the_commit_fails_everybody_in_it_hears_that_the_outcome_is_unknown()
    {
        await Write(db => db.Execute("create table leaf (number integer references line (number) deferrable initially deferred)"));
        Task neighbour;
        Task refused;
        Task culprit;
        await using (new Gate(this))
        {
            neighbour = Insert(1);
            refused = Write(_ => throw new InvalidDataException("rests on rows that were never committed"));
            culprit = Write(db => db.Execute("insert into leaf (number) values (99)"));
        }

        await Assert.ThrowsAsync<OutcomeUnknown>(() => neighbour);
        await Assert.ThrowsAsync<OutcomeUnknown>(() => refused);
        await Assert.ThrowsAsync<OutcomeUnknown>(() => culprit);
        Assert.Empty(await Numbers());
        Assert.True(database.Healthy);
        await Insert(2);
        Assert.Equal([2], await Numbers());
    }

    [Fact]
    public async Task While_another_process_holds_the_file_everybody_who_waits_is_turned_away_and_later_ones_are_not()
    {
        await Write(db => db.Value<long>("pragma busy_timeout = 0"));
        var place = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "dispatch.db"), Pooling = false };
        await using (var other = new SqliteConnection(place.ToString()))
        {
            await other.OpenAsync();
            await using var hold = other.BeginTransaction(deferred: false);
            foreach (var waiting in Enumerable.Range(1, 600).Select(Insert).ToList())
            {
                await Assert.ThrowsAsync<Overloaded>(() => waiting);
            }
        }

        Assert.True(database.Healthy);
        await Insert(601);
        Assert.Equal([601], await Numbers());
    }

    [Fact]
    public async Task After_a_flush_that_failed_nothing_is_acknowledged_any_more()
    {
        await Insert(1);
        LostLog.Of(Path.Combine(folder, "dispatch.db"));

        await Assert.ThrowsAsync<OutcomeUnknown>(() => Insert(2));
        Assert.False(database.Healthy);
        await Assert.ThrowsAsync<OutcomeUnknown>(() => Insert(3));
        Assert.False(database.Healthy);
        await Assert.ThrowsAsync<OutcomeUnknown>(() => Insert(4));
        Assert.False(database.Healthy);
    }

    [Fact]
    public void A_second_process_on_the_same_file_is_refused()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => new SqliteDatabase(Path.Combine(folder, "dispatch.db")));
        Assert.Contains("Another process", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_follows_a_commit_does_not_follow_a_refusal()
    {
        var woken = new List<int>();
        await Write(db =>
        {
            db.AfterCommit(() => woken.Add(1));
            return Insert(db, 1);
        });
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            Write(db =>
            {
                db.AfterCommit(() => woken.Add(2));
                throw new InvalidDataException("no");
            })
        );
        Assert.Equal([1], woken);
    }

    private async Task Write(Func<Session, Task> work, CancellationToken ct = default)
    {
        var db = new Session(database);
        await database.Write(db, () => work(db), ct);
    }

    /// <summary>How many share each commit where so many wait behind one more.</summary>
    private async Task<IReadOnlyList<int>> GroupsOf(int commands)
    {
        var seenFromOutside = new List<long>();
        List<Task> waiting;
        await using (new Gate(this))
        {
            waiting =
            [
                .. Enumerable
                    .Range(1, commands)
                    .Select(number =>
                        Write(async db =>
                        {
                            seenFromOutside.Add(await Count());
                            await Insert(db, number);
                        })
                    ),
            ];
        }

        await Task.WhenAll(waiting);
        return [.. seenFromOutside.GroupBy(seen => seen).Select((group, at) => group.Count() + (at == 0 ? 1 : 0))];
    }

    private Task Insert(int number) => Write(db => Insert(db, number));

    private static Task Insert(Session db, int number) => db.Execute("insert into line (number) values (@number)", new { number });

    private async Task<long> Count()
    {
        await using var db = new Session(database);
        return await db.Value<long>("select count(*) from line");
    }

    private async Task<IReadOnlyList<long>> Numbers()
    {
        await using var db = new Session(database);
        return await db.List<long>("select number from line order by number");
    }

    /// <summary>Holds the writer inside a turn until it is disposed of: whatever is sent meanwhile waits together.</summary>
    private sealed class Gate : IAsyncDisposable
    {
        private readonly ManualResetEventSlim open = new();

        public Gate(SqliteDatabaseTests tests)
        {
            using var inside = new ManualResetEventSlim();
            Passed = tests.Write(_ =>
            {
                inside.Set();
                open.Wait();
                return Task.CompletedTask;
            });
            inside.Wait();
        }

        public Task Passed { get; }

        public async ValueTask DisposeAsync()
        {
            open.Set();
            // Its commit may be one that is meant to fail.
            await Task.WhenAny(Passed);
            open.Dispose();
        }
    }
}
