using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Api.Telemetry;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Offers;

/// <summary>接单: the moment a team has it. The first to get here wins; every other offer of the request is withdrawn.</summary>
internal sealed class Acceptance(
    Session db,
    RequestStore requests,
    OfferStore offers,
    AssignmentStore assignments,
    DeadlineStore deadlines,
    NoticeStore notices,
    Offering offering,
    TimelineStore timeline,
    Instruments instruments
)
{
    public async Task<(RequestRow Request, AssignmentRow Assignment)> Take(RequestRow request, OfferRow offer, HelpRequestAction action)
    {
        RequestStore.Check(request, action);
        var accepted = await offers.Move(offer, OfferAction.Accept);
        await deadlines.Meet(request.RequestId, DeadlineKind.Answer, offer.OfferId);
        var assignment = await assignments.Begin(accepted, beyondCapacity: request.IsEmergency);
        await offering.WithdrawPending(request, "taken_by_another_team", except: offer.OfferId);
        return (await Enter(request, action, offer.Way), assignment);
    }

    /// <summary>From here on the request is in hand, and its deadlines run.</summary>
    public async Task<RequestRow> Enter(RequestRow request, HelpRequestAction action, string reason)
    {
        var taken = await requests.MarkAccepted(await requests.Move(request, action, reason));
        var reopened = request.ReopenCount == 0 ? null : await timeline.ReopenedAt(request.RequestId);
        db.AfterCommit(() => instruments.Accepted(taken.Urgency, taken.AcceptedAt!.Value - (reopened ?? request.CreatedAt)));
        await deadlines.Meet(request.RequestId, DeadlineKind.Triage);
        await deadlines.Start(taken, DeadlineKind.FirstVisit);
        await deadlines.Start(taken, DeadlineKind.Closing);
        await notices.ToRequester(taken, NoticeKind.Accepted, NoticeWording.Taken(taken));
        await notices.ToOfficers(taken, NoticeKind.Accepted, NoticeWording.Accepted(taken));
        return taken;
    }
}
