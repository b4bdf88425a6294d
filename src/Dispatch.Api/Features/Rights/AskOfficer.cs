using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Tracking;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Requests;
using MediatR;

namespace Dispatch.Api.Features.Rights;

/// <summary>The requester wants a person to choose the team: nothing goes out by itself any more, and the request waits at the desk of the officers.</summary>
internal sealed record AskOfficer : ICommand<OfficerAskedView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

/// <summary>The same by track token.</summary>
internal sealed record AskOfficerByTrack : ICommand<OfficerAskedView>
{
    [JsonIgnore]
    public string Track { get; init; } = "";
}

internal sealed record OfficerAskedView(string Reference, HelpRequestState State, bool AsksOfficer, Text Text);

internal static class AskOfficerEndpoints
{
    public static void MapAskOfficer(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/ask-officer", Post)
            .WithName(nameof(AskOfficer))
            .WithSummary("Ask that an officer chooses the team, not the ranking")
            .AcceptIdempotencyKey()
            .ReadAcceptLanguage();

    public static void MapAskOfficerByTrack(this IEndpointRouteBuilder tracks) =>
        tracks
            .MapPost("/{track}/ask-officer", PostByTrack)
            .WithName(nameof(AskOfficerByTrack))
            .WithSummary("Ask that an officer chooses the team, by track token")
            .AcceptIdempotencyKey()
            .ReadAcceptLanguage();

    private static Task<OfficerAskedView> Post(Guid requestId, IMediator mediator, CancellationToken ct) =>
        mediator.Send(new AskOfficer { RequestId = requestId }, ct);

    private static Task<OfficerAskedView> PostByTrack(string track, IMediator mediator, CancellationToken ct) =>
        mediator.Send(new AskOfficerByTrack { Track = track }, ct);
}

internal sealed class AskOfficerHandler(RequestStore requests, HumanRoute route) : IRequestHandler<AskOfficer, OfficerAskedView>
{
    public async Task<OfficerAskedView> Handle(AskOfficer command, CancellationToken cancellationToken) =>
        await route.Take(await requests.Hold(command.RequestId));
}

internal sealed class AskOfficerByTrackHandler(TrackStore tracks, HumanRoute route) : IRequestHandler<AskOfficerByTrack, OfficerAskedView>
{
    public async Task<OfficerAskedView> Handle(AskOfficerByTrack command, CancellationToken cancellationToken) =>
        await route.Take((await tracks.Hold(command.Track)).InHand);
}

/// <summary>Leads a request from the ranking to a person.</summary>
internal sealed class HumanRoute(RequestStore requests, Offering offering, JointWay joint, Desks desks, TimelineStore timeline)
{
    private const string Because = "officer_asked";

    public async Task<OfficerAskedView> Take(RequestRow request)
    {
        AskErasureHandler.NotErased(request);
        RequestStore.RefuseTaken(
            request,
            $"{Vocabulary.Of(request.StateNow).Zh}状态下已不再选队；对服务不满意可在办结时说明或重新打开。",
            $"No team is chosen in state {request.State} any more. Say so when it is resolved, or reopen it."
        );
        if (!request.AsksOfficer)
        {
            await joint.GiveUp(request, Because);
            if (request.StateNow == HelpRequestState.Offered)
            {
                await offering.WithdrawPending(request, Because);
                request = await requests.Move(request, HelpRequestAction.Return, Because);
            }

            request = await requests.Update(request, "asks_officer = true", new { });
            await timeline.Write(
                request.RequestId,
                new Entry(TimelineSubject.Request, request.RequestId, "ask_officer", request.State, request.State)
            );
            // What waits to be understood, or for safety, waits there: an officer has it already.
            request = await desks.ToDesk(
                request,
                request is { SafetyHeld: false, MainSkill: not null, LikelyDuplicateOf: null }
                    ? RequestQueue.Dispatch
                    : RequestQueue.Triage,
                request.SafetyHeld ? null : NoticeWording.OfficerAsked(request)
            );
        }

        return new OfficerAskedView(
            request.Reference,
            request.StateNow,
            request.AsksOfficer,
            new Text("已转工作人员办理，由其选定队伍。", "An officer has it now and will choose the team.")
        );
    }
}
