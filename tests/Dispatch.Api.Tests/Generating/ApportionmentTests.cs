using Dispatch.Api.Generating;
using Xunit;

namespace Dispatch.Api.Tests.Generating;

public sealed class ApportionmentTests
{
    // Seats of a parliament by largest remainder, as every textbook has them: quota 12.5.
    [Fact]
    public void Whoever_lost_most_by_whole_numbers_gets_one_more() => Assert.Equal([4, 3, 1], Apportionment.Of(8, [47, 39, 14]));

    [Fact]
    public void Of_equals_the_first_gets_one_more() => Assert.Equal([2, 1, 1], Apportionment.Of(4, [1, 1, 1]));

    [Fact]
    public void What_has_no_weight_gets_nothing() => Assert.Equal([0, 5, 0], Apportionment.Of(5, [0, 1, 0]));

    [Fact]
    public void What_is_over_goes_to_those_who_have_room() => Assert.Equal([5, 5, 2], Apportionment.Of(12, [100, 10, 1], most: 5));

    [Fact]
    public void What_has_no_room_at_all_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Apportionment.Of(7, [1, 1], most: 3));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_total_is_handed_out_to_the_last_one(int seed)
    {
        var chance = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var weights = Enumerable.Range(0, chance.Next(1, 60)).Select(_ => Math.Exp(4 * chance.NextDouble())).ToArray();
            var total = chance.NextInt64(100_000_000_000);
            var parts = Apportionment.Of(total, weights);
            Assert.Equal(total, parts.Sum());
            // Nobody is further from his share than one.
            var sum = weights.Sum();
            Assert.All(parts.Zip(weights), pair => Assert.InRange(pair.First - (total * (pair.Second / sum)), -1.001, 1.001));
        }
    }
}
