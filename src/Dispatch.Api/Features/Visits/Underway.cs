using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Requests;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Visits;

/// <summary>What a visit that sets off or begins means for its request.</summary>
internal sealed class Underway(RequestStore requests, DeadlineStore deadlines)
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
}
