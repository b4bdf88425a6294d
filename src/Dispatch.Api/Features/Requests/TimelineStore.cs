using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.Requests;

internal enum TimelineSubject
{
    Request,
    Offer,
    Assignment,
    Visit,
    Deadline,
}

/// <summary>What happened, to what, and why.</summary>
/// <param name="Tier">Where an escalation led to.</param>
/// <param name="NoteEn">Beside a note of the service in Chinese, the same in English; a person's note stands alone.</param>
internal sealed record Entry(
    TimelineSubject Subject,
    Guid SubjectId,
    string Action,
    string? From = null,
    string? To = null,
    string? Reason = null,
    string? Note = null,
    string? NoteEn = null,
    Tier? Tier = null
);

/// <summary>The append-only history of a request: one row for every move, in the transaction of the move.</summary>
internal sealed class TimelineStore(Session db, Caller caller, TimeProvider clock)
{
    // The number is safe because whoever writes here holds the request.
    public Task Write(Guid requestId, Entry entry) =>
        db.Execute(
            """
            insert into timeline (request_id, seq, at, actor_role, actor, subject, subject_id, action, from_state, to_state, reason, note, note_en, tier)
            values (@requestId, (select coalesce(max(seq), 0) + 1 from timeline where request_id = @requestId), @now, @role, @actor, @subject, @SubjectId,
                @Action, @From, @To, @Reason, @Note, @NoteEn, @tier)
            """,
            new
            {
                requestId,
                now = clock.GetUtcNow(),
                role = Words.Of(caller.Role),
                actor = caller.Subject,
                subject = Words.Of(entry.Subject),
                entry.SubjectId,
                entry.Action,
                entry.From,
                entry.To,
                entry.Reason,
                entry.Note,
                entry.NoteEn,
                tier = entry.Tier is { } tier ? Words.Of(tier) : null,
            }
        );

    /// <summary>When the request was last reopened, if it ever was.</summary>
    public async Task<DateTimeOffset?> ReopenedAt(Guid requestId) =>
        (
            await db.Find<Reopening>(
                "select max(at) as at from timeline where request_id = @requestId and subject = 'request' and action = 'reopen'",
                new { requestId }
            )
        )?.At;

    private sealed record Reopening
    {
        public DateTimeOffset? At { get; init; }
    }
}
