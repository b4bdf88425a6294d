using Dispatch.Domain.Assigning;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>The last plans of this node, to go on from: a plan that is best takes in a change far faster than it is made.</summary>
internal sealed class KeptPlans
{
    private const int Most = 4;

    private readonly Lock turn = new();
    private readonly LinkedList<(Guid RunId, KeptPlan Plan)> newestFirst = new();

    public void Keep(Guid runId, KeptPlan plan)
    {
        lock (turn)
        {
            newestFirst.AddFirst((runId, plan));
            if (newestFirst.Count > Most)
            {
                newestFirst.RemoveLast();
            }
        }
    }

    /// <summary>Whoever takes it has it alone.</summary>
    public KeptPlan? Take(Guid runId)
    {
        lock (turn)
        {
            for (var node = newestFirst.First; node is not null; node = node.Next)
            {
                if (node.Value.RunId == runId)
                {
                    newestFirst.Remove(node);
                    return node.Value.Plan;
                }
            }
        }

        return null;
    }
}

/// <summary>A plan, and who stands behind its numbers.</summary>
internal sealed class KeptPlan
{
    // Beyond this share of changed requests a plan from nothing is as fast.
    private const int OneIn = 4;

    private readonly Dictionary<Guid, int> requests = [];
    private readonly Dictionary<Guid, int> teams = [];
    private readonly List<Choice[]> choices = [];
    private readonly Places[] places;
    private readonly Guid[] teamIds;

    public KeptPlan(Batch batch, Plan plan)
    {
        Plan = plan;
        places = [.. batch.Places];
        teamIds = [.. batch.TeamIds];
        for (var number = 0; number < batch.Requests.Count; number++)
        {
            requests[batch.Requests[number].RequestId] = number;
            choices.Add(batch.ChoicesOf(batch.Requests[number]));
        }

        for (var number = 0; number < batch.TeamIds.Count; number++)
        {
            teams[batch.TeamIds[number]] = number;
        }
    }

    public Plan Plan { get; }

    /// <summary>Takes in whatever is new in the batch; false when it cannot, and a new plan must be made.</summary>
    public bool Follow(Batch batch)
    {
        if (!CanFollow(batch))
        {
            return false;
        }

        for (var number = 0; number < batch.TeamIds.Count; number++)
        {
            var team = teams[batch.TeamIds[number]];
            if (places[team] != batch.Places[number])
            {
                places[team] = batch.Places[number];
                Plan.SetCapacity(team, places[team].Capacity);
            }
        }

        var here = batch.Requests.ToDictionary(request => request.RequestId);
        foreach (var gone in requests.Keys.Where(id => !here.ContainsKey(id)).ToList())
        {
            Plan.Leave(requests[gone]);
            requests.Remove(gone);
        }

        foreach (var request in batch.Requests)
        {
            var now = Renumbered(batch, request);
            if (!requests.TryGetValue(request.RequestId, out var number))
            {
                requests[request.RequestId] = Plan.Admit(now);
                choices.Add(now);
            }
            else if (!now.AsSpan().SequenceEqual(choices[number]))
            {
                Plan.Change(number, now);
                choices[number] = now;
            }
        }

        return true;
    }

    public int?[] Assignment(Batch batch) =>
        [
            .. batch.Requests.Select(request =>
                Plan.TeamOf(requests[request.RequestId]) is { } team ? batch.NumberOf(teamIds[team]) : (int?)null
            ),
        ];

    /// <summary>By the numbers of the batch. A team that is nobody's choice any more has no place in it, and no price.</summary>
    public int[] Prices(Batch batch) => [.. batch.TeamIds.Select(id => Plan.PriceOf(teams[id]))];

    private bool CanFollow(Batch batch)
    {
        // Only the number of places of a known team may be another, not what they cost.
        for (var number = 0; number < batch.TeamIds.Count; number++)
        {
            if (
                !teams.TryGetValue(batch.TeamIds[number], out var team)
                || places[team] with { Capacity = 0 } != batch.Places[number] with { Capacity = 0 }
            )
            {
                return false;
            }
        }

        var changed = batch.Requests.Count(request =>
            !requests.TryGetValue(request.RequestId, out var number) || !Renumbered(batch, request).AsSpan().SequenceEqual(choices[number])
        );
        return changed <= 16 + (batch.Requests.Count / OneIn);
    }

    private Choice[] Renumbered(Batch batch, BatchRequest request) =>
        [.. batch.ChoicesOf(request).Select(choice => choice with { Team = teams[batch.TeamIds[choice.Team]] })];
}
