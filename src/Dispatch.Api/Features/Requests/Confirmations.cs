using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.SolvedCases;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Requests;

internal enum ConfirmedBy
{
    Requester,

    /// <summary>回访: an officer called back.</summary>
    Callback,
}

/// <summary>"Solved?" and the stars, which are never the same thing.</summary>
internal sealed record RequesterWord(bool Solved, int? Rating, string? Comment, bool LeaveIt, ConfirmedBy By);

/// <summary>The requester's word on a result, from wherever it comes.</summary>
internal sealed class Confirmations(
    Session db,
    Caller caller,
    RequestStore requests,
    RequestContent content,
    DeadlineStore deadlines,
    NoticeStore notices,
    Desks desks,
    LaterWords laterWords,
    TeamLoadStore loads,
    CaseIndex cases,
    Catalogue catalogue,
    TimeProvider clock
)
{
    public async Task<RequestRow> Take(RequestRow request, RequesterWord word)
    {
        RequestStore.Check(request, HelpRequestAction.Confirm);
        if (request.StateNow == HelpRequestState.Closed && request.Outcome != Words.Of(ConfirmationOutcome.NotConfirmed))
        {
            throw new Refused(
                ProblemKinds.InvalidTransition,
                "该求助已经确认过。若问题再次出现，请重新打开。",
                "It has been confirmed already. Reopen it if the trouble is back."
            )
            {
                State = request.State,
                Allowed = ["reopen"],
            };
        }

        RefuseTooLate(request);
        await Keep(request, word);
        await loads.Confirmed(request.RequestId, word.Solved);
        if (!word.Solved && !word.LeaveIt)
        {
            return await Reopen(request, word.Comment, sameTeam: true);
        }

        await deadlines.Meet(request.RequestId, DeadlineKind.SilentClosing);
        var closed = await requests.Move(request, HelpRequestAction.Confirm, word.Solved ? "solved" : "left_unsolved", word.Comment);
        closed = await requests.MarkClosed(closed, word.Solved ? ConfirmationOutcome.Confirmed : ConfirmationOutcome.Denied);
        if (CaseIndex.MayBeTold(closed, catalogue))
        {
            var now = clock.GetUtcNow();
            db.AfterCommit(() => cases.Add(closed, now));
        }

        return closed;
    }

    public async Task<RequestRow> Reopen(RequestRow request, string? reason, bool sameTeam)
    {
        RequestStore.Check(request, HelpRequestAction.Reopen);
        RefuseTooLate(request);
        var last = await LastLead(request.RequestId);
        if (!sameTeam && last is { } unwanted)
        {
            await content.Exclude(request.RequestId, unwanted);
        }

        await deadlines.Drop(request.RequestId, DeadlineKind.SilentClosing);
        var reopened = await requests.MarkReopened(
            await requests.Move(request, HelpRequestAction.Reopen, null, reason),
            sameTeam ? last : null
        );
        if (last is { } team)
        {
            await notices.ToTeam(reopened, team, NoticeKind.Message, NoticeWording.Reopened(reopened, reason));
        }

        return await laterWords.Read(await desks.ToDesk(reopened, RequestQueue.Dispatch), reason);
    }

    private void RefuseTooLate(RequestRow request)
    {
        if (request.ClosedAt + DeadlineRules.Reopening < clock.GetUtcNow())
        {
            throw new Refused(
                ProblemKinds.TooLate,
                "办结已超过 90 天。请提交新的求助，并在 followsRequestId 中注明这一个。",
                "It was closed over 90 days ago. Submit a new request and name this one as followsRequestId."
            );
        }
    }

    private async Task<Guid?> LastLead(Guid requestId) =>
        (
            await db.Find<LeadRow>(
                "select team_id from assignment where request_id = @requestId and role = 'lead' and ended_as = 'completed' order by ended_at desc limit 1",
                new { requestId }
            )
        )?.TeamId;

    private Task Keep(RequestRow request, RequesterWord word) =>
        db.Execute(
            """
            insert into confirmation (request_id, position, solved, rating, comment, said_by, actor, confirmed_at)
            select @RequestId, coalesce(max(position), 0) + 1, @Solved, @Rating, @Comment, @by, @actor, @now
            from confirmation where request_id = @RequestId
            """,
            new
            {
                request.RequestId,
                word.Solved,
                word.Rating,
                word.Comment,
                by = Words.Of(word.By),
                actor = caller.Subject,
                now = clock.GetUtcNow(),
            }
        );

    private sealed record LeadRow
    {
        public Guid TeamId { get; init; }
    }
}
