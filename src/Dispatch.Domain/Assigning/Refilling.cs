namespace Dispatch.Domain.Assigning;

/// <summary>
/// A place has become free whose team is dearer than a free place may be: either somebody takes it, by the cheapest chain of moves
/// backwards, until a request left out comes in or a team gives up a place for less, or the price comes down. Dijkstra over teams.
/// </summary>
internal sealed class Refilling(Market market, Frontier frontier, Changes changes)
{
    // Only a search that has gone far is worth looking at everybody.
    private const int FarSearch = 64;

    /// <summary>Until no free place of the team is above its price.</summary>
    public void Refill(int team)
    {
        while (market.HasFreePlaceAbovePrice(team))
        {
            RefillOne(team);
        }
    }

    private void RefillOne(int start)
    {
        var limit = market.Price[start] - market.NextPrice(start);
        var (end, comesIn, comesInGain) = (start, Market.Nowhere, 0);
        frontier.Begin();
        frontier.Shorten(start, 0);
        frontier.Push(start);
        var room = 0;
        for (var team = frontier.Next(limit); team != Market.Nowhere; team = frontier.Next(limit - room))
        {
            if (frontier.SettledCount == FarSearch)
            {
                room = market.RoomBelow();
            }

            var from = frontier.Distance[team] + market.Price[team];
            foreach (ref readonly var applicant in market.ApplicantsOf(team))
            {
                var to = from + market.Surplus[applicant.Request] - applicant.Gain;
                if (to >= limit)
                {
                    continue;
                }

                var place = market.Place[applicant.Request];
                if (place == team)
                {
                    continue;
                }

                if (place == Market.Nowhere)
                {
                    (limit, end, comesIn, comesInGain) = (to, team, applicant.Request, applicant.Gain);
                    continue;
                }

                if (to >= frontier.Distance[place])
                {
                    continue;
                }

                frontier.Shorten(place, to);
                frontier.Mover[place] = applicant.Request;
                frontier.MoverGain[place] = applicant.Gain;
                frontier.Link[place] = team;
                var givesUp = to + market.Price[place] - market.LastPrice(place);
                if (givesUp < limit)
                {
                    (limit, end, comesIn) = (givesUp, place, Market.Nowhere);
                }

                if (to < limit)
                {
                    frontier.Push(place);
                }
            }
        }

        room = Math.Min(room, limit);
        if (room > 0)
        {
            market.ShiftAll(-room);
            changes.Shift -= room;
        }

        for (var at = 0; at < frontier.SettledCount; at++)
        {
            var team = frontier.Settled[at];
            var less = limit - room - frontier.Distance[team];
            if (less > 0)
            {
                market.Raise(team, -less);
                market.ComeNearer(team);
                changes.Teams.Add(team);
            }
        }

        if (comesIn != Market.Nowhere)
        {
            market.Seat(comesIn, end, comesInGain);
            changes.Requests.Add(comesIn);
        }

        while (end != start)
        {
            var (mover, to) = (frontier.Mover[end], frontier.Link[end]);
            market.Unseat(mover);
            market.Seat(mover, to, frontier.MoverGain[end]);
            market.FindLeast(end);
            changes.Requests.Add(mover);
            changes.Teams.Add(end);
            end = to;
        }

        market.FindLeast(start);
        changes.Teams.Add(start);
    }
}
