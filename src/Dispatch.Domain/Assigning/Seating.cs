namespace Dispatch.Domain.Assigning;

/// <summary>
/// Finds a place for one more request by the cheapest chain of moves: it goes to a team, somebody there moves on to another, until a
/// free place is reached or somebody is left out. Distances are what is lost against the prices, never negative; Dijkstra over teams.
/// </summary>
internal sealed class Seating(Market market, Frontier frontier, Changes changes)
{
    // Only a search that has gone far is worth looking at everybody.
    private const int FarSearch = 64;

    private int limit;
    private int target;
    private bool leavesOut;

    /// <summary>Seats a request that sits nowhere, if that is worth it.</summary>
    public void Seat(int request)
    {
        var choices = market.ChoicesOf(request);
        var best = 0;
        foreach (var choice in choices)
        {
            best = Math.Max(best, choice.Gain - market.Price[choice.Team]);
        }

        changes.Requests.Add(request);
        market.Surplus[request] = best;
        if (best == 0)
        {
            return;
        }

        // To be left out itself is the way that is always open.
        Begin(best);
        foreach (var choice in choices)
        {
            var to = best - (choice.Gain - market.Price[choice.Team]);
            if (to < limit)
            {
                Reach(choice.Team, to, request, choice.Gain, Market.Nowhere);
            }
        }

        Search();
        market.Surplus[request] = best - limit;
        Move(Market.Nowhere);
    }

    /// <summary>Takes one place from a team that has more requests than places.</summary>
    public void Evict(int team)
    {
        // Its own least surplus bounds the loss: that request would be left out.
        Begin(int.MaxValue);
        Reach(team, 0, Market.Nowhere, 0, Market.Nowhere);
        Search();
        Move(team);
    }

    private void Begin(int atMost)
    {
        limit = atMost;
        target = Market.Nowhere;
        leavesOut = false;
        frontier.Begin();
    }

    private void Search()
    {
        var (price, distance, nearest) = (market.Price, frontier.Distance, market.Nearest);
        var room = 0;
        for (var team = frontier.Next(limit); team != Market.Nowhere; team = frontier.Next(limit - room))
        {
            if (frontier.SettledCount == FarSearch)
            {
                // No end is cheaper than this: what lies so near the limit changes nothing but the level of all prices.
                room = market.RoomAbove();
            }

            for (var request = market.Head[team]; request != Market.Nowhere; request = market.Next[request])
            {
                var from = distance[team] + market.Surplus[request];
                if (from + nearest[request] >= limit)
                {
                    continue;
                }

                var least = Market.OutOfReach;
                foreach (ref readonly var choice in market.ChoicesOf(request))
                {
                    if (choice.Team == team)
                    {
                        continue;
                    }

                    var away = price[choice.Team] - choice.Gain;
                    least = Math.Min(least, away);
                    var to = from + away;
                    if (to < limit && to < distance[choice.Team])
                    {
                        Reach(choice.Team, to, request, choice.Gain, team);
                    }
                }

                nearest[request] = least;
            }
        }

        room = Math.Min(room, limit);
        if (room > 0)
        {
            market.ShiftAll(room);
            changes.Shift += room;
        }

        for (var at = 0; at < frontier.SettledCount; at++)
        {
            var team = frontier.Settled[at];
            var more = limit - room - distance[team];
            if (more > 0)
            {
                market.Raise(team, more);
                changes.Teams.Add(team);
            }
        }
    }

    private void Reach(int team, int distance, int mover, int gain, int from)
    {
        frontier.Shorten(team, distance);
        frontier.Mover[team] = mover;
        frontier.MoverGain[team] = gain;
        frontier.Link[team] = from;
        // Either somebody there is left out, or a free place is taken; one freed at this moment is worth its price already.
        if (market.Least[team] < limit - distance)
        {
            (limit, target, leavesOut) = (distance + market.Least[team], team, true);
        }

        if (!market.IsFull(team) && market.NextPrice(team) - market.Price[team] < limit - distance)
        {
            (limit, target, leavesOut) = (distance + Math.Max(0, market.NextPrice(team) - market.Price[team]), team, false);
        }

        if (distance < limit)
        {
            frontier.Push(team);
        }
    }

    /// <summary>Moves everybody along the chain that ends at the target, from its end.</summary>
    private void Move(int start)
    {
        if (target == Market.Nowhere)
        {
            return;
        }

        var team = target;
        if (leavesOut)
        {
            var leaving = market.Head[team];
            while (market.Surplus[leaving] != 0)
            {
                leaving = market.Next[leaving];
            }

            market.Unseat(leaving);
            changes.Requests.Add(leaving);
        }

        while (team != start)
        {
            var (mover, from) = (frontier.Mover[team], frontier.Link[team]);
            if (from != Market.Nowhere)
            {
                market.Unseat(mover);
            }

            market.Seat(mover, team, frontier.MoverGain[team]);
            market.FindLeast(team);
            changes.Requests.Add(mover);
            changes.Teams.Add(team);
            if (from == Market.Nowhere)
            {
                return;
            }

            team = from;
        }

        market.FindLeast(team);
        changes.Teams.Add(team);
    }
}
