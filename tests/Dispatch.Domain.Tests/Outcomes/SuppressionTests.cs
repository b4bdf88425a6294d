using Dispatch.Domain.Outcomes;
using Xunit;

namespace Dispatch.Domain.Tests.Outcomes;

/// <summary>Nothing below five is told of others, nor by subtraction.</summary>
public sealed class SuppressionTests
{
    [Theory]
    // Nothing small, nothing hidden; nothing at all may be told.
    [InlineData("5 9 0", "...", false)]
    // One alone would be the total less the others: the next smallest goes with it.
    [InlineData("3 9 20", "xx.", false)]
    // Two that come to less than five tell as much as one.
    [InlineData("1 2 9 20", "xxx.", false)]
    [InlineData("4 4 20", "xx.", false)]
    // Five together are enough.
    [InlineData("1 4 9", "xx.", false)]
    // What is nothing hides nobody.
    [InlineData("3 0 20", "x.x", false)]
    // Nothing is left to hide behind: the total goes.
    [InlineData("3 0 0", "x..", true)]
    // The own one is seen, and does not hide another.
    [InlineData("3 2* 20", "x.x", false)]
    [InlineData("3 2*", "x.", true)]
    public void A_small_cell_and_whatever_would_tell_it_is_hidden(string cells, string hidden, bool total)
    {
        var found = Suppression.Of([
            .. cells.Split(' ').Select(cell => new ComparedCell(long.Parse(cell.TrimEnd('*'), null), cell.EndsWith('*'))),
        ]);
        Assert.Equal(hidden, string.Concat(found.Cells.Select(isHidden => isHidden ? 'x' : '.')));
        Assert.Equal(total, found.Total);
    }

    /// <summary>Whoever sees the total and all that is told knows of what is hidden no single cell and no sum below five.</summary>
    [Fact]
    public void What_is_hidden_is_never_one_cell_nor_fewer_than_five_cases()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var cells = Enumerable.Range(0, random.Next(1, 9)).Select(_ => new ComparedCell(random.Next(12), random.Next(5) == 0)).ToList();
            var (hidden, total) = Suppression.Of(cells);
            for (var at = 0; at < cells.Count; at++)
            {
                Assert.False(hidden[at] && cells[at].IsOwn);
                Assert.True(hidden[at] || cells[at].IsOwn || cells[at].Cases is 0 or >= Suppression.Least);
            }

            if (hidden.Contains(true) && !total)
            {
                Assert.True(hidden.Count(isHidden => isHidden) > 1);
                Assert.True(cells.Where((_, at) => hidden[at]).Sum(cell => cell.Cases) >= Suppression.Least);
            }
        }
    }
}
