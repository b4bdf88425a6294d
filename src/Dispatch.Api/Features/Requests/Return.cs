using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Visits;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Requests;

/// <summary>The way back from a team to open, given back (退单) or taken (改派).</summary>
internal sealed class Return(
    RequestStore requests,
    VisitStore visits,
    AssignmentStore assignments,
    OfferStore offers,
    JointStore parts,
    Offering offering,
    Catalogue catalogue,
    DeadlineStore deadlines,
    NoticeStore notices,
    Dispatcher dispatcher,
    Desks desks
)
{
    public async Task<RequestRow> TakeBack(RequestRow request, HelpRequestAction action, AssignmentAction end, string? reason, string? note)
    {
        RequestStore.Check(request, action);
        await visits.CancelPlanned(request.RequestId, "team_changed");
        await offering.WithdrawPending(request, "team_changed");
        // Supports keep their part: the next lead is found around them.
        foreach (var assignment in (await assignments.Active(request.RequestId)).Where(assignment => assignment.Role == "lead"))
        {
            await assignments.Move(assignment, end, reason, note);
            if (end == AssignmentAction.Replace)
            {
                await notices.ToTeam(request, assignment.TeamId, NoticeKind.OfferWithdrawn, NoticeWording.Reassigned(request));
            }
        }

        foreach (var kind in new[] { DeadlineKind.FirstVisit, DeadlineKind.Report, DeadlineKind.Closing })
        {
            await deadlines.Drop(request.RequestId, kind);
        }

        var open = await requests.MarkReturned(await requests.Move(request, action, reason, note));
        return open.Automatic ? await dispatcher.GoOn(open) : await desks.ToDesk(open, RequestQueue.Dispatch);
    }

    /// <summary>A support's release ends its assignment only.</summary>
    public async Task ReleaseSupport(RequestRow request, AssignmentRow support, string? reason, string? note)
    {
        await visits.CancelPlanned(request.RequestId, "support_released", support.TeamId);
        await assignments.Move(support, AssignmentAction.Release, reason, note);
        var part = await parts.Find((await offers.FindUnseen(support.OfferId))!.PartId!.Value);
        await notices.ToOfficers(request, NoticeKind.Offer, NoticeWording.PartGone(request, PartWording.Of(part, catalogue)));
    }
}
