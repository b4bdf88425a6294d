namespace Dispatch.Domain.Assigning;

/// <summary>How far a plan is.</summary>
/// <param name="Seated">Requests whose place, or whose being left out, is settled for now.</param>
public readonly record struct PlanProgress(int Seated, int Requests);

/// <summary>
/// The best plan there is, with its proof: no other has a higher total of gains less the cost of the places taken. It takes one change at
/// a time and is best again after each. For one thread at a time.
/// </summary>
public sealed class Plan
{
    private const int SearchesBetweenLooks = 256;

    private readonly Market market;
    private readonly Changes changes = new();
    private readonly Seating seating;
    private readonly Refilling refilling;
    private readonly Proof proof;

    private Plan(AssignmentProblem problem, Action<PlanProgress>? progress, CancellationToken ct)
    {
        market = new Market(problem);
        var frontier = new Frontier(problem.Teams);
        seating = new Seating(market, frontier, changes);
        refilling = new Refilling(market, frontier, changes);
        Optimise(progress, ct);
        proof = new Proof(market);
        changes.Clear();
    }

    public int Requests => market.Requests;

    public int Teams => market.Teams;

    /// <summary>Gains less the cost of the places taken.</summary>
    public long Total => proof.Total;

    /// <summary>What no plan can exceed, from the prices: equal to the total.</summary>
    public long Bound => proof.Bound;

    /// <summary>Places within capacity, prices that hold, total equal to bound: checked after every change.</summary>
    public bool IsProvenBest => proof.ProvesBest;

    /// <summary>The best plan of all, from nothing.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left behind.</exception>
    public static Plan Best(AssignmentProblem problem, Action<PlanProgress>? progress = null, CancellationToken ct = default) =>
        new(problem, progress, ct);

    /// <summary>The team a request is planned for, or none.</summary>
    public int? TeamOf(int request) => market.Place[request] == Market.Nowhere ? null : market.Place[request];

    public int LoadOf(int team) => market.Load[team];

    /// <summary>What one place more of this team is worth at most, and one place fewer costs at least.</summary>
    public int PriceOf(int team) => market.Price[team];

    /// <summary>The plan as it stands, request by request.</summary>
    public int?[] Assignment() => [.. Enumerable.Range(0, Requests).Select(TeamOf)];

    /// <summary>What proves it best to whoever has the problem and the assignment.</summary>
    public int[] Prices() => [.. market.Price];

    /// <summary>The problem as it stands after all changes.</summary>
    public AssignmentProblem Problem() =>
        AssignmentProblem.Of(market.Places, [.. Enumerable.Range(0, Requests).Select(request => market.ChoicesOf(request).ToArray())]);

    /// <summary>One request more. Its number is the next.</summary>
    public int Admit(ReadOnlySpan<Choice> choices)
    {
        CheckAll(choices);
        var request = market.Add(choices);
        seating.Seat(request);
        Settle();
        return request;
    }

    /// <summary>A request is gone. Its number stays, without choices.</summary>
    public void Leave(int request) => Change(request, []);

    /// <summary>A request is more or less urgent, or other teams may serve it.</summary>
    public void Change(int request, ReadOnlySpan<Choice> choices)
    {
        CheckAll(choices);
        var team = Vacate(request);
        market.Replace(request, choices);
        seating.Seat(request);
        // Mostly it sits again where it sat.
        if (team != Market.Nowhere)
        {
            refilling.Refill(team);
        }

        Settle();
    }

    /// <summary>A team serves nobody any more, and is nobody's choice.</summary>
    public void TakeOut(int team)
    {
        List<int> served = [];
        for (var request = market.Head[team]; request != Market.Nowhere; request = market.Next[request])
        {
            served.Add(request);
        }

        foreach (var request in served)
        {
            Vacate(request);
        }

        market.RemoveFromChoices(team);
        market.Places[team] = default;
        // Without places and applicants it means nothing, and must not keep other prices from falling.
        market.Price[team] = AssignmentProblem.HighestGain;
        changes.Teams.Add(team);
        foreach (var request in served)
        {
            seating.Seat(request);
        }

        Settle();
    }

    /// <summary>A team has more or fewer places.</summary>
    public void SetCapacity(int team, int capacity)
    {
        var places = market.Places[team] with { Capacity = capacity };
        AssignmentProblem.Check(places);
        market.Places[team] = places;
        changes.Teams.Add(team);
        while (market.Load[team] > capacity)
        {
            seating.Evict(team);
        }

        refilling.Refill(team);
        Settle();
    }

    /// <summary>The team it sat with.</summary>
    private int Vacate(int request)
    {
        var team = market.Place[request];
        if (team != Market.Nowhere)
        {
            market.Unseat(request);
            market.FindLeast(team);
            changes.Teams.Add(team);
        }

        market.Surplus[request] = 0;
        changes.Requests.Add(request);
        return team;
    }

    private void Settle()
    {
        proof.Follow(changes);
        changes.Clear();
    }

    private void CheckAll(ReadOnlySpan<Choice> choices)
    {
        foreach (var choice in choices)
        {
            AssignmentProblem.Check(choice, Teams);
        }
    }

    private void Optimise(Action<PlanProgress>? progress, CancellationToken ct)
    {
        var unseated = Auction.Run(market, ct);
        for (var at = 0; at < unseated.Count; at++)
        {
            if (at % SearchesBetweenLooks == 0)
            {
                ct.ThrowIfCancellationRequested();
                progress?.Invoke(new PlanProgress(Requests - unseated.Count + at, Requests));
                changes.Clear();
            }

            seating.Seat(unseated[at]);
        }

        for (var team = 0; team < Teams; team++)
        {
            ct.ThrowIfCancellationRequested();
            refilling.Refill(team);
        }

        progress?.Invoke(new PlanProgress(Requests, Requests));
    }
}
