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
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>
/// The way of a request that several teams take together: all are asked at once, a part that loses its team is offered to the next, and when
/// the lead and every mandatory part have accepted the request is. Every entry point is called with the request held.
/// </summary>
internal sealed class JointWay(
    RequestStore requests,
    OfferStore offers,
    AssignmentStore assignments,
    JointStore parts,
    Matching matching,
    Offering offering,
    Acceptance acceptance,
    Desks desks,
    DeadlineStore deadlines,
    NoticeStore notices,
    TimelineStore timeline,
    Catalogue catalogue
)
{
    /// <summary>Asks for what nobody has and nobody is asked for: the whole plan where there is no lead, else part by part.</summary>
    public async Task<RequestRow> GoOn(RequestRow request)
    {
        var live = await parts.Live(request.RequestId);
        if (live.FirstOrDefault(part => part.IsLead) is not { State: not PartState.Missing })
        {
            return await PlanAnew(request, "joint_plan");
        }

        foreach (var part in live.Where(part => part is { Mandatory: true, State: PartState.Missing }))
        {
            request = await Refill(request, part);
        }

        return await Settle(request);
    }

    /// <summary>The plan as an officer asks for it: what it cannot fill stays a missing part, and a person decides about that.</summary>
    public async Task<RequestRow> Propose(RequestRow request)
    {
        var ground = await matching.GroundOf(request);
        var (plan, tier) = await Best(request, ground, [], mayBeIncomplete: true);
        if (plan is null)
        {
            throw new Refused(
                ProblemKinds.NoJointPlan,
                "没有队伍可以主办。请查看匹配结果中的原因，或提级、裁定派单。",
                "No team can lead. See the reasons among the matches, escalate, or decide by arbitration."
            );
        }

        return await Settle(await Ask(request, plan, tier, OfferWay.Picked));
    }

    /// <summary>接单 of a part. The last mandatory one makes the request accepted.</summary>
    public async Task<(RequestRow Request, AssignmentRow Assignment)> Accept(RequestRow request, OfferRow offer)
    {
        var part = await parts.Find(offer.PartId!.Value);
        var accepted = await offers.Move(offer, OfferAction.Accept);
        await deadlines.Meet(request.RequestId, DeadlineKind.Answer, offer.OfferId);
        var assignment = await assignments.Begin(accepted, beyondCapacity: request.IsEmergency);
        await notices.ToOfficers(request, NoticeKind.Accepted, NoticeWording.PartAccepted(request, PartWording.Of(part, catalogue)));
        return (await Settle(request), assignment);
    }

    /// <summary>After an offer of a part ended without acceptance. While a team has the request in hand nothing moves.</summary>
    public async Task<RequestRow> AfterEnd(RequestRow request, OfferRow ended)
    {
        var part = await parts.Find(ended.PartId!.Value);
        if (!IsPlanned(request))
        {
            await EndIfOptional(part);
            await notices.ToOfficers(request, NoticeKind.Offer, NoticeWording.PartGone(request, PartWording.Of(part, catalogue)));
            return request;
        }

        return await Lost(request, part, takenBack: ended.StateNow == OfferState.Withdrawn);
    }

    /// <summary>退单 before everybody has accepted: the part is offered to the next team.</summary>
    public async Task<RequestRow> GiveBack(RequestRow request, AssignmentRow assignment, string? reason, string? note)
    {
        var part = await parts.Find((await offers.FindUnseen(assignment.OfferId))!.PartId!.Value);
        await assignments.Move(assignment, AssignmentAction.Release, reason, note);
        return await Lost(request, part, takenBack: false);
    }

    /// <summary>Ends the plan with all that hangs on it; nothing of it counts against a team. The request itself is not moved.</summary>
    public async Task GiveUp(RequestRow request, string reason)
    {
        if ((await parts.Live(request.RequestId)).Count == 0)
        {
            return;
        }

        await offering.WithdrawPending(request, reason);
        foreach (var assignment in await assignments.Active(request.RequestId))
        {
            await assignments.EndWithPlan(assignment, reason);
            await notices.ToTeam(request, assignment.TeamId, NoticeKind.OfferWithdrawn, NoticeWording.PlanGivenUp(request));
        }

        await parts.EndAll(request.RequestId);
    }

    /// <summary>Draws the conclusion from how the parts stand: accepted, still waiting, or before an officer.</summary>
    public async Task<RequestRow> Settle(RequestRow request)
    {
        if (!IsPlanned(request))
        {
            return request;
        }

        var mandatory = (await parts.Live(request.RequestId)).Where(part => part.Mandatory).ToList();
        if (mandatory.Exists(part => part.IsLead) && mandatory.TrueForAll(part => part.State == PartState.Accepted))
        {
            return await acceptance.Enter(request, HelpRequestAction.Accept, "joint");
        }

        var missing = mandatory.Where(part => part.State == PartState.Missing).ToList();
        var wasTold = request.Queue == Words.Of(RequestQueue.Arbitration);
        if (request.StateNow == HelpRequestState.Offered && (await offers.Pending(request.RequestId)).Count == 0)
        {
            request = await requests.Move(request, HelpRequestAction.Return, "part_missing", desk: RequestQueue.Arbitration);
        }

        return missing.Count == 0 || wasTold ? request : await ToDesk(request, missing);
    }

    /// <summary>The teams an officer has put together, or the parts he fills by hand. What they take the place of is asked for no more.</summary>
    public async Task<RequestRow> AskThese(RequestRow request, IReadOnlyList<ChosenPart> chosen, Tier tier)
    {
        var live = await parts.Live(request.RequestId);
        foreach (var part in live.Where(part => part.State == PartState.Missing && IsReplaced(part)))
        {
            await parts.End(part);
        }

        var made = new List<PartRow>();
        foreach (var choice in chosen.OrderBy(choice => choice.Role))
        {
            var part = await parts.Add(request, choice.Role, choice.Skills, choice.Mandatory);
            await offering.OfferPart(request, part, choice.TeamId, tier, OfferWay.Picked);
            made.Add(part);
        }

        await TellPlan(request, made, "by_hand");
        return await Settle(await offering.MarkOffered(request, tier, "joint_plan"));

        bool IsReplaced(PartRow part) =>
            part.IsLead
                ? chosen.Any(choice => choice.Role == AssignmentRole.Lead)
                : part.Wanted.All(skill => chosen.Any(choice => choice.Skills.Any(brought => brought.Code == skill.Code)));
    }

    /// <summary>Refuses what is done to a plan that does not wait for anybody.</summary>
    public static void RefuseNoPlan(RequestRow request, IReadOnlyList<PartRow> live)
    {
        if (live.Count == 0 || !IsPlanned(request))
        {
            throw new Refused(
                ProblemKinds.NoJointPlan,
                "该求助没有等待接单的联合服务方案。",
                "No joint plan of this request is waiting to be accepted."
            )
            {
                State = request.State,
            };
        }
    }

    /// <summary>While a plan waits for its parts nobody is asked for the whole.</summary>
    public async Task RefuseUnderWay(RequestRow request)
    {
        if (IsPlanned(request) && (await parts.Live(request.RequestId)).Any(part => part.Mandatory))
        {
            throw new Refused(
                ProblemKinds.JointPlan,
                "联合服务方案正在进行。请用 joint-offers 补齐，或先撤回方案（withdraw-plan）。",
                "A joint plan is under way. Fill it up with joint-offers, or give it up first (withdraw-plan)."
            );
        }
    }

    private static bool IsPlanned(RequestRow request) => request.StateNow is HelpRequestState.Open or HelpRequestState.Offered;

    /// <summary>A part has lost its team. An officer who took it back goes on by hand.</summary>
    private async Task<RequestRow> Lost(RequestRow request, PartRow part, bool takenBack)
    {
        if (!part.Mandatory)
        {
            await parts.End(part);
        }
        else if (!takenBack)
        {
            request = part.IsLead ? await PlanAnew(request, "lead_gone") : await Refill(request, part);
        }

        return await Settle(request);
    }

    /// <summary>Whoever was asked is let go, whoever has accepted keeps its part; the rest is planned anew around them.</summary>
    private async Task<RequestRow> PlanAnew(RequestRow request, string reason)
    {
        var kept = new List<KeptPart>();
        foreach (var part in await parts.Live(request.RequestId))
        {
            if (part is { State: PartState.Accepted, IsLead: false })
            {
                kept.Add(new KeptPart(part.AssignedTeam!.Value, [.. part.Wanted.Select(skill => skill.Code)]));
                continue;
            }

            foreach (var offer in (await offers.Pending(request.RequestId)).Where(offer => offer.PartId == part.PartId))
            {
                await offering.Withdraw(request, offer, reason);
            }

            await parts.End(part);
        }

        var ground = await matching.GroundOf(request);
        var (plan, tier) = await Best(request, ground, kept, mayBeIncomplete: false);
        if (plan is { Empty.Count: 0 })
        {
            return await Ask(request, plan, tier, OfferWay.Automatic);
        }

        return kept.Count == 0 ? await Nobody(request, ground, plan) : await AddMissing(request, ground, kept);
    }

    /// <summary>The plan of the lowest tier that fills every place. Else, if that will do, the fullest there is, of the lowest tier.</summary>
    private async Task<(JointProposal? Plan, Tier Tier)> Best(
        RequestRow request,
        JointGround ground,
        IReadOnlyList<KeptPart> kept,
        bool mayBeIncomplete
    )
    {
        var bounces = await offers.Bounces(request.RequestId);
        (JointProposal? Plan, Tier Tier) best = (null, ground.Asked.Lowest);
        if (bounces.Values.Sum() >= Dispatcher.BouncesInAll && !mayBeIncomplete)
        {
            return best;
        }

        for (var tier = ground.Asked.Lowest; tier <= ground.Asked.Highest; tier++)
        {
            if (bounces.GetValueOrDefault(Words.Of(tier)) >= Dispatcher.BouncesPerTier)
            {
                continue;
            }

            var plan = Joint.Plan(ground.Asked, ground.TeamsOf(tier), tier, kept);
            if (plan is { Empty.Count: 0 })
            {
                return (plan, tier);
            }

            if (plan is not null && (best.Plan is null || Places(plan) < Places(best.Plan)))
            {
                best = (plan, tier);
            }
        }

        return best;

        static int Places(JointProposal plan) => plan.Empty.Sum(empty => empty.Teams);
    }

    private async Task<RequestRow> Ask(RequestRow request, JointProposal plan, Tier tier, OfferWay way)
    {
        var lead = await parts.Add(request, AssignmentRole.Lead, plan.LeadBrings, mandatory: true);
        await offering.OfferPart(request, lead, plan.Lead.Team.Id, tier, way);
        var made = new List<PartRow> { lead };
        foreach (var support in plan.Supports)
        {
            var part = await parts.Add(request, AssignmentRole.Support, support.Brings, mandatory: true);
            await offering.OfferPart(request, part, support.Team.Id, tier, way);
            made.Add(part);
        }

        foreach (var group in plan.Empty)
        {
            await AddMissing(request, group);
        }

        await TellPlan(request, made, plan.Exact ? "best_of_all" : "best_found");
        return await offering.MarkOffered(request, tier, "joint_plan");
    }

    /// <summary>The next best team for a part, of the lowest tier that has one. A part bounces as often as a request does within a tier.</summary>
    private async Task<RequestRow> Refill(RequestRow request, PartRow part)
    {
        if (await offers.EndedFor(part.PartId) >= Dispatcher.BouncesPerTier)
        {
            return request;
        }

        var ground = await matching.GroundOf(request);
        var taken = (await parts.Live(request.RequestId)).Select(other => other.TeamId).OfType<Guid>().ToHashSet();
        for (var tier = ground.Asked.Lowest; tier <= ground.Asked.Highest; tier++)
        {
            if (Joint.Next(ground.Asked, part.Wanted, ground.TeamsOf(tier), tier, taken) is { } next)
            {
                if (!next.Brings.SequenceEqual(part.Wanted))
                {
                    await parts.SetSkills(part, next.Brings);
                    part = await parts.Find(part.PartId);
                }

                await offering.OfferPart(request, part, next.Team.Id, tier, OfferWay.Automatic);
                return await offering.MarkOffered(request, Words.To<Tier>(request.Tier), null);
            }
        }

        return request;
    }

    /// <summary>No plan and nobody to keep: a person decides, told what was short.</summary>
    private async Task<RequestRow> Nobody(RequestRow request, JointGround ground, JointProposal? fullest)
    {
        if (request.StateNow == HelpRequestState.Offered)
        {
            request = await requests.Move(request, HelpRequestAction.Return, "nobody_left");
        }

        if (fullest is null)
        {
            return await desks.ToArbitration(await offering.RaiseTo(request, ground.Asked.Highest, "nobody_left"), "nobody_left");
        }

        var said = PartWording.Of(
            fullest.Empty.Select(empty => PartWording.Of(AssignmentRole.Support, empty.Group.Skills, mandatory: true, catalogue))
        );
        var escalated = await requests.Move(request, HelpRequestAction.Escalate, "joint_incomplete", said.Zh, noteEn: said.En);
        return await desks.ToDesk(escalated, RequestQueue.Arbitration, NoticeWording.PartsMissing(escalated, said));
    }

    /// <summary>What is wanted beside those who are kept, as parts that wait for an officer.</summary>
    private async Task<RequestRow> AddMissing(RequestRow request, JointGround ground, IReadOnlyList<KeptPart> kept)
    {
        var main = ground.Asked.Main!;
        await parts.Add(request, AssignmentRole.Lead, [main], mandatory: true);
        foreach (var group in Joint.Open(ground.Asked, kept))
        {
            await AddMissing(request, group);
        }

        return request;
    }

    private async Task AddMissing(RequestRow request, EmptyPlaces empty)
    {
        for (var place = 0; place < empty.Teams; place++)
        {
            var skills = empty.Group.Mode == RequirementMode.All ? empty.Group.Skills : [empty.Group.Skills[0]];
            await parts.Add(request, AssignmentRole.Support, skills, mandatory: true);
        }
    }

    private async Task<RequestRow> ToDesk(RequestRow request, IEnumerable<PartRow> missing)
    {
        var said = PartWording.Of(missing.Select(part => PartWording.Of(part, catalogue)));
        await timeline.Write(
            request.RequestId,
            new Entry(
                TimelineSubject.Request,
                request.RequestId,
                "miss_part",
                request.State,
                request.State,
                "nobody_left",
                said.Zh,
                said.En
            )
        );
        return await desks.ToDesk(request, RequestQueue.Arbitration, NoticeWording.PartsMissing(request, said));
    }

    private Task TellPlan(RequestRow request, IEnumerable<PartRow> made, string reason)
    {
        var said = PartWording.Of(made.Select(part => PartWording.Of(part, catalogue)));
        return timeline.Write(
            request.RequestId,
            new Entry(TimelineSubject.Request, request.RequestId, "plan", request.State, request.State, reason, said.Zh, said.En)
        );
    }

    private async Task EndIfOptional(PartRow part)
    {
        if (!part.Mandatory)
        {
            await parts.End(part);
        }
    }
}

/// <summary>A team an officer has chosen for a part, judged for it.</summary>
internal sealed record ChosenPart(Guid TeamId, AssignmentRole Role, IReadOnlyList<WantedSkill> Skills, bool Mandatory);
