using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Visits;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Tracking;

/// <summary>A part of the same text that became a request of its own.</summary>
internal sealed record TrackedPart(string Reference, HelpRequestState State, Text StateText);

internal sealed record TrackedVisit(VisitForm Form, VisitState State, DateTimeOffset Start, DateTimeOffset End);

/// <summary>What the requester may know of his own request: where it stands, who comes when, what he can do.</summary>
internal sealed record TrackView(
    string Reference,
    string? FollowsReference,
    HelpRequestState State,
    Text StateText,
    IReadOnlyList<string> Allowed,
    Text Text,
    SafetyView? Safety,
    string? TeamName,
    IReadOnlyList<TrackedPart> Parts,
    IReadOnlyList<TrackedVisit> Visits,
    IReadOnlyList<DeadlineView> Deadlines,
    ResolutionResult? Result,
    string? Summary,
    ConfirmationOutcome? Outcome,
    DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt,
    long Version
) : IResource
{
    public string Place() => "/v1/track";
}

internal sealed class TrackReader(RequestReader requests, VisitStore visits)
{
    public async Task<TrackView> View(Tracked tracked)
    {
        var (shown, followed) = (await requests.View(tracked.InHand), tracked.Followed);
        var result = followed.Result is null ? (ResolutionResult?)null : Words.To<ResolutionResult>(followed.Result);
        return new TrackView(
            tracked.Own.Reference,
            tracked.IsElsewhere ? followed.Reference : null,
            followed.StateNow,
            StateText(followed.StateNow),
            tracked.IsOwn ? [.. Allowed(shown.State, shown.Outcome)] : [],
            shown.Text,
            shown.Safety,
            // Before everybody has accepted nobody comes.
            shown.State
                is HelpRequestState.Open
                    or HelpRequestState.Offered
                ? null
                : shown.Teams.FirstOrDefault(team => team.Role == AssignmentRole.Lead)?.TeamName,
            [.. shown.Parts.Select(part => new TrackedPart(part.Reference, part.State, StateText(part.State)))],
            [
                .. (await visits.Of(tracked.InHand.RequestId)).Select(v => new TrackedVisit(
                    Words.To<VisitForm>(v.Form),
                    v.StateNow,
                    v.StartsAt,
                    v.EndsAt
                )),
            ],
            shown.Deadlines,
            result,
            shown.Summary,
            shown.Outcome,
            shown.CreatedAt,
            followed.ChangedAt,
            shown.Version
        );
    }

    private static IEnumerable<string> Allowed(HelpRequestState state, ConfirmationOutcome? outcome)
    {
        if (state == HelpRequestState.Resolved || (state == HelpRequestState.Closed && outcome == ConfirmationOutcome.NotConfirmed))
        {
            yield return "confirm";
        }

        if (state is HelpRequestState.Resolved or HelpRequestState.Closed)
        {
            yield return "reopen";
            yield break;
        }

        if (state != HelpRequestState.Cancelled)
        {
            yield return "reply";
            yield return "withdraw";
        }
    }

    private static Text StateText(HelpRequestState state) =>
        state switch
        {
            HelpRequestState.Open => new("待派单：正在为您找队伍。", "Open: a team is being found."),
            HelpRequestState.Offered => new("待接单：已通知队伍，等待答复。", "Offered: a team has been asked and will answer."),
            HelpRequestState.Accepted => new("已接单：队伍将与您联系。", "Accepted: the team will contact you."),
            HelpRequestState.InProgress => new("服务中。", "In progress."),
            HelpRequestState.OnHold => new("挂起：需要您补充情况，请回复。", "On hold: your answer is needed. Please reply."),
            HelpRequestState.Resolved => new("待确认：问题解决了吗？请告诉我们。", "Resolved: was it solved? Please tell us."),
            HelpRequestState.Closed => new("已办结。", "Closed."),
            _ => new("已撤销。", "Cancelled."),
        };
}
