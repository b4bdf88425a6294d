using System.Text.Json.Serialization;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Tracking;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Contract;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Consents;

/// <summary>The requester says yes or no to one use of the data, or takes back what was said: in the same place and as easily. It counts at once.</summary>
internal sealed record RecordConsent(ConsentBody Consent) : ICommand<ConsentsView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

/// <summary>The same by track token.</summary>
internal sealed record RecordConsentByTrack(ConsentBody Consent) : ICommand<ConsentsView>
{
    [JsonIgnore]
    public string Track { get; init; } = "";
}

internal static class RecordConsentEndpoints
{
    public static void MapRecordConsent(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/consents", Post)
            .WithName(nameof(RecordConsent))
            .WithSummary("Say yes or no to one use of the requester's data")
            .AcceptIdempotencyKey()
            .ReadAcceptLanguage();

    public static void MapRecordConsentByTrack(this IEndpointRouteBuilder tracks) =>
        tracks
            .MapPost("/{track}/consents", PostByTrack)
            .WithName(nameof(RecordConsentByTrack))
            .WithSummary("Say yes or no to one use of one's data, by track token")
            .AcceptIdempotencyKey()
            .ReadAcceptLanguage();

    private static Task<ConsentsView> Post(Guid requestId, RecordConsent command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);

    private static Task<ConsentsView> PostByTrack(string track, RecordConsentByTrack command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { Track = track }, ct);
}

internal sealed class RecordConsentValidator : AbstractValidator<RecordConsent>
{
    public RecordConsentValidator(IValidator<ConsentBody> consent) => RuleFor(c => c.Consent).SetValidator(consent);
}

internal sealed class RecordConsentByTrackValidator : AbstractValidator<RecordConsentByTrack>
{
    public RecordConsentByTrackValidator(IValidator<ConsentBody> consent) => RuleFor(c => c.Consent).SetValidator(consent);
}

internal sealed class RecordConsentHandler(RequestStore requests, ConsentStore consents) : IRequestHandler<RecordConsent, ConsentsView>
{
    public async Task<ConsentsView> Handle(RecordConsent command, CancellationToken cancellationToken) =>
        await consents.Say(await requests.Hold(command.RequestId), command.Consent);
}

internal sealed class RecordConsentByTrackHandler(TrackStore tracks, ConsentStore consents)
    : IRequestHandler<RecordConsentByTrack, ConsentsView>
{
    public async Task<ConsentsView> Handle(RecordConsentByTrack command, CancellationToken cancellationToken) =>
        await consents.Say((await tracks.Hold(command.Track)).InHand, command.Consent);
}
