using System.Text.Json;
using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>
/// Makes offers and goes on by itself: the best team, then the next, then the next tier, then the arbitration queue. Every entry point
/// is called with the request held.
/// </summary>
internal sealed class Dispatcher(
    Session db,
    RequestStore requests,
    OfferStore offers,
    Matching matching,
    DeadlineStore deadlines,
    NoticeStore notices,
    Caller caller,
    TimeProvider clock
)
{
    /// <summary>An emergency asks this many teams at once; the first to accept has it.</summary>
    public const int OffersInEmergency = 3;

    /// <summary>A request bounces this often within a tier, and this often in all; then a person decides.</summary>
    public const int BouncesPerTier = 3;
    public const int BouncesInAll = 6;

    /// <summary>Asks one team.</summary>
    public async Task<OfferRow> Offer(RequestRow request, Candidate candidate, Tier tier, OfferWay way, string weightsVersion)
    {
        var explanation = MatchView.Explain(candidate, weightsVersion);
        return await Offer(
            request,
            candidate.Team.Id,
            tier,
            way,
            candidate.Score.Points,
            JsonSerializer.Serialize(explanation, JsonShape.Options)
        );
    }

    public async Task<OfferRow> Offer(RequestRow request, Guid teamId, Tier tier, OfferWay way, int? score, string explanation)
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
                OfferedAt = now,
                AnswerDueAt = due,
            }
        );
        await notices.ToTeam(request, teamId, NoticeKind.Offer, $"新派单 {request.Reference}：{request.Text}", id);
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
            await notices.ToTeam(
                request,
                offer.TeamId,
                NoticeKind.OfferWithdrawn,
                $"派单 {request.Reference} 已撤回，无需处理。",
                offer.OfferId
            );
        }
    }

    /// <summary>After an offer ended without acceptance: back to open when it was the last, and on by itself if it came by itself.</summary>
    public async Task<RequestRow> AfterEnd(RequestRow request, OfferRow ended)
    {
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
            ? await ToArbitration(request, "arbitrated_team_" + ended.State)
            : await ToDesk(request, RequestQueue.Dispatch);
    }

    /// <summary>Puts an open request before an officer, with a deadline for that desk.</summary>
    public async Task<RequestRow> ToDesk(RequestRow request, RequestQueue queue)
    {
        var queued = await requests.Enqueue(request, queue, automatic: false);
        await deadlines.Start(queued, DeadlineKind.Triage);
        await notices.ToOfficers(
            queued,
            NoticeKind.Queue,
            $"{request.Reference} 进入{Desk(queue)}：{(request.SafetyHeld ? RequestReader.HeldText : request.Text)}"
        );
        return queued;
    }

    /// <summary>Goes on until enough offers are pending or nobody is left anywhere.</summary>
    public async Task<RequestRow> GoOn(RequestRow request)
    {
        var wanted = request.IsEmergency ? OffersInEmergency : 1;
        var from = Words.To<Tier>(request.Tier);
        var highest = await matching.Highest(request);
        while (true)
        {
            var pending = await offers.Pending(request.RequestId);
            if (pending.Count >= wanted)
            {
                return request;
            }

            var bounces = await Bounces(request.RequestId);
            if (bounces.Values.Sum() >= BouncesInAll)
            {
                return await Exhausted(request, pending.Count, "bounced_too_often");
            }

            if (from <= highest && bounces.GetValueOrDefault(Words.Of(from)) < BouncesPerTier)
            {
                var match = await matching.Of(request, from);
                var asked = pending.Select(offer => offer.TeamId).ToHashSet();
                var chosen = InOrderOfAsking(match)
                    .Where(candidate => !asked.Contains(candidate.Team.Id))
                    .Take(wanted - pending.Count)
                    .ToList();
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

    /// <summary>提级 by hand. To the country on site only a province officer may; above the country there is a person.</summary>
    public async Task<RequestRow> Escalate(RequestRow request, string reason, string? note)
    {
        var tier = Words.To<Tier>(request.Tier);
        var next = tier == Tier.Country ? (Tier?)null : tier + 1;
        if (next == Tier.Country && !await OpensCountry(request))
        {
            throw new Refused(
                ProblemKinds.Forbidden,
                "跨省上门须由省级工会决定；可以改为远程、宣讲或会诊。",
                "Help on site from another province is a province officer's decision; remote help, a lecture or a consultation needs none."
            );
        }

        request = await requests.Move(request, HelpRequestAction.Escalate, reason, note);
        if (next is { } higher)
        {
            request = await requests.SetTier(request, higher);
        }

        if (request.StateNow != HelpRequestState.Open)
        {
            return request;
        }

        return request.Automatic ? await GoOn(request)
            : next is null ? await ToDesk(request, RequestQueue.Arbitration)
            : await ToDesk(request, Words.To<RequestQueue>(request.Queue!));
    }

    /// <summary>A person asks one team, whatever tier it is of and however it answered before; licences, suspension and conflicts of
    /// interest bind him too.</summary>
    public async Task<RequestRow> Arbitrate(RequestRow request, Guid teamId, string reason)
    {
        RequestStore.RefuseHeld(request);
        var against = await matching.ReasonsAgainst(request, teamId);
        foreach (var absolute in new[] { Ineligibility.LicenceMissing, Ineligibility.ConflictOfInterest, Ineligibility.Suspended })
        {
            if (against.Contains(absolute))
            {
                throw NotEligible(absolute);
            }
        }

        await WithdrawPending(request, "arbitrated");
        request = await requests.SetAutomatic(await requests.Move(request, HelpRequestAction.Arbitrate, reason), automatic: false);
        await Offer(
            request,
            teamId,
            Words.To<Tier>(request.Tier),
            OfferWay.Arbitrated,
            null,
            JsonSerializer.Serialize(new OfferExplanation(null, reason, null), JsonShape.Options)
        );
        return await MarkOffered(request, Words.To<Tier>(request.Tier), null);
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

    /// <summary>裁定派单: the request waits for a person, who sees what was short.</summary>
    public async Task<RequestRow> ToArbitration(RequestRow request, string reason)
    {
        var match = await matching.Of(request);
        var shortfalls = string.Join("；", match.Shortfalls.Take(5).Select(shortfall => Wording.Of(shortfall).Zh));
        var escalated = await requests.Move(request, HelpRequestAction.Escalate, reason, shortfalls.Length == 0 ? null : shortfalls);
        return await ToDesk(escalated, RequestQueue.Arbitration);
    }

    /// <summary>By rank; but where a tier was passed over because nobody there brings every skill, whoever brings them all comes first:
    /// else the team passed over would be the one that is asked.</summary>
    private static IEnumerable<Candidate> InOrderOfAsking(MatchResult match) =>
        match.PassedOver.Any(passed => passed.Reason == PassedOverReason.NobodyBringsAll)
            ? match.Candidates.OrderByDescending(candidate => candidate.PreferredByName || candidate.BringsAll)
            : match.Candidates;

    private async Task<bool> OpensCountry(RequestRow request) =>
        await matching.Highest(request) == Tier.Country || caller.RegionCode is null || caller.RegionCode == request.ProvinceCode;

    private async Task<RequestRow> Ask(RequestRow request, List<Candidate> chosen, MatchResult match)
    {
        var way = request.IsEmergency ? OfferWay.Broadcast : OfferWay.Automatic;
        foreach (var candidate in chosen)
        {
            await Offer(request, candidate, match.Opened, way, match.WeightsVersion);
        }

        var reason = match.PassedOver.Count == 0 ? "next_tier" : Words.Of(match.PassedOver[^1].Reason);
        return await MarkOffered(request, match.Opened, reason);
    }

    private async Task<RequestRow> RaiseTo(RequestRow request, Tier tier, string? reason)
    {
        if (tier <= Words.To<Tier>(request.Tier))
        {
            return request;
        }

        var raised = await requests.Move(request, HelpRequestAction.Escalate, reason, $"{request.Tier} → {Words.Of(tier)}");
        return await requests.SetTier(raised, tier);
    }

    private async Task<RequestRow> Exhausted(RequestRow request, int pending, string reason)
    {
        if (pending > 0)
        {
            // Those who were asked may still accept; when the last of them ends, we are here again.
            return request;
        }

        var highest = await matching.Highest(request);
        return await ToArbitration(await RaiseTo(request, highest, reason), reason);
    }

    /// <summary>Ended offers by tier, since the request was last reopened.</summary>
    private async Task<Dictionary<string, int>> Bounces(Guid requestId)
    {
        var rows = await db.List<Bounce>(
            """
            select tier, count(*) as times from offer
            where request_id = @requestId and state in ('declined', 'expired')
              and not exists (select 1 from timeline where timeline.request_id = offer.request_id and timeline.action = 'reopen' and timeline.at >= offer.offered_at)
            group by tier
            """,
            new { requestId }
        );
        return rows.ToDictionary(row => row.Tier, row => (int)row.Times, StringComparer.Ordinal);
    }

    private static string Desk(RequestQueue queue) =>
        queue switch
        {
            RequestQueue.Triage => "研判",
            RequestQueue.Claim => "公开认领",
            RequestQueue.Arbitration => "裁定派单",
            _ => "待派单",
        };

    private sealed record Bounce
    {
        public string Tier { get; init; } = "";
        public long Times { get; init; }
    }
}
