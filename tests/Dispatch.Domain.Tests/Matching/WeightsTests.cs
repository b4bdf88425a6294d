using Dispatch.Domain.Matching;
using Xunit;

namespace Dispatch.Domain.Tests.Matching;

public sealed class WeightsTests
{
    [Fact]
    public void The_published_weights_are_the_published_ones()
    {
        Assert.Equal([35_000, 25_000, 15_000, 10_000, 10_000, 5_000], Weights.Published.Scaled(travels: true));
        Assert.Null(Weights.Published.Fault);
    }

    [Fact]
    public void Without_travel_the_other_parts_fill_the_place_of_nearness() =>
        Assert.Equal([46_667, 0, 20_000, 13_333, 13_333, 6_667], Weights.Published.Scaled(travels: false));

    [Theory]
    [InlineData(1, 1, 1, 1, 1, 95)]
    [InlineData(17, 3, 13, 29, 31, 7)]
    [InlineData(0, 99, 1, 0, 0, 0)]
    [InlineData(0, 0, 0, 0, 0, 100)]
    public void Scaled_weights_always_add_up_to_the_whole(int skill, int nearness, int load, int record, int soonness, int familiarity)
    {
        var weights = new Weights(skill, nearness, load, record, soonness, familiarity, "own");
        Assert.Null(weights.Fault);
        Assert.Equal(Weights.WholeScore, weights.Scaled(travels: true).Sum());
        Assert.Equal(Weights.WholeScore, weights.Scaled(travels: false).Sum());
        Assert.Equal(0, weights.Scaled(travels: false)[(int)PartName.Nearness]);
    }

    [Theory]
    [InlineData(35, 25, 15, 10, 10, 5, "1", null)]
    [InlineData(35, 25, 15, 10, 10, 6, "1", WeightsFault.SumIsNotOneHundred)]
    [InlineData(35, 25, 15, 10, 10, 4, "1", WeightsFault.SumIsNotOneHundred)]
    [InlineData(41, 25, 15, 10, 10, -1, "1", WeightsFault.Negative)]
    [InlineData(0, 100, 0, 0, 0, 0, "1", WeightsFault.NearnessAlone)]
    [InlineData(35, 25, 15, 10, 10, 5, " ", WeightsFault.NoVersion)]
    public void Weights_are_used_only_when_they_make_a_hundred(
        int skill,
        int nearness,
        int load,
        int record,
        int soonness,
        int familiarity,
        string version,
        WeightsFault? fault
    )
    {
        var weights = new Weights(skill, nearness, load, record, soonness, familiarity, version);
        Assert.Equal(fault, weights.Fault);
        if (fault is not null)
        {
            Assert.Throws<ArgumentException>(() => Given.ANeed().Asked(Given.Rules with { Weights = weights }));
        }
    }
}
