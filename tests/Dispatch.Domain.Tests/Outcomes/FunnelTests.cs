using Dispatch.Domain.Outcomes;
using Xunit;

namespace Dispatch.Domain.Tests.Outcomes;

public sealed class FunnelTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 1, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Whoever_came_further_was_at_every_step_before()
    {
        var levels = Funnel.Of([Case(5, null), Case(2, "withdrawn"), Case(0, null), Case(4, "not_confirmed")]);
        Assert.Equal([4, 3, 3, 2, 2, 1], levels.Select(level => level.Reached));
    }

    [Fact]
    public void Of_those_who_stay_some_are_lost_for_a_reason_and_some_are_under_way()
    {
        var levels = Funnel.Of([Case(1, null), Case(1, "unmet"), Case(1, "unmet"), Case(1, "withdrawn"), Case(3, null)]);
        var offered = levels[(int)FunnelStep.Offered];
        Assert.Equal((5, 1), (offered.Reached, offered.UnderWay));
        Assert.Equal([KeyValuePair.Create("unmet", 2), KeyValuePair.Create("withdrawn", 1)], offered.Losses);
        Assert.All(levels, level => Assert.Equal(level.Reached, level.UnderWay + level.Losses.Values.Sum() + Next(levels, level.Step)));
    }

    [Fact]
    public void A_step_that_was_passed_over_is_reached_and_has_no_wait()
    {
        var claimed = new FunnelCase(
            new Dictionary<FunnelStep, DateTimeOffset> { [FunnelStep.Open] = Start, [FunnelStep.Accepted] = Start.AddHours(1) },
            null
        );
        var levels = Funnel.Of([claimed]);
        Assert.Equal((1, 0), (levels[(int)FunnelStep.Offered].Reached, levels[(int)FunnelStep.Offered].Wait.Cases));
        Assert.Equal((1, 0), (levels[(int)FunnelStep.Accepted].Reached, levels[(int)FunnelStep.Accepted].Wait.Cases));
    }

    [Fact]
    public void Waits_are_times_that_really_occurred_by_nearest_rank()
    {
        var wait = Waits.Of(Enumerable.Range(1, 10).Reverse().Select(minutes => TimeSpan.FromMinutes(minutes)));
        Assert.Equal(new Wait(10, 5, 9), wait);
        Assert.Equal(new Wait(1, 1, 1), Waits.Of([TimeSpan.FromSeconds(3)]));
        Assert.Equal(new Wait(0, null, null), Waits.Of([]));
        Assert.Equal(new Wait(11, 6, 10), Waits.Of(Enumerable.Range(1, 11).Select(minutes => TimeSpan.FromMinutes(minutes))));
    }

    [Fact]
    public void A_confirmed_request_is_lost_to_nobody() =>
        Assert.Empty(Funnel.Of([Case(5, "confirmed")])[(int)FunnelStep.Confirmed].Losses);

    private static int Next(IReadOnlyList<FunnelLevel> levels, FunnelStep step) =>
        step == FunnelStep.Confirmed ? levels[^1].Reached : levels[(int)step + 1].Reached;

    private static FunnelCase Case(int furthest, string? ended) =>
        new(
            Enum.GetValues<FunnelStep>().Where(step => (int)step <= furthest).ToDictionary(step => step, step => Start.AddHours((int)step)),
            ended
        );
}
