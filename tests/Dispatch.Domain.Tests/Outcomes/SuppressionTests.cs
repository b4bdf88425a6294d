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
        var found = Suppression.Of(Column(cells));
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

    [Theory]
    // Of twenty found three were solved: whoever is told the twenty and the rate is told the three.
    [InlineData("20 9 30|3 8 25", "xx.", false)]
    // What goes with the first column need not protect the second.
    [InlineData("3 9 20 30|30 0 9 20", "xxx.", false)]
    // A place with nothing hides nobody.
    [InlineData("3 9|4 0", "xx", true)]
    [InlineData("3 9 2*|9 9 9*", "xx.", false)]
    public void What_is_hidden_of_one_figure_is_hidden_of_all_that_would_tell_it(string columns, string hidden, bool total)
    {
        var found = Suppression.Of([.. columns.Split('|').Select(Column)]);
        Assert.Equal(hidden, string.Concat(found.Cells.Select(isHidden => isHidden ? 'x' : '.')));
        Assert.Equal(total, found.Total);
    }

    /// <summary>Whichever of the columns is subtracted from its total, what is left is nothing, or several cells and five cases.</summary>
    [Fact]
    public void No_column_tells_what_another_hides()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var own = Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(5) == 0).ToList();
            var columns = Enumerable
                .Range(0, random.Next(1, 4))
                .Select(_ => (IReadOnlyList<ComparedCell>)own.ConvertAll(isOwn => new ComparedCell(random.Next(12), isOwn)))
                .ToList();
            var (hidden, total) = Suppression.Of(columns);
            foreach (var cells in columns)
            {
                Assert.All(
                    cells.Zip(hidden),
                    cell => Assert.True(cell.Second || cell.First.IsOwn || cell.First.Cases is 0 or >= Suppression.Least)
                );
                var left = cells.Where((cell, at) => hidden[at] && cell.Cases > 0).ToList();
                Assert.True(total || left.Count == 0 || (left.Count > 1 && left.Sum(cell => cell.Cases) >= Suppression.Least));
            }
        }
    }

    private static IReadOnlyList<ComparedCell> Column(string cells) =>
        [.. cells.Split(' ').Select(cell => new ComparedCell(long.Parse(cell.TrimEnd('*'), null), cell.EndsWith('*')))];
}
