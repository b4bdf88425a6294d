using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Offers;

namespace Dispatch.Api.Features.Offers;

internal sealed record AssignmentRow
{
    public Guid AssignmentId { get; init; }
    public Guid RequestId { get; init; }
    public Guid TeamId { get; init; }
    public Guid OfferId { get; init; }
    public string Role { get; init; } = "";
    public string State { get; init; } = "";
    public long Version { get; init; }
    public DateTimeOffset AcceptedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? EndedAs { get; init; }

    public AssignmentState StateNow => Words.To<AssignmentState>(State);
}

/// <summary>The one writer of assignments: who has a request in hand, and how much a team carries.</summary>
internal sealed class AssignmentStore(Session db, Caller caller, TimelineStore timeline, TeamLoadStore loads, TimeProvider clock)
{
    /// <summary>How often a team may give back within <see cref="ReleasesWithin"/> before it may accept no more: whoever takes and returns keeps
    /// others waiting, and reads a telephone number each time.</summary>
    public const int MostReleases = 3;
    public static readonly TimeSpan ReleasesWithin = TimeSpan.FromDays(1);

    private const string Columns = "assignment_id, request_id, team_id, offer_id, role, state, version, accepted_at, ended_at, ended_as";

    public Task<IReadOnlyList<AssignmentRow>> Active(Guid requestId) =>
        db.List<AssignmentRow>(
            $"select {Columns} from assignment where request_id = @requestId and state = 'active' order by role, accepted_at",
            new { requestId }
        );

    /// <summary>Ends it because the plan it belonged to was given up: the team may be asked again.</summary>
    public async Task EndWithPlan(AssignmentRow assignment, string reason)
    {
        await Move(assignment, AssignmentAction.Replace, reason);
        await db.Execute("update assignment set plan_ended = true where assignment_id = @AssignmentId", assignment);
    }

    public async Task<AssignmentRow?> ActiveLead(Guid requestId) =>
        (await Active(requestId)).FirstOrDefault(assignment => assignment.Role == "lead");

    /// <summary>Takes the request into the team's hands. The team row is the lock: two acceptances of one team are judged one after the
    /// other, and the second sees the first.</summary>
    public async Task<AssignmentRow> Begin(OfferRow offer, bool beyondCapacity)
    {
        var capacity = await db.Value<long>($"select capacity from team where team_id = @TeamId {db.ForUpdate}", offer);
        var carried = await db.Value<long>("select count(*) from assignment where team_id = @TeamId and state = 'active'", offer);
        if (carried >= capacity && !beyondCapacity)
        {
            throw new Refused(
                ProblemKinds.TeamAtCapacity,
                $"队伍手上已有 {carried} 项任务，上限 {capacity}。请先办结或退回一项。",
                $"The team has {carried} assignments in hand and carries {capacity} at most. Finish or release one first."
            );
        }

        await RefuseHoarder(offer.TeamId);
        var assignment = new AssignmentRow
        {
            AssignmentId = Guid.CreateVersion7(clock.GetUtcNow()),
            RequestId = offer.RequestId,
            TeamId = offer.TeamId,
            OfferId = offer.OfferId,
            Role = offer.Role,
            State = "active",
            Version = 1,
            AcceptedAt = clock.GetUtcNow(),
        };
        await db.Execute(
            """
            insert into assignment (assignment_id, request_id, team_id, offer_id, role, state, version, accepted_at)
            values (@AssignmentId, @RequestId, @TeamId, @OfferId, @Role, @State, @Version, @AcceptedAt)
            """,
            assignment
        );
        loads.Began(assignment.TeamId);
        await timeline.Write(offer.RequestId, new Entry(TimelineSubject.Assignment, assignment.AssignmentId, "begin", null, "active"));
        return assignment;
    }

    // The office may accept for the team: it has spoken with it.
    private async Task RefuseHoarder(Guid teamId)
    {
        if (caller.IsOffice)
        {
            return;
        }

        var released = await db.Value<long>(
            "select count(*) from assignment where team_id = @teamId and given_back and ended_at > @since",
            new { teamId, since = clock.GetUtcNow() - ReleasesWithin }
        );
        if (released >= MostReleases)
        {
            throw new Refused(
                ProblemKinds.ReleasedTooOften,
                $"队伍一天内已退回 {released} 件求助，暂不能再接；请与工会干部商量，由其代为接单。",
                $"The team gave {released} requests back within a day and may accept no more for now. Speak with the office, which can accept for it."
            );
        }
    }

    public async Task<AssignmentRow> Move(AssignmentRow assignment, AssignmentAction action, string? reason = null, string? note = null)
    {
        var to = Moves.Next(AssignmentFlow.Machine, assignment.StateNow, action);
        var moved =
            await db.Find<AssignmentRow>(
                $"""
                update assignment set state = @to, ended_as = @endedAs, ended_at = @now, given_back = @givenBack, version = version + 1
                where assignment_id = @AssignmentId and version = @Version
                returning {Columns}
                """,
                new
                {
                    assignment.AssignmentId,
                    assignment.Version,
                    to = Words.Of(to),
                    endedAs = Words.Of(AssignmentFlow.EndOf(action)),
                    now = clock.GetUtcNow(),
                    givenBack = action == AssignmentAction.Release && caller.IsOfTeam,
                }
            ) ?? throw new InvalidOperationException("An assignment changed while its request was held.");
        if (moved.EndedAs != "completed")
        {
            await KeptAnswer.Unsay(db, moved.RequestId, moved.TeamId);
        }

        await loads.Ended(moved.TeamId, moved.RequestId, moved is { Role: "lead", EndedAs: "completed" });
        await timeline.Write(
            assignment.RequestId,
            new Entry(TimelineSubject.Assignment, assignment.AssignmentId, Words.Of(action), assignment.State, moved.State, reason, note)
        );
        return moved;
    }
}
