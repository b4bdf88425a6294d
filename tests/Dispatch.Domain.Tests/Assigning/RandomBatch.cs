using Dispatch.Domain.Assigning;

namespace Dispatch.Domain.Tests.Assigning;

/// <summary>Batches made by a seed, and their best total found by trying everything.</summary>
internal static class RandomBatch
{
    public static AssignmentProblem Of(Random random, int requests, int teams, int highestCapacity, int highestGain, bool spread)
    {
        var places = Enumerable
            .Range(0, teams)
            .Select(_ => new Places(
                random.Next(highestCapacity + 1),
                spread ? random.Next(highestGain / 3) : 0,
                spread ? random.Next(highestGain / 3) : 0
            ));
        return AssignmentProblem.Of([.. places], [.. Enumerable.Range(0, requests).Select(_ => Choices(random, teams, highestGain))]);
    }

    public static Choice[] Choices(Random random, int teams, int highestGain) =>
        [.. Enumerable.Range(0, teams).Where(_ => random.Next(3) > 0).Select(team => new Choice(team, 1 + random.Next(highestGain)))];

    /// <summary>The best total by going through the requests with every reachable state of the teams' loads. Knows nothing of prices.</summary>
    public static long BestByTryingAll(AssignmentProblem problem)
    {
        var best = new Dictionary<long, long> { [0] = 0 };
        var digit = problem.Places.ToArray().Max(places => places.Capacity) + 1L;
        for (var request = 0; request < problem.Requests; request++)
        {
            var next = new Dictionary<long, long>(best);
            foreach (var (loads, total) in best)
            {
                foreach (var choice in problem.ChoicesOf(request))
                {
                    var one = (long)Math.Pow(digit, choice.Team);
                    var load = (int)(loads / one % digit);
                    var places = problem.Places[choice.Team];
                    if (load == places.Capacity)
                    {
                        continue;
                    }

                    var with = total + choice.Gain - places.FirstPrice - (load * places.Step);
                    if (!next.TryGetValue(loads + one, out var other) || with > other)
                    {
                        next[loads + one] = with;
                    }
                }
            }

            best = next;
        }

        return best.Values.Max();
    }
}
