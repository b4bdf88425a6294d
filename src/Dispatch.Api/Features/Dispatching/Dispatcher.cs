using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>
/// Goes on by itself: the best team, then the next, then the next tier, then the arbitration queue. Every entry point
/// is called with the request held.
/// </summary>
internal sealed class Dispatcher(
    RequestStore requests,
    OfferStore offers,
    AssignmentStore assignments,
    Matching matching,
    Offering offering,
    JointWay joint,
    Desks desks
)
{
    /// <summary>An emergency asks this many teams at once; the first to accept has it.</summary>
    public const int OffersInEmergency = 3;

    /// <summary>A request bounces this often within a tier, and this often in all; then a person decides.</summary>
    public const int BouncesPerTier = 3;
    public const int BouncesInAll = 6;

    /// <summary>After an offer ended without acceptance: back to open when it was the last, and on by itself if it came by itself.</summary>
    public async Task<RequestRow> AfterEnd(RequestRow request, OfferRow ended)
    {
        if (ended.PartId is not null)
        {
            return await joint.AfterEnd(request, ended);
        }

        var none = (await offers.Pending(request.RequestId)).Count == 0;
        if (none)
        {
            request = await requests.Move(request, HelpRequestAction.Return, ended.State);
        }

        if (request.Automatic)
        {
            return await GoOn(request);
        }

        if (!none)
        {
            return request;
        }

        return ended.Way == Words.Of(OfferWay.Arbitrated)
            ? await desks.ToArbitration(request, "arbitrated_team_" + ended.State)
            : await desks.ToDesk(request, RequestQueue.Dispatch);
    }

    /// <summary>Goes on until enough offers are pending or nobody is left anywhere.</summary>
    public async Task<RequestRow> GoOn(RequestRow request)
    {
        if (request.SafetyHeld)
        {
            return request.StateNow == HelpRequestState.Open ? await desks.ToDesk(request, RequestQueue.Triage) : request;
        }

        if (request.Joint)
        {
            return await joint.GoOn(request);
        }

        var wanted = request.IsEmergency ? OffersInEmergency : 1;
        var supporting = (await assignments.Active(request.RequestId)).Select(assignment => assignment.TeamId).ToList();
        var from = Words.To<Tier>(request.Tier);
        var highest = await matching.Highest(request);
        while (true)
        {
            var pending = await offers.Pending(request.RequestId);
            if (pending.Count >= wanted)
            {
                return request;
            }

            var bounces = await offers.Bounces(request.RequestId);
            if (bounces.Values.Sum() >= BouncesInAll)
            {
                return await Exhausted(request, pending.Count, "bounced_too_often");
            }

            if (from <= highest && bounces.GetValueOrDefault(Words.Of(from)) < BouncesPerTier)
            {
                var asked = pending.Select(offer => offer.TeamId).Concat(supporting).ToHashSet();
                var match = await matching.Of(request, from);
                var chosen = Chosen(match, asked, wanted - pending.Count);
                if (chosen.Exists(candidate => candidate.Rank == Candidate.FarDown))
                {
                    match = await matching.Of(request, from, most: int.MaxValue);
                    chosen = Chosen(match, asked, wanted - pending.Count);
                }

                if (chosen.Count > 0)
                {
                    request = await Ask(request, chosen, match);
                }

                from = match.Opened > from ? match.Opened : from;
                if (chosen.Count == wanted - pending.Count)
                {
                    return request;
                }
            }

            if (from >= highest)
            {
                return await Exhausted(request, (await offers.Pending(request.RequestId)).Count, "nobody_left");
            }

            from++;
        }
    }

    private static List<Candidate> Chosen(MatchResult match, HashSet<Guid> asked, int most) =>
        [.. InOrderOfAsking(match).Where(candidate => !asked.Contains(candidate.Team.Id)).Take(most)];

    /// <summary>By rank; but where a tier was passed over because nobody there brings every skill, whoever brings them all comes first:
    /// else the team passed over would be the one that is asked.</summary>
    private static IEnumerable<Candidate> InOrderOfAsking(MatchResult match) =>
        match.PassedOver.Any(passed => passed.Reason == PassedOverReason.NobodyBringsAll)
            ? match
                .Candidates.Where(candidate => candidate.PreferredByName)
                .Concat(match.Whole)
                .Concat(match.Candidates)
                .DistinctBy(candidate => candidate.Team.Id)
            : match.Candidates;

    private async Task<RequestRow> Ask(RequestRow request, List<Candidate> chosen, MatchResult match)
    {
        var way = request.IsEmergency ? OfferWay.Broadcast : OfferWay.Automatic;
        await offering.Offer(request, match, chosen, way);

        var reason = match.PassedOver.Count == 0 ? "next_tier" : Words.Of(match.PassedOver[^1].Reason);
        return await offering.MarkOffered(request, match.Opened, reason);
    }

    private async Task<RequestRow> Exhausted(RequestRow request, int pending, string reason)
    {
        if (pending > 0)
        {
            // Those who were asked may still accept; when the last of them ends, we are here again.
            return request;
        }

        var highest = await matching.Highest(request);
        return await desks.ToArbitration(await offering.RaiseTo(request, highest, reason), reason);
    }
}
