using Dispatch.Api.Features.Approvals;
using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Features.Visits;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Rights;

/// <summary>
/// Takes a person out of the records and leaves the service in them: state, times, skill, region, team and figures stay, so that no report changes; whatever
/// names the person, or was written by or about him, goes.
/// </summary>
internal sealed class Erasure(
    Session db,
    Catalogue catalogue,
    Persons persons,
    MemberNames members,
    BlindIndex index,
    RequestStore requests,
    VisitStore visits,
    Cancellation cancellation,
    DeadlineStore deadlines,
    TimelineStore timeline,
    Caller caller,
    SecurityEvents events,
    TimeProvider clock
)
{
    /// <summary>Stands where words stood: the same in every language.</summary>
    public const string Mark = "***";

    private const string Because = "person_erased";

    /// <summary>What was approved, all of it.</summary>
    public async Task Person(ApprovalContent asked, ErasureCause cause)
    {
        var key = index.OfErased(Guid.NewGuid());
        foreach (var id in asked.RequestIds)
        {
            await Request(id, cause, key, clock.GetUtcNow());
        }

        if (asked.MemberId is { } member)
        {
            await Member(member, cause, key, clock.GetUtcNow());
        }
    }

    /// <summary>One request; false when that is done already, or there is none.</summary>
    public async Task<bool> Request(Guid id, ErasureCause cause, string key, DateTimeOffset at)
    {
        if (await requests.HoldUnseen(id) is not { ErasedAt: null } request)
        {
            return false;
        }

        // Before the team is told that nothing is to be done any more: what was said until now quotes the person.
        await db.Execute("delete from notice where request_id = @RequestId", request);
        request = await Ended(request);
        await Redact(request);
        await KeptAnswer.Unsay(db, id);
        await WithoutPerson(request, key, at);
        await timeline.Write(id, new Entry(TimelineSubject.Request, id, "erase", request.State, request.State, Words.Of(cause)));
        await Note(ErasedKind.Request, id, cause, key, at);
        return true;
    }

    /// <summary>The name of a member; false when that is done already, or there is none.</summary>
    public async Task<bool> Member(Guid id, ErasureCause cause, string key, DateTimeOffset at)
    {
        var taken = await db.Execute(
            "update member set person = @person, subject = null, external_source = null, external_number = null, erased_at = @at, version = version + 1 where member_id = @id and erased_at is null",
            new
            {
                id,
                at,
                person = members.Close(id, Mark),
            }
        );
        if (taken == 0)
        {
            return false;
        }

        foreach (var table in new[] { "record_entry", "certificate", "record_correction" })
        {
            await db.Execute($"delete from {table} where member_id = @id", new { id });
        }

        await Note(ErasedKind.Member, id, cause, key, at);
        return true;
    }

    /// <summary>Whether there is nothing left to do for a line of the file.</summary>
    public async Task<bool> IsDone(ErasureRow row) =>
        await db.Value<long>(
            row.Kind == Words.Of(ErasedKind.Member)
                ? "select count(*) from member where member_id = @SubjectId and erased_at is null"
                : "select count(*) from help_request where request_id = @SubjectId and erased_at is null",
            row
        ) == 0;

    /// <summary>The same again, after an older database was put back.</summary>
    public Task<bool> Again(ErasureRow row)
    {
        var cause = Words.To<ErasureCause>(row.Cause);
        return row.Kind == Words.Of(ErasedKind.Member)
            ? Member(row.SubjectId, cause, row.ErasedKey, row.ErasedAt)
            : Request(row.SubjectId, cause, row.ErasedKey, row.ErasedAt);
    }

    /// <summary>Nobody works for somebody who is not known any more: what is under way ends, and whoever is on the road is told.</summary>
    private async Task<RequestRow> Ended(RequestRow request)
    {
        if (request.StateNow is HelpRequestState.Closed or HelpRequestState.Cancelled)
        {
            return request;
        }

        if (request.StateNow == HelpRequestState.Resolved)
        {
            // The work is done; only the requester's word is missing, and nobody is left to give it.
            await deadlines.DropAll(request.RequestId);
            var closed = await requests.Move(request, HelpRequestAction.Confirm, "silent");
            return await requests.MarkClosed(closed, ConfirmationOutcome.NotConfirmed);
        }

        foreach (var visit in await visits.Of(request.RequestId))
        {
            VisitAction? action = visit.StateNow switch
            {
                VisitState.Travelling => VisitAction.Cancel,
                VisitState.InService => VisitAction.Abort,
                _ => null,
            };
            if (action is { } move)
            {
                await visits.Move(
                    visit,
                    move,
                    "ended_at = @now, reason = @reason",
                    new { now = clock.GetUtcNow(), reason = Because },
                    Because
                );
            }
        }

        return await cancellation.Cancel(request, CancelReason.Withdrawn, null, null);
    }

    // Words people wrote about one request. Codes, times, figures and who served stay.
    private async Task Redact(RequestRow request)
    {
        var args = new { request.RequestId, Mark };
        foreach (
            var (table, columns) in new (string, string[])[]
            {
                ("visit", ["note", "findings"]),
                ("confirmation", ["comment"]),
                ("offer", ["note"]),
                ("problem", ["title"]),
                ("training", ["topic"]),
                ("benefit", ["basis", "evidence"]),
                ("achievement", ["title", "number"]),
                ("joint_part", ["waived_because"]),
                ("approval", ["reason", "note"]),
                ("dispatch_run_item", ["detail"]),
            }
        )
        {
            foreach (var column in columns)
            {
                await db.Execute($"update {table} set {column} = @Mark where request_id = @RequestId and {column} is not null", args);
            }
        }

        foreach (var table in new[] { "timeline", "visit" })
        {
            foreach (var row in await db.List<ReasonRow>($"select distinct reason from {table} where request_id = @RequestId", args))
            {
                if (row.Reason is { } reason && !IsCode(reason))
                {
                    await db.Execute(
                        $"update {table} set reason = @Mark where request_id = @RequestId and reason = @reason",
                        new
                        {
                            request.RequestId,
                            Mark,
                            reason,
                        }
                    );
                }
            }
        }

        await db.Execute("update timeline set note = @Mark, note_en = null where request_id = @RequestId and note is not null", args);
        if (request.RequesterSubject is { } subject)
        {
            foreach (var table in new[] { "timeline", "confirmation" })
            {
                await db.Execute(
                    $"update {table} set actor = @Mark where request_id = @RequestId and actor = @subject",
                    new
                    {
                        request.RequestId,
                        Mark,
                        subject,
                    }
                );
            }
        }

        // The ways of several teams tell the place.
        await db.Execute(
            "update offer set explanation = @explanation, decision_id = null where request_id = @RequestId",
            new { request.RequestId, explanation = SavedExplanation.OfPerson(Mark) }
        );
        await db.Execute("delete from match_decision where request_id = @RequestId", args);
        // Examples of how people write.
        await db.Execute("delete from suggestion_lesson where request_id = @RequestId", args);
        await db.Execute("delete from request_window where request_id = @RequestId", args);
    }

    private async Task WithoutPerson(RequestRow request, string key, DateTimeOffset at)
    {
        var middle = PersonSight.Coarse(catalogue.Regions.Find(request.RegionCode)!.Point);
        var nobody = new Person(Mark, null, null, null, null, middle.Lat, middle.Lng, null, null);
        await requests.Update(
            request,
            """
            person = @person, requester_key = @key, phone_key = null, requester_subject = null, text = @Mark, summary = @summary, lat = @Lat, lng = @Lng,
            given_crs = null, external_source = null, external_number = null, track_hash = @track, likely_duplicate_of = null, erased_at = @at
            """,
            new
            {
                person = persons.Close(request.RequestId, nobody),
                key,
                Mark,
                summary = request.Summary is null ? null : Mark,
                middle.Lat,
                middle.Lng,
                // A word that no token leads to.
                track = index.OfErased(request.RequestId),
                at,
            }
        );
    }

    private async Task Note(ErasedKind kind, Guid id, ErasureCause cause, string key, DateTimeOffset at)
    {
        await db.Execute(
            $"insert into erasure ({ErasureRow.Columns}) values (@kind, @id, @cause, @key, @at) on conflict (kind, subject_id) do nothing",
            new
            {
                kind = Words.Of(kind),
                id,
                cause = Words.Of(cause),
                key,
                at,
            }
        );
        events.Note(db, SecurityEvent.PersonErased, id.ToString(), caller.Subject);
    }

    private static bool IsCode(string reason) => reason.All(letter => char.IsAsciiLetterLower(letter) || letter == '_');

    private sealed record ReasonRow
    {
        public string? Reason { get; init; }
    }
}
