using System.Text.Json.Serialization;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Tracking;

/// <summary>The requester answers or adds something; an answer ends a hold.</summary>
internal sealed record ReplyByTrack(string Text) : ICommand<TrackView>
{
    [JsonIgnore]
    public string Track { get; init; } = "";
}

internal static class ReplyByTrackEndpoint
{
    public static void MapReplyByTrack(this IEndpointRouteBuilder tracks) =>
        tracks.MapPost("/{track}/reply", Post).WithName(nameof(ReplyByTrack)).WithSummary("Reply by track token").Acts();

    private static Task<TrackView> Post(string track, ReplyByTrack command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { Track = track }, ct);
}

internal sealed class ReplyByTrackValidator : AbstractValidator<ReplyByTrack>
{
    public ReplyByTrackValidator()
    {
        RuleFor(c => c.Text).NotEmpty().MaximumLength(2000);
    }
}

internal sealed class ReplyByTrackHandler(
    TrackStore tracks,
    TrackReader reader,
    Resumption resumption,
    LaterWords laterWords,
    TimelineStore timeline,
    NoticeStore notices,
    AssignmentStore assignments,
    SubmissionQuota quota
) : IRequestHandler<ReplyByTrack, TrackView>
{
    public async Task<TrackView> Handle(ReplyByTrack command, CancellationToken cancellationToken)
    {
        var tracked = await tracks.Hold(command.Track);
        var request = tracked.InHand;
        if (request.StateNow is HelpRequestState.Closed or HelpRequestState.Cancelled)
        {
            throw new Refused(ProblemKinds.InvalidTransition, "该求助已结束，不能再回复。", "This request has ended; nothing can be added.")
            {
                State = request.State,
                Allowed = [],
            };
        }

        await quota.TakeReply(command.Track);
        await timeline.Write(
            request.RequestId,
            new Entry(TimelineSubject.Request, request.RequestId, "reply", request.State, request.State, null, command.Text)
        );
        if (request.StateNow == HelpRequestState.OnHold)
        {
            request = await resumption.Resume(request, "requester_replied", null);
        }

        request = await laterWords.Read(request, command.Text);
        var text = NoticeWording.Replied(request, command.Text);
        await notices.ToOfficers(request, NoticeKind.Message, text);
        foreach (var assignment in await assignments.Active(request.RequestId))
        {
            await notices.ToTeam(request, assignment.TeamId, NoticeKind.Message, text);
        }

        return await reader.View(tracked.After(request));
    }
}
