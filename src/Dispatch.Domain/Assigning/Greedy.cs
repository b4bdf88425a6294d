namespace Dispatch.Domain.Assigning;

/// <summary>What deciding one after another would have got: for comparison, never to act on.</summary>
public static class Greedy
{
    /// <summary>Each request in the order they came takes what is best for it of what is left.</summary>
    public static int?[] InOrderOfArrival(AssignmentProblem problem)
    {
        var load = new int[problem.Teams];
        var assignment = new int?[problem.Requests];
        for (var request = 0; request < problem.Requests; request++)
        {
            var best = 0;
            foreach (var choice in problem.ChoicesOf(request))
            {
                var places = problem.Places[choice.Team];
                if (load[choice.Team] < places.Capacity && choice.Gain - places.PriceAt(load[choice.Team]) > best)
                {
                    best = choice.Gain - places.PriceAt(load[choice.Team]);
                    assignment[request] = choice.Team;
                }
            }

            if (assignment[request] is { } team)
            {
                load[team]++;
            }
        }

        return assignment;
    }

    /// <summary>Of all pairs always the one with the highest gain that is still possible.</summary>
    public static int?[] HighestGainFirst(AssignmentProblem problem)
    {
        var load = new int[problem.Teams];
        var assignment = new int?[problem.Requests];
        var pairs = new (int Gain, int Request, int Team)[problem.Choices];
        var count = 0;
        for (var request = 0; request < problem.Requests; request++)
        {
            foreach (var choice in problem.ChoicesOf(request))
            {
                pairs[count++] = (-choice.Gain, request, choice.Team);
            }
        }

        Array.Sort(pairs);
        foreach (var (gain, request, team) in pairs)
        {
            var places = problem.Places[team];
            if (assignment[request] is null && load[team] < places.Capacity && -gain > places.PriceAt(load[team]))
            {
                assignment[request] = team;
                load[team]++;
            }
        }

        return assignment;
    }
}
