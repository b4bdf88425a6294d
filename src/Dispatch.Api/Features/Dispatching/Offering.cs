using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
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
    DecisionStore decisions,
    DeadlineStore deadlines,
    NoticeStore notices,
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

    /// <summary>Asks a team.</summary>
    /// <param name="decisionId">What it was decided on; none: a person decided against the ranking or without one.</param>
    public async Task<OfferRow> Offer(
        RequestRow request,
        Guid teamId,
        Tier tier,
        OfferWay way,
        int? score,
        string explanation,
        Guid? decisionId = null
    )
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var due = await deadlines.Start(request, DeadlineKind.Answer, id, DeadlineRules.LatestDelivery);
        var offer = await offers.Insert(
            new OfferRow
            {
                OfferId = id,
                RequestId = request.RequestId,
                TeamId = teamId,
                Role = Words.Of(AssignmentRole.Lead),
                Way = Words.Of(way),
                Tier = Words.Of(tier),
                Score = score,
                Explanation = explanation,
                DecisionId = decisionId,
                OfferedAt = now,
                AnswerDueAt = due,
            }
        );
        await notices.ToTeam(request, teamId, NoticeKind.Offer, NoticeWording.Offered(request), id);
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
            await offers.Move(offer, OfferAction.Withdraw, reason);
            await deadlines.Drop(request.RequestId, DeadlineKind.Answer, offer.OfferId);
            await notices.ToTeam(request, offer.TeamId, NoticeKind.OfferWithdrawn, NoticeWording.Withdrawn(request), offer.OfferId);
        }
    }

    /// <summary>The tier the request stands at follows the teams that are asked; it never falls.</summary>
    public async Task<RequestRow> RaiseTo(RequestRow request, Tier tier, string? reason)
    {
        if (tier <= Words.To<Tier>(request.Tier))
        {
            return request;
        }

        var raised = await requests.Move(request, HelpRequestAction.Escalate, reason, $"{request.Tier} → {Words.Of(tier)}");
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
