using System.Text.Json.Serialization;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Tracking;

/// <summary>评单 without an account.</summary>
internal sealed record ConfirmByTrack(bool Solved, int? Rating = null, string? Comment = null, bool? LeaveIt = null) : ICommand<TrackView>
{
    [JsonIgnore]
    public string Track { get; init; } = "";
}

internal static class ConfirmByTrackEndpoint
{
    public static void MapConfirmByTrack(this IEndpointRouteBuilder tracks) =>
        tracks
            .MapPost("/{track}/confirm", Post)
            .WithName(nameof(ConfirmByTrack))
            .WithSummary("Say whether it was solved, by track token")
            .Acts();

    private static Task<TrackView> Post(string track, ConfirmByTrack command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { Track = track }, ct);
}

internal sealed class ConfirmByTrackValidator : AbstractValidator<ConfirmByTrack>
{
    public ConfirmByTrackValidator()
    {
        RuleFor(c => c.Rating).InclusiveBetween(1, 5);
        RuleFor(c => c.Comment).MaximumLength(2000);
    }
}

internal sealed class ConfirmByTrackHandler(TrackStore tracks, TrackReader reader, Confirmations confirmations)
    : IRequestHandler<ConfirmByTrack, TrackView>
{
    public async Task<TrackView> Handle(ConfirmByTrack command, CancellationToken cancellationToken)
    {
        var tracked = await tracks.Hold(command.Track);
        var word = new RequesterWord(command.Solved, command.Rating, command.Comment, command.LeaveIt ?? false, ConfirmedBy.Requester);
        return await reader.View(tracked.After(await confirmations.Take(tracked.InHand, word)));
    }
}
