using Dispatch.Api.Storage;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Dispatch.Api.Tests.Storage;

/// <summary>Values and statements between the session and SQLite, where no mapper stands in between.</summary>
public sealed class SqliteStoreTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, 123, TimeSpan.FromHours(8));

    private readonly string folder = Path.Combine(Path.GetTempPath(), "dispatch-test-" + Guid.NewGuid().ToString("N"));
    private SqliteDatabase database = null!;

    public async Task InitializeAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder, "dispatch.db"));
        await Write(db =>
            db.Execute(
                """
                create table line (number integer primary key, some_id uuid, said_at timestamptz, on_day date, word text, truth boolean,
                    size double precision, likely_id uuid, often bigint)
                """
            )
        );
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());

    [Fact]
    public async Task What_was_put_in_comes_out()
    {
        var line = new Line
        {
            Number = 1,
            SomeId = Guid.CreateVersion7(),
            SaidAt = Noon,
            OnDay = new DateOnly(2026, 2, 28),
            Word = "文旦 'n \" 🍊",
            Truth = true,
            Size = 0.1,
            LikelyId = Guid.Empty,
            Often = long.MaxValue,
        };
        await Insert(line);
        Assert.Equal(line, await Read(1));
        Assert.Equal(TimeSpan.Zero, (await Read(1))!.SaidAt!.Value.Offset);
    }

    [Fact]
    public async Task What_was_left_out_stays_out_and_an_empty_text_is_not_left_out()
    {
        await Insert(new Line { Number = 1, Word = "" });
        Assert.Equal(new Line { Number = 1, Word = "" }, await Read(1));
        await Insert(new Line { Number = 2 });
        Assert.Equal(new Line { Number = 2 }, await Read(2));
        Assert.Null(await Read(3));
    }

    [Fact]
    public async Task Values_beside_an_object_are_found_and_one_that_nobody_gave_is_missed()
    {
        var both = new Arguments(new { number = 1L });
        both.Add("word", "beside");
        await Write(db => db.Execute("insert into line (number, word) values (@number, @word)", both));
        Assert.Equal("beside", (await Read(1))!.Word);
        var missed = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Write(db => db.Execute("insert into line (number, word) values (@number, @word)", new { number = 2L }))
        );
        Assert.Contains("@word", missed.Message, StringComparison.Ordinal);
        Assert.Null(await Read(2));
    }

    [Fact]
    public async Task A_list_of_values_is_spread_over_the_statement()
    {
        foreach (var number in Enumerable.Range(1, 5))
        {
            await Insert(new Line { Number = number });
        }

        await using var db = new Session(database);
        var found = await db.List<long>(
            $"select number from line where number {db.In("@numbers")} order by number",
            new { numbers = new[] { 4, 2, 9 } }
        );
        Assert.Equal([2, 4], found);
    }

    [Fact]
    public async Task One_text_is_one_statement_and_one_find_is_one_row()
    {
        var two = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Write(db => db.Execute("insert into line (number) values (1); insert into line (number) values (2)"))
        );
        Assert.Contains("One statement", two.Message, StringComparison.Ordinal);
        await Insert(new Line { Number = 1 });
        await Insert(new Line { Number = 2 });
        await using var db = new Session(database);
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.Find<Line>("select number from line"));
    }

    [Fact]
    public async Task A_statement_that_failed_serves_again()
    {
        await Insert(new Line { Number = 1 });
        var twice = await Assert.ThrowsAsync<SqliteException>(() => Insert(new Line { Number = 1 }));
        Assert.Equal(1555, twice.SqliteExtendedErrorCode);
        await Insert(new Line { Number = 2 });
        Assert.NotNull(await Read(2));
    }

    [Fact]
    public async Task A_reader_sees_one_moment_and_the_next_reader_the_next()
    {
        await Insert(new Line { Number = 1 });
        await using (var db = new Session(database))
        {
            Assert.Equal(1, await db.Value<long>("select count(*) from line"));
            await Insert(new Line { Number = 2 });
            Assert.Equal(1, await db.Value<long>("select count(*) from line"));
        }

        await using var later = new Session(database);
        Assert.Equal(2, await later.Value<long>("select count(*) from line"));
    }

    private Task Insert(Line line) =>
        Write(db =>
            db.Execute(
                """
                insert into line (number, some_id, said_at, on_day, word, truth, size, likely_id, often)
                values (@Number, @SomeId, @SaidAt, @OnDay, @Word, @Truth, @Size, @LikelyId, @Often)
                """,
                line
            )
        );

    private async Task<Line?> Read(int number)
    {
        await using var db = new Session(database);
        return await db.Find<Line>("select * from line where number = @number", new { number });
    }

    private async Task Write(Func<Session, Task> work)
    {
        var db = new Session(database);
        await database.Write(db, () => work(db), CancellationToken.None);
    }

    private sealed record Line
    {
        public int Number { get; init; }
        public Guid? SomeId { get; init; }
        public DateTimeOffset? SaidAt { get; init; }
        public DateOnly? OnDay { get; init; }
        public string? Word { get; init; }
        public bool Truth { get; init; }
        public double? Size { get; init; }
        public Guid? LikelyId { get; init; }
        public long? Often { get; init; }
    }
}
