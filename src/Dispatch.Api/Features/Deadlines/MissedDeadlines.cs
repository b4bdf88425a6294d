using System.Diagnostics;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Telemetry;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Deadlines;

/// <summary>What follows when a deadline passes: the timer is deleted in the transaction of its effect.</summary>
internal sealed class MissedDeadlines(
    Session db,
    RequestStore requests,
    OfferStore offers,
    DeadlineStore deadlines,
    TimelineStore timeline,
    NoticeStore notices,
    Dispatcher dispatcher,
    AuditTrail trail,
    TimeProvider clock
)
{
    /// <summary>False when somebody else fired it, or it was moved, in the meantime.</summary>
    public async Task<bool> Fire(TimerRow timer)
    {
        var passed = await Pass(timer);
        if (passed)
        {
            await trail.Did("MissDeadline", new AuditObject("deadline", timer.DeadlineId.ToString("D")));
        }

        return passed;
    }

    /// <summary>The same without its line in the audit: for a year that is made up, and audited as that.</summary>
    public async Task<bool> Pass(TimerRow timer)
    {
        var request = (await requests.HoldUnseen(timer.RequestId))!;
        var taken = await db.Execute(
            "delete from timer where timer_id = @TimerId and due_at <= @now",
            new { timer.TimerId, now = clock.GetUtcNow() }
        );
        if (taken == 0)
        {
            return false;
        }

        var deadline = (
            await db.Find<DeadlineRow>($"select {DeadlineStore.Columns} from deadline where deadline_id = @DeadlineId", timer)
        )!;
        Activity.Current?.SetTag(Spans.Deadline, deadline.Kind);
        await deadlines.Miss(deadline.DeadlineId);
        await timeline.Write(
            request.RequestId,
            new Entry(TimelineSubject.Deadline, deadline.DeadlineId, "miss", "running", "missed", deadline.Kind)
        );
        await Follow(request, deadline);
        return true;
    }

    private async Task Follow(RequestRow request, DeadlineRow deadline)
    {
        switch (Words.To<DeadlineKind>(deadline.Kind))
        {
            case DeadlineKind.Answer:
                await Expire(request, deadline.OfferId!.Value);
                break;
            case DeadlineKind.Triage:
                await LeaveDesk(request);
                break;
            case DeadlineKind.SilentClosing:
                var closed = await requests.Move(request, HelpRequestAction.Confirm, "silent");
                await requests.MarkClosed(closed, ConfirmationOutcome.NotConfirmed);
                await notices.ToRequester(closed, NoticeKind.Result, NoticeWording.ClosedSilently(closed));
                break;
            default:
                await notices.ToOfficers(
                    request,
                    NoticeKind.Deadline,
                    NoticeWording.Overdue(request, Words.To<DeadlineKind>(deadline.Kind))
                );
                break;
        }
    }

    private async Task Expire(RequestRow request, Guid offerId)
    {
        var offer = (await offers.FindUnseen(offerId))!;
        var expired = await offers.Move(offer, OfferAction.Expire, "silence");
        await notices.ToTeam(request, offer.TeamId, NoticeKind.OfferWithdrawn, NoticeWording.Unanswered(request), offerId);
        if (offer.DeliveredAt is null)
        {
            await notices.ToOfficers(request, NoticeKind.Offer, NoticeWording.Undelivered(request));
        }

        await dispatcher.AfterEnd(request, expired);
    }

    /// <summary>Nobody looked in time. What is understood goes on by itself; what is not stays with people, one desk louder.</summary>
    private async Task LeaveDesk(RequestRow request)
    {
        if (request is { SafetyHeld: true, SafetyHandler: null })
        {
            // It is told again, to every office above, until somebody has it.
            await deadlines.Start(Desks.AsAlarm(request), DeadlineKind.Triage);
            await notices.ToOfficers(request, NoticeKind.Deadline, NoticeWording.StillHeld(request));
            return;
        }

        if (request.Queue is null)
        {
            return;
        }

        var desk = Words.To<RequestQueue>(request.Queue);
        if (desk is RequestQueue.Dispatch or RequestQueue.Claim && !request.WaitsForPerson)
        {
            await dispatcher.GoOn(await requests.SetAutomatic(request, automatic: true));
            return;
        }

        await notices.ToOfficers(request, NoticeKind.Deadline, NoticeWording.Untriaged(request));
    }
}
