using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>Where an open request waits for a person. Called with the request held.</summary>
internal sealed class Desks(RequestStore requests, Matching matching, DeadlineStore deadlines, NoticeStore notices)
{
    private const int MostShortfallsTold = 5;

    /// <summary>What is understood and has nothing against it waits to be dispatched, everything else for a person who looks.</summary>
    public Task<RequestRow> ToItsDesk(RequestRow request) =>
        ToDesk(request, request.WaitsForPerson ? RequestQueue.Triage : RequestQueue.Dispatch);

    /// <summary>Puts an open request before an officer, with a deadline for that desk.</summary>
    /// <param name="told">What the officers are told; else that it waits there.</param>
    public async Task<RequestRow> ToDesk(RequestRow request, RequestQueue queue, Text? told = null)
    {
        var queued =
            request.Queue == Words.Of(queue) && !request.Automatic ? request : await requests.Enqueue(request, queue, automatic: false);
        await deadlines.Start(AsAlarm(queued), DeadlineKind.Triage);
        await notices.ToOfficers(queued, NoticeKind.Queue, told ?? NoticeWording.Queued(queued, queue));
        return queued;
    }

    /// <summary>A danger nobody handles yet runs on the time of an emergency, whatever the requester thought of it.</summary>
    public static RequestRow AsAlarm(RequestRow request) =>
        request is { SafetyHeld: true, SafetyHandler: null } ? request with { Urgency = Words.Of(Urgency.Emergency) } : request;

    /// <summary>裁定派单: the request waits for a person, who sees what was short.</summary>
    public async Task<RequestRow> ToArbitration(RequestRow request, string reason)
    {
        var match = await matching.Of(request);
        var told = match.Shortfalls.Take(MostShortfallsTold).Select(Wording.Of).ToList();
        var escalated = await requests.Move(
            request,
            HelpRequestAction.Escalate,
            reason,
            told.Count == 0 ? null : string.Join("；", told.Select(phrase => phrase.Zh)),
            noteEn: told.Count == 0 ? null : string.Join("; ", told.Select(phrase => phrase.En))
        );
        return await ToDesk(escalated, RequestQueue.Arbitration);
    }
}
