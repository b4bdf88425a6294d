namespace Dispatch.Domain.Assigning;

/// <summary>
/// Keeps its own books of places, prices and surpluses, and proves after every change that the plan is best: each request sits at one of
/// its choices, no team has more than its places, no request gains more anywhere than its surplus and the price there, and the total
/// equals the bound that follows from prices and surpluses. It looks only at what has changed, and knows nothing of how that was found.
/// </summary>
internal sealed class Proof
{
    private readonly Market market;
    private readonly int[] price;
    private readonly int[] load;
    private readonly long[] worth;
    private readonly long[] cost;
    private readonly List<int> lowered = [];
    private readonly List<int> dearer = [];
    private int[] surplus;
    private int[] place;
    private int[] gain;

    public Proof(Market market)
    {
        this.market = market;
        price = new int[market.Teams];
        load = new int[market.Teams];
        worth = new long[market.Teams];
        cost = new long[market.Teams];
        surplus = new int[market.Requests];
        place = new int[market.Requests];
        gain = new int[market.Requests];
        Array.Fill(place, Market.Nowhere);
        IsWhole = true;
        for (var request = 0; request < market.Requests; request++)
        {
            Enter(request);
        }

        for (var team = 0; team < market.Teams; team++)
        {
            Enter(team, market.Price[team]);
        }

        for (var request = 0; request < market.Requests; request++)
        {
            IsWhole &= HoldsFor(request);
        }

        for (var team = 0; team < market.Teams; team++)
        {
            IsWhole &= IsWithinPlaces(team);
        }
    }

    /// <summary>Gains less the cost of the places taken.</summary>
    public long Total { get; private set; }

    /// <summary>No plan at all can have a higher total.</summary>
    public long Bound { get; private set; }

    /// <summary>Nothing looked at so far broke a rule. Once broken it stays broken.</summary>
    public bool IsWhole { get; private set; }

    public bool ProvesBest => IsWhole && Total == Bound;

    public void Follow(Changes changes)
    {
        if (market.Requests > surplus.Length)
        {
            var (room, known) = (market.First.Length, surplus.Length);
            Array.Resize(ref surplus, room);
            Array.Resize(ref place, room);
            Array.Resize(ref gain, room);
            Array.Fill(place, Market.Nowhere, known, room - known);
        }

        if (changes.Shift != 0)
        {
            Shift(changes.Shift);
        }

        // First everything into the books, so that what is checked is checked against all that is new.
        foreach (var request in changes.Requests)
        {
            Enter(request);
        }

        lowered.Clear();
        dearer.Clear();
        dearer.AddRange(changes.Requests);
        foreach (var team in changes.Teams)
        {
            var before = price[team];
            Enter(team, market.Price[team]);
            if (market.Price[team] < before)
            {
                lowered.Add(team);
            }

            for (var request = market.Head[team]; request != Market.Nowhere; request = market.Next[request])
            {
                var had = surplus[request];
                Enter(request);
                if (surplus[request] < had)
                {
                    dearer.Add(request);
                }
            }
        }

        foreach (var request in dearer)
        {
            IsWhole &= HoldsFor(request);
        }

        if (changes.Shift != 0)
        {
            HoldForEverybody(changes.Shift);
        }

        foreach (var team in lowered)
        {
            IsWhole &= HoldsForApplicantsOf(team);
        }

        foreach (var team in changes.Teams)
        {
            IsWhole &= IsWithinPlaces(team);
        }
    }

    /// <summary>Every price by so much more, every surplus of who has a place by so much less: their sums stay what they were.</summary>
    private void Shift(int by)
    {
        for (var team = 0; team < price.Length; team++)
        {
            price[team] += by;
            Bound -= worth[team];
            worth[team] = market.Places[team].WorthAt(price[team]);
            Bound += worth[team];
        }

        for (var request = 0; request < place.Length; request++)
        {
            if (place[request] != Market.Nowhere)
            {
                surplus[request] -= by;
                Bound -= by;
            }
        }
    }

    /// <summary>What a shift could have broken: surpluses below nothing, or prices, or somebody without a place who would now gain.</summary>
    private void HoldForEverybody(int by)
    {
        foreach (var own in surplus)
        {
            IsWhole &= own >= 0;
        }

        foreach (var now in price)
        {
            IsWhole &= now >= 0;
        }

        for (var request = 0; by < 0 && request < market.Requests; request++)
        {
            IsWhole &= place[request] != Market.Nowhere || HoldsFor(request);
        }
    }

    private void Enter(int request)
    {
        Bound += market.Surplus[request] - surplus[request];
        surplus[request] = market.Surplus[request];
        if (place[request] == market.Place[request] && gain[request] == market.PlaceGain[request])
        {
            return;
        }

        if (place[request] != Market.Nowhere)
        {
            Total -= gain[request];
            load[place[request]]--;
        }

        place[request] = market.Place[request];
        gain[request] = market.PlaceGain[request];
        if (place[request] != Market.Nowhere)
        {
            Total += gain[request];
            load[place[request]]++;
        }
    }

    private void Enter(int team, int now)
    {
        price[team] = now;
        Bound -= worth[team];
        worth[team] = market.Places[team].WorthAt(now);
        Bound += worth[team];
        Total += cost[team];
        cost[team] = market.Places[team].CostOf(load[team]);
        Total -= cost[team];
    }

    private bool HoldsFor(int request)
    {
        var (own, sits) = (surplus[request], place[request] == Market.Nowhere);
        if (own < 0)
        {
            return false;
        }

        foreach (ref readonly var choice in market.ChoicesOf(request))
        {
            if (own + price[choice.Team] < choice.Gain)
            {
                return false;
            }

            sits |= choice.Team == place[request] && choice.Gain == gain[request];
        }

        return sits;
    }

    private bool HoldsForApplicantsOf(int team)
    {
        var now = price[team];
        foreach (ref readonly var applicant in market.ApplicantsOf(team))
        {
            if (surplus[applicant.Request] + now < applicant.Gain)
            {
                return false;
            }
        }

        return now >= 0;
    }

    private bool IsWithinPlaces(int team) => price[team] >= 0 && load[team] <= market.Places[team].Capacity;
}
