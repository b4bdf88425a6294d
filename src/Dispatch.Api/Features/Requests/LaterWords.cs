using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Safety;

namespace Dispatch.Api.Features.Requests;

/// <summary>Reads what is written after the first text. It may raise the warning, and never lowers it.</summary>
internal sealed class LaterWords(
    RequestStore requests,
    TimelineStore timeline,
    DeadlineStore deadlines,
    NoticeStore notices,
    Offering offering,
    JointWay joint,
    Desks desks,
    Veil veil
)
{
    /// <param name="before">The text these words replace: a danger it spoke of already is not raised again.</param>
    public async Task<RequestRow> Read(RequestRow request, string? words, string? before = null)
    {
        if (
            words is null
            || SafetyCheck.Of(words) is not { } danger
            || (before is not null && SafetyCheck.Of(before)?.Kind == danger.Kind)
            || !Raises(request, danger)
        )
        {
            return request;
        }

        var wasHeld = request.SafetyHeld;
        request = await requests.MarkDanger(request, danger);
        await timeline.Write(
            request.RequestId,
            new Entry(TimelineSubject.Request, request.RequestId, "raise_danger", request.State, request.State, Words.Of(danger.Kind))
        );
        return wasHeld || !danger.Blocks ? await AtItsDesk(request) : await Stop(request);
    }

    private static bool Raises(RequestRow request, SafetyWarning danger) =>
        request.SafetyHeld
            ? danger.Blocks && Gravity(danger) < Gravity(request.Warning()!)
            : danger.Blocks || request.Warning() is not { } known || (!known.Blocks && Gravity(danger) < Gravity(known));

    // The gravest first.
    private static int Gravity(SafetyWarning danger) =>
        danger.Kind switch
        {
            SafetyKind.SelfHarm => 0,
            SafetyKind.Medical => 1,
            SafetyKind.Epidemic => 2,
            SafetyKind.ElectricShock => 3,
            _ => 4,
        };

    private Task<RequestRow> AtItsDesk(RequestRow request) =>
        request is { StateNow: HelpRequestState.Open, WaitsForPerson: true } && request.Queue != Words.Of(RequestQueue.Triage)
            ? desks.ToDesk(request, RequestQueue.Triage)
            : Task.FromResult(request);

    /// <summary>Nothing goes out any more, and what was said of the text is taken back.</summary>
    private async Task<RequestRow> Stop(RequestRow request)
    {
        await veil.Over(request);
        if (request.StateNow is HelpRequestState.Open or HelpRequestState.Offered)
        {
            await joint.GiveUp(request, "safety_hold");
        }
        else
        {
            await offering.WithdrawPending(request, "safety_hold");
        }

        if (request.StateNow == HelpRequestState.Offered)
        {
            await offering.WithdrawPending(request, "safety_hold");
            request = await requests.Move(request, HelpRequestAction.Return, "safety_hold");
        }

        if (request.StateNow == HelpRequestState.Open)
        {
            return await desks.ToDesk(request, RequestQueue.Triage);
        }

        await deadlines.Start(Desks.AsAlarm(request), DeadlineKind.Triage);
        await notices.ToOfficers(request, NoticeKind.Queue, NoticeWording.Held(request));
        return request;
    }
}
