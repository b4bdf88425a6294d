using System.Text.Json.Serialization;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Tracking;

/// <summary>The requester takes his request back, without an account.</summary>
internal sealed record WithdrawByTrack(string? Note = null) : ICommand<TrackView>
{
    [JsonIgnore]
    public string Track { get; init; } = "";
}

internal static class WithdrawByTrackEndpoint
{
    public static void MapWithdrawByTrack(this IEndpointRouteBuilder tracks) =>
        tracks.MapPost("/{track}/withdraw", Post).WithName(nameof(WithdrawByTrack)).WithSummary("Withdraw a request by track token").Acts();

    private static Task<TrackView> Post(string track, WithdrawByTrack command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { Track = track }, ct);
}

internal sealed class WithdrawByTrackValidator : AbstractValidator<WithdrawByTrack>
{
    public WithdrawByTrackValidator()
    {
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class WithdrawByTrackHandler(TrackStore tracks, TrackReader reader, Cancellation cancellation)
    : IRequestHandler<WithdrawByTrack, TrackView>
{
    public async Task<TrackView> Handle(WithdrawByTrack command, CancellationToken cancellationToken)
    {
        var tracked = await tracks.Hold(command.Track);
        return await reader.View(tracked.After(await cancellation.Cancel(tracked.InHand, CancelReason.Withdrawn, null, command.Note)));
    }
}
