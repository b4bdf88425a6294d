using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Visits;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Requests;

/// <summary>撤销: ends a request with whatever hangs on it.</summary>
internal sealed class Cancellation(
    Caller caller,
    RequestStore requests,
    VisitStore visits,
    AssignmentStore assignments,
    JointStore parts,
    DeadlineStore deadlines,
    NoticeStore notices,
    Offering offering
)
{
    public async Task<RequestRow> Cancel(RequestRow request, CancelReason reason, Guid? duplicateOf, string? note)
    {
        RequestStore.Check(request, HelpRequestAction.Cancel);
        await visits.CancelPlanned(request.RequestId, "request_cancelled");
        await offering.WithdrawPending(request, "request_cancelled");
        foreach (var assignment in await assignments.Active(request.RequestId))
        {
            await assignments.Move(assignment, AssignmentAction.Replace, "request_cancelled");
            await notices.ToTeam(request, assignment.TeamId, NoticeKind.OfferWithdrawn, NoticeWording.Cancelled(request));
        }

        await parts.EndAll(request.RequestId);
        await deadlines.DropAll(request.RequestId);
        var moved = await requests.Move(request, HelpRequestAction.Cancel, Words.Of(reason), note);
        var cancelled = await requests.MarkCancelled(moved, reason, duplicateOf);
        // Whoever ended it has it in hand: its text stays with him.
        return cancelled is { SafetyHeld: true, SafetyHandler: null } && caller.IsOffice
            ? await requests.HandleSafetyHold(cancelled)
            : cancelled;
    }
}
