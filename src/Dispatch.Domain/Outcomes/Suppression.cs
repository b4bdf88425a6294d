namespace Dispatch.Domain.Outcomes;

/// <summary>One value beside others that add up to a total everybody sees.</summary>
/// <param name="Cases">How many cases it stands for; none: it is nothing, which may be told.</param>
/// <param name="IsOwn">Whoever asks may see it in any case.</param>
public readonly record struct ComparedCell(long Cases, bool IsOwn);

/// <summary>What is not told of other people's regions: fewer than five cases, and whatever would give them away by subtraction.</summary>
public static class Suppression
{
    /// <summary>So many cases may be told.</summary>
    public const int Least = 5;

    /// <summary>Which cells are hidden, and whether the total is.</summary>
    public static (IReadOnlyList<bool> Cells, bool Total) Of(IReadOnlyList<ComparedCell> cells) => Of([cells]);

    /// <summary>The same of several figures that can be worked out from one another: what is hidden of one is hidden of all, or the others would tell it.</summary>
    /// <param name="columns">A column for each figure, with the same places in the same order.</param>
    /// <returns>Which places are hidden, and whether the totals are.</returns>
    public static (IReadOnlyList<bool> Cells, bool Total) Of(IReadOnlyList<IReadOnlyList<ComparedCell>> columns)
    {
        var hidden = Enumerable.Range(0, columns[0].Count).Select(at => columns.Any(cells => IsSmall(cells[at]))).ToArray();
        while (columns.FirstOrDefault(cells => !IsSafe(cells, hidden)) is { } told)
        {
            var next = Enumerable
                .Range(0, told.Count)
                .Where(at => !hidden[at] && told[at] is { IsOwn: false, Cases: > 0 })
                .OrderBy(at => told[at].Cases)
                .ThenBy(at => at)
                .Select(at => (int?)at)
                .FirstOrDefault();
            if (next is null)
            {
                return (hidden, true);
            }

            hidden[next.Value] = true;
        }

        return (hidden, false);
    }

    private static bool IsSmall(ComparedCell cell) => cell is { IsOwn: false, Cases: > 0 and < Least };

    // The total less all that is told is the sum of what is hidden; where it is nothing, nothing is told.
    private static bool IsSafe(IReadOnlyList<ComparedCell> cells, bool[] hidden)
    {
        var something = cells.Where((cell, at) => hidden[at] && cell.Cases > 0).ToList();
        return something.Count == 0 || (something.Count > 1 && something.Sum(cell => cell.Cases) >= Least);
    }
}
