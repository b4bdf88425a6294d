using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Storage;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Requests;

/// <summary>Ends a hold, whether the office resumes it or the requester answers.</summary>
internal sealed class Resumption(RequestStore requests, DeadlineStore deadlines)
{
    public async Task<RequestRow> Resume(RequestRow request, string? reason, string? note)
    {
        RequestStore.Check(request, HelpRequestAction.Resume);
        var back = Words.To<HelpRequestState>(request.HeldFrom!);
        var resumed = await requests.Move(request, HelpRequestAction.Resume, reason, note, back);
        await deadlines.Resume(resumed);
        return await requests.MarkHeld(resumed, null);
    }
}
