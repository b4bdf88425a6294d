using Dispatch.Domain.Assigning;
using Dispatch.Domain.Requests;
using Xunit;

namespace Dispatch.Domain.Tests.Assigning;

public sealed class DispatchObjectiveTests
{
    private static readonly DateTimeOffset Nine = new(2026, 6, 1, 9, 0, 0, TimeSpan.FromHours(8));

    [Theory]
    [InlineData(Urgency.Low, 0, 100)]
    [InlineData(Urgency.Normal, 0, 100)]
    [InlineData(Urgency.High, 0, 200)]
    [InlineData(Urgency.Emergency, 0, 400)]
    [InlineData(Urgency.Normal, 60, 125)]
    [InlineData(Urgency.Normal, 120, 150)]
    [InlineData(Urgency.Normal, 240, 200)]
    [InlineData(Urgency.Normal, 900, 200)]
    [InlineData(Urgency.Emergency, 240, 800)]
    [InlineData(Urgency.Normal, -5, 100)]
    public void Urgency_and_the_share_of_time_that_is_gone_make_the_weight(Urgency urgency, int minutesGone, int weight) =>
        Assert.Equal(weight, DispatchObjective.Weight(urgency, Nine, Nine.AddHours(4), Nine.AddMinutes(minutesGone)));

    [Fact]
    public void Without_a_deadline_only_urgency_weighs() =>
        Assert.Equal(200, DispatchObjective.Weight(Urgency.High, Nine, null, Nine.AddDays(30)));

    [Fact]
    public void Being_served_at_all_counts_as_much_as_the_best_score()
    {
        Assert.Equal(100 * 100_000, DispatchObjective.Gain(100, 0));
        Assert.Equal(2 * DispatchObjective.Gain(100, 0), DispatchObjective.Gain(100, 100_000));
        Assert.InRange(DispatchObjective.Gain(800, 100_000), 1, AssignmentProblem.HighestGain);
    }

    [Theory]
    [InlineData(4, 1, 0, 3, 0, 0)]
    [InlineData(4, 1, 100, 3, 2_500_000, 2_500_000)]
    [InlineData(4, 1, 20, 3, 500_000, 500_000)]
    [InlineData(4, 4, 100, 0, 0, 0)]
    [InlineData(4, 6, 100, 0, 0, 0)]
    public void Places_are_what_is_free_and_fairness_charges_the_share_that_is_taken(
        int capacity,
        int taken,
        int fairness,
        int free,
        int firstPrice,
        int step
    ) => Assert.Equal(new Places(free, firstPrice, step), DispatchObjective.PlacesOf(capacity, taken, fairness));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(50)]
    public void Fairness_never_makes_a_place_dearer_than_to_serve_nobody(int capacity)
    {
        var places = DispatchObjective.PlacesOf(capacity, 0, DispatchObjective.HighestFairness);
        Assert.True(places.PriceAt(capacity - 1) < DispatchObjective.Gain(100, 0));
    }
}
