namespace Dispatch.Domain.Assigning;

/// <summary>
/// A plan made piece by piece, for more requests than one plan should hold: every piece is best with the places the pieces before it left.
/// How far all of it may be from the best is bounded by the prices of the pieces, since any prices bound every plan.
/// </summary>
/// <param name="Assignments">By piece, then by request of the piece.</param>
/// <param name="Bound">No plan of the whole has a higher total.</param>
public sealed record SplitPlan(IReadOnlyList<int?[]> Assignments, IReadOnlyList<int> Prices, long Total, long Bound)
{
    /// <summary>What is lost against the best plan of the whole, at most.</summary>
    public long Gap => Bound - Total;

    /// <param name="pieceOf">A piece with all the teams and all their places; asked for twice, so that only one need be in memory.</param>
    public static SplitPlan Of(
        int pieces,
        Func<int, AssignmentProblem> pieceOf,
        Action<PlanProgress>? progress = null,
        CancellationToken ct = default
    )
    {
        var assignments = new List<int?[]>();
        long total = 0;
        int[]? taken = null;
        int[] highest = [];
        int[] latest = [];
        for (var piece = 0; piece < pieces; piece++)
        {
            var whole = pieceOf(piece);
            taken ??= new int[whole.Teams];
            if (piece == 0)
            {
                (highest, latest) = (new int[whole.Teams], new int[whole.Teams]);
            }

            var plan = Plan.Best(whole.WithPlaces(Left(whole.Places, taken)), ct: ct);
            total += plan.Total;
            assignments.Add(plan.Assignment());
            for (var team = 0; team < whole.Teams; team++)
            {
                taken[team] += plan.LoadOf(team);
                highest[team] = Math.Max(highest[team], plan.PriceOf(team));
                // A team without places for this piece has a price that says nothing of the pieces before it.
                latest[team] = plan.LoadOf(team) > 0 || piece == 0 ? plan.PriceOf(team) : latest[team];
            }

            progress?.Invoke(new PlanProgress(piece + 1, pieces));
        }

        var (byHighest, byLatest) = (BoundOf(pieces, pieceOf, highest), BoundOf(pieces, pieceOf, latest));
        return byHighest <= byLatest
            ? new SplitPlan(assignments, highest, total, byHighest)
            : new SplitPlan(assignments, latest, total, byLatest);
    }

    private static Places[] Left(ReadOnlySpan<Places> all, int[] taken)
    {
        var left = all.ToArray();
        for (var team = 0; team < left.Length; team++)
        {
            left[team] = new Places(left[team].Capacity - taken[team], left[team].PriceAt(taken[team]), left[team].Step);
        }

        return left;
    }

    private static long BoundOf(int pieces, Func<int, AssignmentProblem> pieceOf, int[] prices)
    {
        long bound = 0;
        for (var piece = 0; piece < pieces; piece++)
        {
            var whole = pieceOf(piece);
            for (var request = 0; request < whole.Requests; request++)
            {
                var kept = 0;
                foreach (var choice in whole.ChoicesOf(request))
                {
                    kept = Math.Max(kept, choice.Gain - prices[choice.Team]);
                }

                bound += kept;
            }

            for (var team = 0; piece == 0 && team < whole.Teams; team++)
            {
                bound += whole.Places[team].WorthAt(prices[team]);
            }
        }

        return bound;
    }
}
