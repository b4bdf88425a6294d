using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Requests;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Visits;

/// <summary>What a visit that sets off, begins or ends means for its request.</summary>
internal sealed class Underway(RequestStore requests, VisitStore visits, DeadlineStore deadlines)
{
    public async Task Begin(RequestRow request, bool arrived)
    {
        if (arrived)
        {
            await deadlines.Meet(request.RequestId, DeadlineKind.FirstVisit);
        }

        if (request.StateNow == HelpRequestState.Accepted)
        {
            await requests.Move(request, HelpRequestAction.Begin);
        }
    }

    /// <summary>The report is owed from the last visit on, not while another one is still to come.</summary>
    public async Task End(RequestRow request)
    {
        var all = await visits.Of(request.RequestId);
        if (
            all.Any(visit => visit.StateNow == VisitState.Completed && visit.EndedAt >= request.AcceptedAt)
            && !all.Any(visit => visit.StateNow is VisitState.Scheduled or VisitState.Travelling or VisitState.InService)
        )
        {
            await deadlines.Start(request, DeadlineKind.Report);
        }
    }
}
