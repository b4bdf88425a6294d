using Dispatch.Api.Features.Dispatching;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Requests;

/// <summary>What is asked for has changed: offers made on the old word are taken back, and the way begins anew.</summary>
internal sealed class Rethought(RequestStore requests, Offering offering, JointWay joint, Desks desks, Dispatcher dispatcher)
{
    public async Task<RequestRow> AskAnew(RequestRow request, string reason)
    {
        await joint.GiveUp(request, reason);
        if (request.StateNow == HelpRequestState.Offered)
        {
            await offering.WithdrawPending(request, reason);
            request = await requests.Move(request, HelpRequestAction.Return, reason);
        }

        return request is { Automatic: true, WaitsForPerson: false } ? await dispatcher.GoOn(request) : await desks.ToItsDesk(request);
    }
}
