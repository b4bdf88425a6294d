namespace Dispatch.Domain.Assigning;

/// <summary>
/// A quick start: every request bids for the place worth most to it and pays up to what its second best is worth, plus a step. What comes
/// out is nearly best; who would gain more elsewhere at the final prices is named, and the searches make it exact.
/// </summary>
internal sealed class Auction
{
    // Where many fight for few places prices creep; then the searches are faster.
    private const int MostBidsPerRequest = 40;
    private const int BidsBetweenLooks = 4096;

    private readonly Market market;
    private readonly int[] firstPlace;
    private readonly int[] placePrice;
    private readonly int[] holder;
    private readonly int[] lowest;
    private readonly int[] team;
    private readonly int[] gain;
    private readonly int step;

    private Auction(Market market)
    {
        this.market = market;
        firstPlace = PlacesWanted();
        placePrice = new int[firstPlace[^1]];
        holder = new int[firstPlace[^1]];
        Array.Fill(holder, Market.Nowhere);
        lowest = new int[market.Teams];
        for (var at = 0; at < market.Teams; at++)
        {
            for (var place = firstPlace[at]; place < firstPlace[at + 1]; place++)
            {
                placePrice[place] = market.Places[at].PriceAt(place - firstPlace[at]);
            }

            lowest[at] = firstPlace[at] == firstPlace[at + 1] ? AssignmentProblem.HighestGain : placePrice[firstPlace[at]];
        }

        team = new int[market.Requests];
        Array.Fill(team, Market.Nowhere);
        gain = new int[market.Requests];
        step = Step();
    }

    /// <summary>Seats most requests. Returns those that are left to be seated.</summary>
    public static List<int> Run(Market market, CancellationToken ct)
    {
        var auction = new Auction(market);
        auction.Bid(ct);
        return auction.Settle();
    }

    /// <summary>Where the places of each team begin; no more of them than requests that could sit there, and one.</summary>
    private int[] PlacesWanted()
    {
        var wanted = new int[market.Teams + 1];
        for (var request = 0; request < market.Requests; request++)
        {
            foreach (var choice in market.ChoicesOf(request))
            {
                wanted[choice.Team + 1]++;
            }
        }

        for (var at = 0; at < market.Teams; at++)
        {
            wanted[at + 1] = wanted[at] + Math.Min(market.Places[at].Capacity, wanted[at + 1] + 1);
        }

        return wanted;
    }

    /// <summary>A sixteenth of what lies between the best and the worst choice of a request, on average.</summary>
    private int Step()
    {
        long spread = 0;
        for (var request = 0; request < market.Requests; request++)
        {
            var choices = market.ChoicesOf(request);
            spread += choices.IsEmpty ? 0 : choices[0].Gain - choices[^1].Gain;
        }

        return (int)Math.Max(1, spread / 16 / Math.Max(1, market.Requests));
    }

    private void Bid(CancellationToken ct)
    {
        var waiting = new int[market.Requests];
        for (var request = 0; request < waiting.Length; request++)
        {
            waiting[request] = request;
        }

        var (head, left, budget) = (0, waiting.Length, (long)MostBidsPerRequest * waiting.Length);
        while (left > 0 && budget-- > 0)
        {
            if (budget % BidsBetweenLooks == 0)
            {
                ct.ThrowIfCancellationRequested();
            }

            var request = waiting[head];
            head = head + 1 == waiting.Length ? 0 : head + 1;
            left--;
            var outbid = BidFor(request);
            if (outbid != Market.Nowhere)
            {
                var tail = head + left;
                waiting[tail < waiting.Length ? tail : tail - waiting.Length] = outbid;
                left++;
            }
        }
    }

    /// <summary>Who had the place before.</summary>
    private int BidFor(int request)
    {
        // To be left out is worth nothing and costs nothing.
        var (best, second, chosen) = (0, 0, default(Choice));
        foreach (ref readonly var choice in market.ChoicesOf(request))
        {
            if (choice.Gain <= second)
            {
                break;
            }

            var worth = choice.Gain - lowest[choice.Team];
            if (worth > best)
            {
                (best, second, chosen) = (worth, best, choice);
            }
            else if (worth > second)
            {
                second = worth;
            }
        }

        if (best == 0)
        {
            return Market.Nowhere;
        }

        var places = placePrice.AsSpan(firstPlace[chosen.Team]..firstPlace[chosen.Team + 1]);
        var holders = holder.AsSpan(firstPlace[chosen.Team]..firstPlace[chosen.Team + 1]);
        second = Math.Max(second, chosen.Gain - Math.Min(At(places, 1), At(places, 2)));
        var outbid = holders[0];
        Replace(places, holders, Math.Min(places[0] + (best - second) + step, chosen.Gain), request);
        lowest[chosen.Team] = places[0];
        team[request] = chosen.Team;
        gain[request] = chosen.Gain;
        if (outbid != Market.Nowhere)
        {
            team[outbid] = Market.Nowhere;
        }

        return outbid;

        static int At(Span<int> prices, int place) => place < prices.Length ? prices[place] : AssignmentProblem.HighestGain;
    }

    /// <summary>The cheapest place, on top of the heap, goes to the request at a higher price.</summary>
    private static void Replace(Span<int> prices, Span<int> holders, int price, int request)
    {
        var at = 0;
        while (true)
        {
            var child = (2 * at) + 1;
            if (child + 1 < prices.Length && prices[child + 1] < prices[child])
            {
                child++;
            }

            if (child >= prices.Length || prices[child] >= price)
            {
                break;
            }

            prices[at] = prices[child];
            holders[at] = holders[child];
            at = child;
        }

        prices[at] = price;
        holders[at] = request;
    }

    /// <summary>A team's price is that of its cheapest place; whoever has the best there stays.</summary>
    private List<int> Settle()
    {
        lowest.CopyTo(market.Price, 0);
        List<int> unseated = [];
        for (var request = 0; request < market.Requests; request++)
        {
            var best = 0;
            foreach (ref readonly var choice in market.ChoicesOf(request))
            {
                if (choice.Gain <= best)
                {
                    break;
                }

                best = Math.Max(best, choice.Gain - lowest[choice.Team]);
            }

            market.Surplus[request] = best;
            if (team[request] != Market.Nowhere && gain[request] - lowest[team[request]] == best)
            {
                market.Seat(request, team[request], gain[request]);
            }
            else if (best > 0)
            {
                unseated.Add(request);
            }
        }

        for (var at = 0; at < market.Teams; at++)
        {
            market.FindLeast(at);
        }

        return unseated;
    }
}
