using Dispatch.Api.Storage;
using Xunit;

namespace Dispatch.Api.Tests.Storage;

public sealed class StoreClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 4, 0, 0, TimeSpan.Zero);

    private readonly Machine machine = new(Noon);

    [Fact]
    public void Until_it_has_asked_it_goes_by_the_machine()
    {
        var clock = new StoreClock(machine);
        machine.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(Noon.AddSeconds(3), clock.GetUtcNow());
    }

    [Fact]
    public async Task What_the_database_says_stands_over_the_machine_and_time_goes_on_from_there()
    {
        var clock = new StoreClock(machine);
        await clock.Ask(() => Task.FromResult(Noon.AddMinutes(-5)));
        machine.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(Noon.AddMinutes(-5).AddSeconds(3), clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromMinutes(5), clock.Ahead);
    }

    [Fact]
    public async Task Whoever_sets_the_clock_of_the_machine_changes_nothing()
    {
        var clock = new StoreClock(machine);
        await clock.Ask(() => Task.FromResult(Noon));
        machine.Set(Noon.AddYears(12));
        Assert.Equal(Noon, clock.GetUtcNow());
    }

    [Fact]
    public async Task Half_the_way_of_the_answer_is_counted_in()
    {
        var clock = new StoreClock(machine);
        await clock.Ask(() =>
        {
            machine.Run(TimeSpan.FromMilliseconds(400));
            return Task.FromResult(Noon);
        });
        Assert.Equal(Noon.AddMilliseconds(200), clock.GetUtcNow());
    }

    [Fact]
    public async Task An_answer_that_was_long_under_way_is_not_believed()
    {
        var clock = new StoreClock(machine);
        await clock.Ask(() => Task.FromResult(Noon));
        await clock.Ask(() =>
        {
            machine.Run(TimeSpan.FromSeconds(20));
            return Task.FromResult(Noon);
        });
        Assert.Equal(Noon.AddSeconds(20), clock.GetUtcNow());
    }

    [Fact]
    public async Task Of_two_answers_that_agree_the_one_that_came_sooner_is_believed()
    {
        var clock = new StoreClock(machine);
        await clock.Ask(() => Task.FromResult(Noon));
        await clock.Ask(() =>
        {
            machine.Run(TimeSpan.FromMilliseconds(400));
            return Task.FromResult(Noon);
        });
        Assert.Equal(Noon.AddMilliseconds(400), clock.GetUtcNow());
    }

    [Fact]
    public async Task A_slow_answer_is_believed_where_the_clock_of_the_database_was_set()
    {
        var clock = new StoreClock(machine);
        await clock.Ask(() => Task.FromResult(Noon));
        await clock.Ask(() =>
        {
            machine.Run(TimeSpan.FromMilliseconds(400));
            return Task.FromResult(Noon.AddMinutes(2));
        });
        Assert.Equal(Noon.AddMinutes(2).AddMilliseconds(200), clock.GetUtcNow());
    }

    [Fact]
    public async Task A_quick_answer_is_believed_over_a_slow_one()
    {
        var clock = new StoreClock(machine);
        await clock.Ask(() =>
        {
            machine.Run(TimeSpan.FromMilliseconds(400));
            return Task.FromResult(Noon.AddMilliseconds(400));
        });
        Assert.Equal(Noon.AddMilliseconds(600), clock.GetUtcNow());
        machine.Run(TimeSpan.FromSeconds(1));
        await clock.Ask(() => Task.FromResult(Noon.AddMilliseconds(1400)));
        machine.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(Noon.AddMilliseconds(2400), clock.GetUtcNow());
    }

    [Fact]
    public async Task What_goes_on_from_the_time_of_another_node_is_not_earlier()
    {
        var clock = new StoreClock(machine);
        await clock.Ask(() => Task.FromResult(Noon));
        clock.NotBefore(Noon.AddMilliseconds(300));
        Assert.Equal(Noon.AddMilliseconds(300), clock.GetUtcNow());
        machine.Run(TimeSpan.FromMilliseconds(200));
        Assert.Equal(Noon.AddMilliseconds(300), clock.GetUtcNow());
        machine.Run(TimeSpan.FromMilliseconds(200));
        Assert.Equal(Noon.AddMilliseconds(400), clock.GetUtcNow());
        clock.NotBefore(Noon);
        Assert.Equal(Noon.AddMilliseconds(400), clock.GetUtcNow());
        clock.NotBefore(Noon.AddHours(1));
        Assert.Equal(Noon.AddMilliseconds(400), clock.GetUtcNow());
    }

    [Fact]
    public async Task Set_back_by_little_it_stands_still_until_it_is_that_late_again()
    {
        var clock = new StoreClock(machine);
        await clock.Ask(() => Task.FromResult(Noon));
        Assert.Equal(Noon, clock.GetUtcNow());
        await clock.Ask(() => Task.FromResult(Noon.AddSeconds(-3)));
        machine.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(Noon, clock.GetUtcNow());
        machine.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(Noon.AddSeconds(1), clock.GetUtcNow());
    }

    [Fact]
    public async Task A_database_whose_clock_was_an_hour_ahead_and_was_set_right_is_followed_back()
    {
        var clock = new StoreClock(machine);
        await clock.Ask(() => Task.FromResult(Noon.AddHours(1)));
        Assert.Equal(Noon.AddHours(1), clock.GetUtcNow());
        await clock.Ask(() => Task.FromResult(Noon));
        Assert.Equal(Noon, clock.GetUtcNow());
    }

    /// <summary>A machine with a clock that can be set, and a count of ticks that cannot.</summary>
    private sealed class Machine(DateTimeOffset now) : TimeProvider
    {
        private DateTimeOffset now = now;
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => ticks;

        public void Run(TimeSpan by) => (now, ticks) = (now + by, ticks + by.Ticks);

        public void Set(DateTimeOffset to) => now = to;
    }
}
