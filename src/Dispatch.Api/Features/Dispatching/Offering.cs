using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>派单: makes an offer with all that belongs to it, and takes offers back. Called with the request held.</summary>
internal sealed class Offering(
    RequestStore requests,
    OfferStore offers,
    AssignmentStore assignments,
    DecisionStore decisions,
    DeadlineStore deadlines,
    NoticeStore notices,
    Matching matching,
    Catalogue catalogue,
    TimeProvider clock
)
{
    /// <summary>Asks these candidates of a match, and keeps what it was decided on.</summary>
    public async Task<IReadOnlyList<OfferRow>> Offer(
        RequestRow request,
        MatchResult match,
        IReadOnlyCollection<Candidate> candidates,
        OfferWay way
    )
    {
        var decision = await decisions.Keep(match, candidates);
        List<OfferRow> made = [];
        foreach (var candidate in candidates)
        {
            var explanation = SavedExplanation.Of(candidate, match.WeightsVersion);
            made.Add(await Offer(request, candidate.Team.Id, match.Opened, way, candidate.Score.Points, explanation, decision));
        }

        return made;
    }

    /// <summary>Asks a team for a part of a joint plan, and keeps the ranking for that part.</summary>
    public async Task<OfferRow> OfferPart(RequestRow request, PartRow part, Guid teamId, Tier tier, OfferWay way)
    {
        var (match, candidate) = await matching.ForPart(request, part.Wanted, tier, teamId);
        var decision = await decisions.Keep(match, [candidate]);
        var explanation = SavedExplanation.Of(candidate, match.WeightsVersion);
        return await Offer(request, teamId, tier, way, candidate.Score.Points, explanation, decision, part);
    }

    /// <summary>Asks a team.</summary>
    /// <param name="decisionId">What it was decided on; none: a person decided against the ranking or without one.</param>
    /// <param name="part">What of a joint plan it is for; none: the whole request.</param>
    public async Task<OfferRow> Offer(
        RequestRow request,
        Guid teamId,
        Tier tier,
        OfferWay way,
        int? score,
        string explanation,
        Guid? decisionId = null,
        PartRow? part = null
    )
    {
        await RefuseSecondPart(request, teamId);
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var due = await deadlines.Start(request, DeadlineKind.Answer, id, DeadlineRules.LatestDelivery);
        var offer = await offers.Insert(
            new OfferRow
            {
                OfferId = id,
                RequestId = request.RequestId,
                TeamId = teamId,
                Role = part?.Role ?? Words.Of(AssignmentRole.Lead),
                PartId = part?.PartId,
                Way = Words.Of(way),
                Tier = Words.Of(tier),
                Score = score,
                Explanation = explanation,
                DecisionId = decisionId,
                OfferedAt = now,
                AnswerDueAt = due,
            }
        );
        var asked = part is null ? NoticeWording.Offered(request) : NoticeWording.PartOffered(request, PartWording.Of(part, catalogue));
        await notices.ToTeam(request, teamId, NoticeKind.Offer, asked, id);
        return offer;
    }

    /// <summary>Moves the request to offered with the offers just made; its desk is cleared.</summary>
    public async Task<RequestRow> MarkOffered(RequestRow request, Tier opened, string? reason)
    {
        await deadlines.Meet(request.RequestId, DeadlineKind.Triage);
        var raised = await RaiseTo(request, opened, reason);
        return await requests.Move(raised, HelpRequestAction.Offer);
    }

    /// <summary>Takes back every pending offer.</summary>
    public async Task WithdrawPending(RequestRow request, string reason, Guid? except = null)
    {
        foreach (var offer in (await offers.Pending(request.RequestId)).Where(offer => offer.OfferId != except))
        {
            await Withdraw(request, offer, reason);
        }
    }

    public async Task Withdraw(RequestRow request, OfferRow offer, string reason)
    {
        await offers.Move(offer, OfferAction.Withdraw, reason);
        await deadlines.Drop(request.RequestId, DeadlineKind.Answer, offer.OfferId);
        await notices.ToTeam(request, offer.TeamId, NoticeKind.OfferWithdrawn, NoticeWording.Withdrawn(request), offer.OfferId);
    }

    /// <summary>The tier the request stands at follows the teams that are asked; it never falls.</summary>
    public async Task<RequestRow> RaiseTo(RequestRow request, Tier tier, string? reason)
    {
        if (tier <= Words.To<Tier>(request.Tier))
        {
            return request;
        }

        var raised = await requests.Move(request, HelpRequestAction.Escalate, reason, $"{request.Tier} → {Words.Of(tier)}", reached: tier);
        return await requests.SetTier(raised, tier);
    }

    /// <summary>Further offers beside a live one belong to an emergency.</summary>
    public static void RefuseSecondOffer(RequestRow request)
    {
        if (request.StateNow == HelpRequestState.Offered && !request.IsEmergency)
        {
            throw new Refused(
                ProblemKinds.OfferLive,
                "已有一个派单待接单。请等待答复，或先撤回它。",
                "An offer is waiting for its answer. Wait for it, or withdraw it first."
            );
        }
    }

    /// <summary>Two parts of one request never go to one team.</summary>
    private async Task RefuseSecondPart(RequestRow request, Guid teamId)
    {
        if ((await assignments.Active(request.RequestId)).Any(assignment => assignment.TeamId == teamId))
        {
            throw new Refused(ProblemKinds.Conflict, "这支队伍已经承担了该求助的一部分。", "This team has a part of this request already.");
        }
    }

    public static Refused NotEligible(Ineligibility reason)
    {
        var (why, remedy) = (Wording.Of(reason), Wording.Remedy(reason));
        return new Refused(
            ProblemKinds.TeamNotEligible,
            $"{Words.Of(reason)}：{why.Zh}。{remedy.Zh}",
            $"{Words.Of(reason)}: {why.En}. {remedy.En}"
        );
    }
}
