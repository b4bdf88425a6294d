namespace Dispatch.Domain.Assigning;

public enum LeftOutReason
{
    /// <summary>No team may serve it.</summary>
    NoTeam,

    /// <summary>Every team that may serve it gains more with the others it has been given.</summary>
    PlacesWorthMoreElsewhere,
}

/// <summary>Why a request is left out of a best plan.</summary>
/// <param name="Team">Where it comes nearest to a place.</param>
/// <param name="Price">What a place of that team is worth.</param>
/// <param name="Lacking">By how much the gain with that team falls short of the price; at 0 another plan as good serves it.</param>
public sealed record LeftOut(LeftOutReason Reason, int? Team = null, int Price = 0, int Lacking = 0)
{
    /// <summary>None for a request that has a place.</summary>
    public static LeftOut? Explain(AssignmentProblem problem, IReadOnlyList<int?> assignment, IReadOnlyList<int> prices, int request)
    {
        if (assignment[request] is not null)
        {
            return null;
        }

        var nearest = new LeftOut(LeftOutReason.NoTeam);
        foreach (var choice in problem.ChoicesOf(request))
        {
            var lacks = prices[choice.Team] - choice.Gain;
            if (nearest.Team is null || lacks < nearest.Lacking)
            {
                nearest = new LeftOut(LeftOutReason.PlacesWorthMoreElsewhere, choice.Team, prices[choice.Team], lacks);
            }
        }

        return nearest;
    }
}
