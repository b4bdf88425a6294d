namespace Dispatch.Domain.Assigning;

/// <summary>What a check of a whole plan found.</summary>
/// <param name="Total">Gains less the cost of the places taken.</param>
/// <param name="Bound">No plan has a higher total: what every request keeps at the prices, and what every team does.</param>
/// <param name="Broken">The first rule broken, or none.</param>
public sealed record CertificateVerdict(long Total, long Bound, BrokenRule? Broken)
{
    /// <summary>How far the plan may be from the best: nothing, if it is proven best.</summary>
    public long Gap => Bound - Total;

    public bool ProvesBest => Broken is null && Gap == 0;
}

public enum BrokenRule
{
    /// <summary>A request has a team that is none of its choices.</summary>
    NoChoice,

    /// <summary>A team has more requests than places.</summary>
    OverCapacity,

    /// <summary>A price below nothing proves nothing.</summary>
    NegativePrice,
}

/// <summary>
/// Checks a plan against the problem by its prices alone. Whatever the prices (of at least 0), the best a request can keep, gain less
/// price, and the best a team can keep, price times places less their cost, add up to a bound on every plan; a plan whose total reaches
/// it is best.
/// </summary>
public static class CertificateCheck
{
    public static CertificateVerdict Of(AssignmentProblem problem, IReadOnlyList<int?> assignment, IReadOnlyList<int> prices)
    {
        BrokenRule? broken = null;
        var load = new int[problem.Teams];
        long total = 0;
        long bound = 0;
        for (var request = 0; request < problem.Requests; request++)
        {
            var (kept, found) = (0L, assignment[request] is null);
            foreach (var choice in problem.ChoicesOf(request))
            {
                kept = Math.Max(kept, (long)choice.Gain - prices[choice.Team]);
                if (choice.Team == assignment[request])
                {
                    found = true;
                    total += choice.Gain;
                    load[choice.Team]++;
                }
            }

            bound += kept;
            broken ??= found ? null : BrokenRule.NoChoice;
        }

        for (var team = 0; team < problem.Teams; team++)
        {
            var places = problem.Places[team];
            broken ??= load[team] > places.Capacity ? BrokenRule.OverCapacity : null;
            broken ??= prices[team] < 0 ? BrokenRule.NegativePrice : null;
            total -= places.CostOf(load[team]);
            bound += places.WorthAt(prices[team]);
        }

        return new CertificateVerdict(total, bound, broken);
    }
}
