using System.Text.Json.Serialization;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Tracking;

/// <summary>Not solved after all, said without an account.</summary>
internal sealed record ReopenByTrack(string? Reason = null, bool? SameTeam = null) : ICommand<TrackView>
{
    [JsonIgnore]
    public string Track { get; init; } = "";
}

internal static class ReopenByTrackEndpoint
{
    public static void MapReopenByTrack(this IEndpointRouteBuilder tracks) =>
        tracks.MapPost("/{track}/reopen", Post).WithName(nameof(ReopenByTrack)).WithSummary("Reopen a request by track token").Acts();

    private static Task<TrackView> Post(string track, ReopenByTrack command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { Track = track }, ct);
}

internal sealed class ReopenByTrackValidator : AbstractValidator<ReopenByTrack>
{
    public ReopenByTrackValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(2000);
    }
}

internal sealed class ReopenByTrackHandler(TrackStore tracks, TrackReader reader, Confirmations confirmations)
    : IRequestHandler<ReopenByTrack, TrackView>
{
    public async Task<TrackView> Handle(ReopenByTrack command, CancellationToken cancellationToken)
    {
        var tracked = await tracks.Hold(command.Track);
        return await reader.View(tracked.After(await confirmations.Reopen(tracked.InHand, command.Reason, command.SameTeam ?? true)));
    }
}
