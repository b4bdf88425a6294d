using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Visits;

internal sealed record VisitRow
{
    public Guid VisitId { get; init; }
    public Guid RequestId { get; init; }
    public Guid AssignmentId { get; init; }
    public Guid TeamId { get; init; }
    public string Form { get; init; } = "";
    public string State { get; init; } = "";
    public long Version { get; init; }
    public DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset EndsAt { get; init; }
    public string? Note { get; init; }
    public int RescheduledTimes { get; init; }
    public DateTimeOffset? DepartedAt { get; init; }
    public DateTimeOffset? BeganAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? MissedBy { get; init; }
    public string? Reason { get; init; }
    public string? Findings { get; init; }
    public int? Minutes { get; init; }
    public int? StatedPersonTimes { get; init; }

    public VisitState StateNow => Words.To<VisitState>(State);
}

/// <summary>The one writer of <c>visit.state</c>.</summary>
internal sealed class VisitStore(
    Session db,
    Caller caller,
    RequestStore requests,
    TimelineStore timeline,
    TeamLoadStore loads,
    Preconditions preconditions,
    TimeProvider clock
)
{
    public const string Columns = """
        visit_id, request_id, assignment_id, team_id, form, state, version, starts_at, ends_at, note, rescheduled_times, departed_at, began_at, ended_at, missed_by,
        reason, findings, minutes, stated_person_times
        """;

    /// <summary>The visit for reading: its team, and whoever may see the request.</summary>
    public async Task<VisitRow> Find(Guid id)
    {
        var visit = await FindUnseen(id) ?? throw Refused.Unknown();
        if (caller.TeamId != visit.TeamId)
        {
            await requests.Find(visit.RequestId);
        }
        else if (!await IsOwn(visit))
        {
            throw Refused.Unknown();
        }

        return visit;
    }

    /// <summary>The visit and its request, held until the commit, for those who may move it: the leader of its team, the members booked for it, and
    /// the office.</summary>
    public async Task<(RequestRow Request, VisitRow Visit)> Hold(Guid id)
    {
        var found = await FindUnseen(id) ?? throw Refused.Unknown();
        if (!caller.IsOffice && (caller.TeamId != found.TeamId || !await IsOwn(found)))
        {
            throw Refused.Unknown();
        }

        var request = await requests.Hold(found.RequestId);
        return (request, (await FindUnseen(id))!);
    }

    // Of a visit of the caller's team.
    private async Task<bool> IsOwn(VisitRow visit)
    {
        var args = new Arguments(new { visit.VisitId });
        return caller.Role != Role.Member
            || await db.Value<long>($"select count(*) from visit where visit.visit_id = @VisitId and {OwnVisits.Sql(caller, args)}", args)
                > 0;
    }

    public Task<IReadOnlyList<VisitRow>> Of(Guid requestId) =>
        db.List<VisitRow>($"select {Columns} from visit where request_id = @requestId order by starts_at, visit_id", new { requestId });

    public async Task<VisitRow> Insert(VisitRow visit, IReadOnlyList<Guid> memberIds)
    {
        await db.Execute(
            """
            insert into visit (visit_id, request_id, assignment_id, team_id, form, state, version, starts_at, ends_at, note, created_at)
            values (@VisitId, @RequestId, @AssignmentId, @TeamId, @Form, 'scheduled', 1, @StartsAt, @EndsAt, @Note, @now)
            """,
            new
            {
                visit.VisitId,
                visit.RequestId,
                visit.AssignmentId,
                visit.TeamId,
                visit.Form,
                visit.StartsAt,
                visit.EndsAt,
                visit.Note,
                now = clock.GetUtcNow(),
            }
        );
        foreach (var memberId in memberIds)
        {
            await db.Execute(
                "insert into visit_member (visit_id, member_id) values (@VisitId, @memberId)",
                new { visit.VisitId, memberId }
            );
        }

        await timeline.Write(visit.RequestId, new Entry(TimelineSubject.Visit, visit.VisitId, "book", null, "scheduled", null, visit.Note));
        return visit with { State = "scheduled", Version = 1 };
    }

    /// <summary>Makes one move of the table; <paramref name="assignments"/> sets what the move brings with it.</summary>
    public async Task<VisitRow> Move(
        VisitRow visit,
        VisitAction action,
        string? assignments = null,
        object? values = null,
        string? reason = null,
        string? note = null
    )
    {
        var to = Moves.Next(VisitFlow.Machine, visit.StateNow, action);
        preconditions.Demand(visit.VisitId, visit.Version);
        var args = new Arguments(values);
        args.Add("_id", visit.VisitId);
        args.Add("_version", visit.Version);
        args.Add("_to", Words.Of(to));
        var moved =
            await db.Find<VisitRow>(
                $"""
                update visit set state = @_to, version = version + 1{(assignments is null ? "" : ", " + assignments)}
                where visit_id = @_id and version = @_version
                returning {Columns}
                """,
                args
            ) ?? throw new InvalidOperationException("A visit changed while its request was held.");
        if (moved is { StateNow: VisitState.Completed, EndedAt: { } ended })
        {
            loads.Served(moved.TeamId, ended);
        }

        await timeline.Write(
            visit.RequestId,
            new Entry(TimelineSubject.Visit, visit.VisitId, Words.Of(action), visit.State, moved.State, reason, note)
        );
        return moved;
    }

    /// <summary>Something was said of a visit that moves nothing: its history has it, and whoever read it before has read another version.</summary>
    public async Task<VisitRow> Note(VisitRow visit, string action, string reason)
    {
        preconditions.Demand(visit.VisitId, visit.Version);
        await timeline.Write(visit.RequestId, new Entry(TimelineSubject.Visit, visit.VisitId, action, visit.State, visit.State, reason));
        return (await db.Find<VisitRow>($"update visit set version = version + 1 where visit_id = @VisitId returning {Columns}", visit))!;
    }

    /// <summary>Refuses while somebody is on the way or at work; else cancels what was only planned. For release, reassign, hold and cancel.</summary>
    public async Task CancelPlanned(Guid requestId, string reason, Guid? ofTeam = null)
    {
        var visits = (await Of(requestId)).Where(visit => ofTeam is null || visit.TeamId == ofTeam).ToList();
        RefuseWhileUnderway(visits);
        foreach (var visit in visits.Where(visit => visit.StateNow == VisitState.Scheduled))
        {
            await Move(visit, VisitAction.Cancel, "ended_at = @now, reason = @reason", new { now = clock.GetUtcNow(), reason }, reason);
        }
    }

    public static void RefuseWhileUnderway(IEnumerable<VisitRow> visits)
    {
        if (visits.Any(visit => visit.StateNow is VisitState.Travelling or VisitState.InService))
        {
            throw new Refused(
                ProblemKinds.VisitOpen,
                "还有人在路上或正在服务。请先完成、中止或取消这次上门。",
                "Somebody is on the way or at work. Complete, abort or cancel that visit first."
            );
        }
    }

    private Task<VisitRow?> FindUnseen(Guid id) => db.Find<VisitRow>($"select {Columns} from visit where visit_id = @id", new { id });
}
