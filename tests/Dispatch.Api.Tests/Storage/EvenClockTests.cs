using Dispatch.Api.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Dispatch.Api.Tests.Storage;

public sealed class EvenClockTests
{
    private readonly Machine machine = new();
    private readonly EvenClock clock;

    public EvenClockTests() => clock = new EvenClock(machine, NullLogger<EvenClock>.Instance);

    [Theory]
    [InlineData(24 * 60 * 60)]
    [InlineData(-24 * 60 * 60)]
    [InlineData(60 * 60)]
    [InlineData(11)]
    [InlineData(-56 * 365 * 24 * 60 * 60L)]
    public void A_leap_of_the_machine_s_clock_is_not_followed_and_time_goes_on(long seconds)
    {
        var before = clock.GetUtcNow();
        machine.Leap(TimeSpan.FromSeconds(seconds));
        Assert.Equal(before, clock.GetUtcNow());
        machine.Pass(TimeSpan.FromHours(3));
        Assert.Equal(before.AddHours(3), clock.GetUtcNow());
    }

    [Fact]
    public void When_the_machine_s_clock_is_right_again_it_is_followed_again()
    {
        var before = clock.GetUtcNow();
        machine.Leap(TimeSpan.FromDays(1));
        machine.Pass(TimeSpan.FromMinutes(1));
        clock.GetUtcNow();
        machine.Leap(TimeSpan.FromDays(-1) + TimeSpan.FromSeconds(2));
        Assert.Equal(before.AddSeconds(62), clock.GetUtcNow());
    }

    [Fact]
    public void A_step_of_a_time_server_is_followed_ahead_at_once()
    {
        var before = clock.GetUtcNow();
        machine.Leap(TimeSpan.FromSeconds(5));
        Assert.Equal(before.AddSeconds(5), clock.GetUtcNow());
    }

    [Fact]
    public void A_step_back_is_waited_out()
    {
        var before = clock.GetUtcNow();
        machine.Leap(TimeSpan.FromSeconds(-5));
        machine.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(before, clock.GetUtcNow());
        machine.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(before.AddSeconds(1), clock.GetUtcNow());
    }

    [Fact]
    public void Small_steps_add_up_where_they_come_one_after_another()
    {
        var before = clock.GetUtcNow();
        for (var step = 0; step < 10; step++)
        {
            machine.Leap(TimeSpan.FromSeconds(4));
            machine.Pass(TimeSpan.FromSeconds(2));
            clock.GetUtcNow();
        }

        Assert.Equal(before.AddSeconds(60), clock.GetUtcNow());
    }

    [Fact]
    public void It_is_never_earlier_than_what_was_written()
    {
        var written = clock.GetUtcNow().AddMinutes(2);
        clock.NotBefore(written);
        machine.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(written, clock.GetUtcNow());
        machine.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(written.AddMinutes(1), clock.GetUtcNow());
    }

    /// <summary>A clock on the wall, and the time that passes.</summary>
    private sealed class Machine : TimeProvider
    {
        private DateTimeOffset wall = new(2026, 6, 1, 1, 0, 0, TimeSpan.Zero);
        private long passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => wall;

        public override long GetTimestamp() => passed;

        public void Leap(TimeSpan by) => wall += by;

        public void Pass(TimeSpan time)
        {
            wall += time;
            passed += time.Ticks;
        }
    }
}

public sealed class StartingClockTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_clock_far_behind_what_was_written_is_no_clock_to_start_with()
    {
        await new Given(service).AnOpenRequest();
        var now = service.Clock.GetUtcNow();
        service.Clock.Advance(TimeSpan.FromHours(-1));
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(service.Restart);
        Assert.Contains("Set the clock", refusal.Message, StringComparison.Ordinal);
        service.Clock.Advance(TimeSpan.FromMinutes(56));
        await service.OpenAgain();
        Assert.True(service.Clock.GetUtcNow() < now);
    }
}

public sealed class ServiceWhoseClockWasAhead : RunningService
{
    protected override IEnumerable<string> Settings => [$"--{ClockRules.WasAhead}=true"];
}

public sealed class ClockThatWasAheadTests(ServiceWhoseClockWasAhead service) : IClassFixture<ServiceWhoseClockWasAhead>
{
    [Fact]
    public async Task Whoever_says_that_the_clock_was_ahead_starts_all_the_same()
    {
        await new Given(service).AnOpenRequest();
        service.Clock.Advance(TimeSpan.FromHours(-1));
        await service.Restart();
        await new Given(service).AnOpenRequest();
    }
}
