using Dispatch.Api.Features.Visits;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Safety;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.Requests;

/// <summary>The one writer of <c>help_request.state</c>, and the one place that decides who may see a request.</summary>
internal sealed class RequestStore(
    Session db,
    Caller caller,
    TimelineStore timeline,
    Preconditions preconditions,
    AuditTrail trail,
    TimeProvider clock
)
{
    public const string Columns = """
        request_id, reference, state, version, tier, queue, automatic, requester_kind, person, requester_key,
        requester_subject, text, main_skill, region_code, county_code, city_code, province_code, lat, lng, given_crs, urgency, form,
        mode, channel, confidentiality, preferred_team_id, external_source, external_number, safety_kind, safety_held, safety_people, safety_handler, held_from, accepted_at, result, summary, resolved_at, outcome, closed_at,
        cancel_reason, duplicate_of, likely_duplicate_of, duplicate_denied, split_from, reopened_from, reopen_count, joint, phone_key, erased_at, contact_withheld, publication_refused, asks_officer, created_at, changed_at
        """;

    /// <summary>A condition on <c>help_request</c>, as its partial index has it: planners know the index by this text.</summary>
    public static readonly string UnderWay =
        $"help_request.state in ({string.Join(", ", HelpRequestFlow.UnderWay.Select(state => $"'{Words.Of(state)}'"))})";

    /// <summary>The request for reading. What the caller may not know does not exist for him.</summary>
    public async Task<RequestRow> Find(Guid id)
    {
        var request = await db.Find<RequestRow>($"select {Columns} from help_request where request_id = @id", new { id });
        // A published request waits for any team: it may read it, and claim it, and nothing else.
        return request is not null && caller.Role == Role.Leader && request.Queue == Words.Of(RequestQueue.Claim)
            ? request
            : await Visible(request);
    }

    /// <summary>The request, held until the commit: whatever belongs to it changes under this one lock.</summary>
    public async Task<RequestRow> Hold(Guid id)
    {
        var request = await Visible(await HoldUnseen(id));
        preconditions.Aim(request.RequestId, request.Version);
        return request;
    }

    /// <summary>The same for the service itself, and for the bearer of a track token who has shown it.</summary>
    public async Task<RequestRow?> HoldUnseen(Guid id)
    {
        var held = await db.Find<RequestRow>($"select {Columns} from help_request where request_id = @id {db.ForUpdate}", new { id });
        if (held is not null)
        {
            // Its last move may be of another node, whose clock is ahead of this one's by a little.
            (clock as StoreClock)?.NotBefore(held.ChangedAt);
            trail.Concerns(held);
        }

        return held;
    }

    /// <summary>Refuses what the table does not have, before anything is written.</summary>
    public static void Check(RequestRow request, HelpRequestAction action, HelpRequestState? wanted = null)
    {
        if (HelpRequestFlow.Machine.Next(request.StateNow, action, wanted) is null)
        {
            throw HelpRequestFlow.Machine.Illegal(request.StateNow, action);
        }
    }

    /// <summary>Makes one move of the table and writes it down. An open request always gets a desk.</summary>
    /// <param name="reached">The tier an escalation leads to; none: the request stays where it is.</param>
    public async Task<RequestRow> Move(
        RequestRow request,
        HelpRequestAction action,
        string? reason = null,
        string? note = null,
        HelpRequestState? wanted = null,
        RequestQueue desk = RequestQueue.Dispatch,
        string? noteEn = null,
        Tier? reached = null
    )
    {
        var from = request.StateNow;
        var to = HelpRequestFlow.Machine.Next(from, action, wanted) ?? throw HelpRequestFlow.Machine.Illegal(from, action);
        preconditions.Demand(request.RequestId, request.Version);
        var queue = (from, to) switch
        {
            // A hold keeps the desk it took the request from, and gives it back.
            (HelpRequestState.Open, HelpRequestState.Open or HelpRequestState.OnHold) => request.Queue,
            (HelpRequestState.OnHold, HelpRequestState.Open) => request.Queue,
            (_, HelpRequestState.Open) => Words.Of(desk),
            _ => null,
        };
        var moved = await Update(request, "state = @to, queue = @queue", new { to = Words.Of(to), queue });
        await timeline.Write(
            request.RequestId,
            new Entry(
                TimelineSubject.Request,
                request.RequestId,
                Words.Of(action),
                request.State,
                moved.State,
                reason,
                note,
                noteEn,
                action == HelpRequestAction.Escalate ? reached ?? Words.To<Tier>(request.Tier) : null
            )
        );
        return moved;
    }

    /// <summary>Puts an open request on another desk, or on the way by itself.</summary>
    public Task<RequestRow> Enqueue(RequestRow request, RequestQueue queue, bool automatic) =>
        Update(request, "queue = @queue, automatic = @automatic", new { queue = Words.Of(queue), automatic });

    public Task<RequestRow> SetAutomatic(RequestRow request, bool automatic) =>
        Update(request, "automatic = @automatic", new { automatic });

    public Task<RequestRow> SetJoint(RequestRow request, bool joint) => Update(request, "joint = @joint", new { joint });

    public Task<RequestRow> SetTier(RequestRow request, Tier tier) => Update(request, "tier = @tier", new { tier = Words.Of(tier) });

    public Task<RequestRow> MarkAccepted(RequestRow request) => Update(request, "accepted_at = @at", new { at = clock.GetUtcNow() });

    public Task<RequestRow> MarkReturned(RequestRow request) => Update(request, "accepted_at = null", new { });

    public Task<RequestRow> MarkHeld(RequestRow request, HelpRequestState? from) =>
        Update(request, "held_from = @from", new { from = from is { } state ? Words.Of(state) : null });

    public Task<RequestRow> MarkResolved(RequestRow request, ResolutionResult result, string summary) =>
        Update(
            request,
            "result = @result, summary = @summary, resolved_at = @at",
            new
            {
                result = Words.Of(result),
                summary,
                at = clock.GetUtcNow(),
            }
        );

    public Task<RequestRow> MarkClosed(RequestRow request, ConfirmationOutcome outcome) =>
        Update(
            request,
            "outcome = @outcome, closed_at = coalesce(closed_at, @at)",
            new { outcome = Words.Of(outcome), at = clock.GetUtcNow() }
        );

    public Task<RequestRow> MarkReopened(RequestRow request, Guid? sameTeam) =>
        Update(
            request,
            """
            reopen_count = reopen_count + 1, accepted_at = null, result = null, summary = null, resolved_at = null, outcome = null, closed_at = null,
            automatic = false, preferred_team_id = @sameTeam
            """,
            new { sameTeam }
        );

    public Task<RequestRow> MarkCancelled(RequestRow request, CancelReason reason, Guid? duplicateOf) =>
        Update(
            request,
            "cancel_reason = @reason, duplicate_of = @duplicateOf, likely_duplicate_of = null",
            new { reason = Words.Of(reason), duplicateOf }
        );

    public Task<RequestRow> LiftSafetyHold(RequestRow request) =>
        Update(request, "safety_held = false, safety_handler = @handler", new { handler = caller.Subject });

    /// <summary>From now on the held text is this officer's to read.</summary>
    public Task<RequestRow> HandleSafetyHold(RequestRow request) =>
        Update(request, "safety_handler = @handler", new { handler = caller.Subject });

    /// <summary>A danger read in what was written later. A hold is begun anew: whoever lifted the last one has not seen this.</summary>
    public Task<RequestRow> MarkDanger(RequestRow request, SafetyWarning danger) =>
        Update(
            request,
            "safety_kind = @kind, safety_people = @people, safety_held = @held, safety_handler = @handler",
            new
            {
                kind = Words.Of(danger.Kind),
                people = danger.Among == Among.People,
                held = danger.Blocks,
                handler = request.SafetyHeld ? request.SafetyHandler : null,
            }
        );

    /// <summary>A held request is its handling officer's. Whoever acts while nobody handles it takes it in hand with that.</summary>
    public void RefuseOtherHandler(RequestRow request)
    {
        if (request.SafetyHeld && caller.IsOffice && request.SafetyHandler is { } handler && handler != caller.Subject)
        {
            throw new Refused(
                ProblemKinds.SafetyHandled,
                $"该求助由 {handler} 经办。请与其联系，或写明理由接手（handle-safety-hold）。",
                $"{handler} handles this request. Ask them, or take it over with a reason (handle-safety-hold)."
            );
        }
    }

    /// <summary>What is not shown cannot be corrected.</summary>
    public void RefuseUnhandled(RequestRow request)
    {
        RefuseOtherHandler(request);
        if (request.SafetyHeld && caller.IsOffice && request.SafetyHandler is null)
        {
            throw new Refused(
                ProblemKinds.SafetyHold,
                "安全保留的求助须先接手（handle-safety-hold）才能修改。",
                "A request held for safety is taken in hand (handle-safety-hold) before it is changed."
            );
        }
    }

    /// <summary>Danger first: nothing goes out while an officer has not looked.</summary>
    public static void RefuseHeld(RequestRow request)
    {
        if (request.SafetyHeld)
        {
            var warning = request.Warning()!;
            throw new Refused(
                ProblemKinds.SafetyHold,
                $"安全保留：{warning.Zh} 请以 referred 撤销转办，或写明理由解除保留。",
                $"Held for safety. {warning.En} Cancel it as referred, or lift the hold with a reason."
            );
        }
    }

    /// <summary>What is asked for changes only until a team has taken it.</summary>
    public static void RefuseTaken(RequestRow request, string zh, string en)
    {
        if (request.StateNow is not (HelpRequestState.Open or HelpRequestState.Offered))
        {
            throw new Refused(ProblemKinds.InvalidTransition, zh, en)
            {
                State = request.State,
                Allowed = HelpRequestFlow.Machine.Possible(request.StateNow),
            };
        }
    }

    /// <summary>Nothing is dispatched that nobody has understood yet.</summary>
    public static void RefuseUnknownSkill(RequestRow request)
    {
        if (request.MainSkill is null)
        {
            throw new Refused(
                ProblemKinds.NoSkillYet,
                "还没有确定技能。请先研判：PUT 该求助并填写 skills。",
                "No skill is known yet. Triage it first: PUT the request with its skills."
            );
        }
    }

    /// <summary>Every change of the row: the old version is the guard, the new one counts up by one.</summary>
    public async Task<RequestRow> Update(RequestRow request, string assignments, object values)
    {
        var args = new Arguments(values);
        args.Add("_id", request.RequestId);
        args.Add("_version", request.Version);
        args.Add("_now", clock.GetUtcNow());
        return await db.Find<RequestRow>(
                $"update help_request set {assignments}, version = version + 1, changed_at = @_now where request_id = @_id and version = @_version returning {Columns}",
                args
            ) ?? throw new InvalidOperationException("A held request changed under its holder.");
    }

    /// <summary>What the caller's team has of it.</summary>
    public async Task<TeamTie> TieOf(Guid requestId)
    {
        if (!caller.IsOfTeam)
        {
            return TeamTie.None;
        }

        var tie = await db.Value<long?>(
            """
            select max(case when state = 'active' then 2 else 1 end) from assignment
            where request_id = @requestId and team_id = @TeamId and (state = 'active' or ended_as = 'completed')
            """,
            new { requestId, caller.TeamId }
        );
        return tie switch
        {
            2 => TeamTie.Active,
            1 => TeamTie.Completed,
            _ => TeamTie.None,
        };
    }

    /// <summary>Refuses a body that names a request the caller does not know.</summary>
    public async Task RequireKnown(Guid id, string pointer)
    {
        var request = await db.Find<RequestRow>($"select {Columns} from help_request where request_id = @id", new { id });
        if (request is null || !await Sees(request))
        {
            throw Refused.Field(pointer, "request_unknown", "没有这个求助，请核对编号。", "There is no such request. Check its id.");
        }
    }

    private async Task<RequestRow> Visible(RequestRow? request) =>
        request is not null && await Sees(request) ? request : throw Refused.Unknown();

    private async Task<bool> Sees(RequestRow request) =>
        caller.Role switch
        {
            _ when caller.SeesRegions => RegionScope.Covers(caller.RegionCode, request),
            Role.Requester or Role.Partner => request.RequesterSubject == caller.Subject,
            Role.Leader => await TeamKnows(request.RequestId),
            Role.Member => await IsBookedFor(request.RequestId),
            _ => false,
        };

    // A team that declined, fell silent or gave it back loses the request at once.
    private async Task<bool> TeamKnows(Guid requestId) =>
        await db.Value<long>(
            """
            select (select count(*) from offer where request_id = @requestId and team_id = @TeamId and state = 'pending')
                 + (select count(*) from assignment where request_id = @requestId and team_id = @TeamId and (state = 'active' or ended_as = 'completed'))
            """,
            new { requestId, caller.TeamId }
        ) > 0;

    // What a member may know ends when his team gives it back.
    private async Task<bool> IsBookedFor(Guid requestId)
    {
        var args = new Arguments(new { requestId });
        return await db.Value<long>(
                $"""
                select count(*) from assignment where request_id = @requestId and team_id = @memberTeam and (state = 'active' or ended_as = 'completed')
                   and {OwnVisits.SqlOfRequest(caller, "assignment.request_id", args)}
                """,
                args
            ) > 0;
    }
}
