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
    public static (IReadOnlyList<bool> Cells, bool Total) Of(IReadOnlyList<ComparedCell> cells)
    {
        var hidden = cells.Select(cell => IsSmall(cell)).ToArray();
        while (hidden.Contains(true) && !IsSafe(cells, hidden))
        {
            var next = Enumerable
                .Range(0, cells.Count)
                .Where(at => !hidden[at] && cells[at] is { IsOwn: false, Cases: > 0 })
                .OrderBy(at => cells[at].Cases)
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

    // The total less all that is told is the sum of what is hidden.
    private static bool IsSafe(IReadOnlyList<ComparedCell> cells, bool[] hidden) =>
        hidden.Count(isHidden => isHidden) > 1 && cells.Where((_, at) => hidden[at]).Sum(cell => cell.Cases) >= Least;
}
