using System.Text.Json.Serialization;
using Dispatch.Api.Features.Approvals;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Tracking;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Rights;

/// <summary>The requester wishes to be erased. An office answers it by the day it is due; asked again, it says how it stands.</summary>
internal sealed record WishErasure(string? Reason = null) : ICommand<ErasureWishView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

/// <summary>The same by track token.</summary>
internal sealed record WishErasureByTrack(string? Reason = null) : ICommand<ErasureWishView>
{
    [JsonIgnore]
    public string Track { get; init; } = "";
}

/// <param name="Requests">So many requests are of the same person and go together.</param>
internal sealed record ErasureWishView(string Reference, DateTimeOffset AskedAt, DateTimeOffset DueAt, int Requests, Text Text);

internal static class WishErasureEndpoints
{
    public static void MapWishErasure(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/wish-erasure", Post)
            .WithName(nameof(WishErasure))
            .WithSummary("Wish that all that is known of the requester be erased")
            .AcceptIdempotencyKey()
            .ReadAcceptLanguage();

    public static void MapWishErasureByTrack(this IEndpointRouteBuilder tracks) =>
        tracks
            .MapPost("/{track}/wish-erasure", PostByTrack)
            .WithName(nameof(WishErasureByTrack))
            .WithSummary("Wish to be erased, by track token")
            .AcceptIdempotencyKey()
            .ReadAcceptLanguage();

    private static Task<ErasureWishView> Post(Guid requestId, WishErasure command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);

    private static Task<ErasureWishView> PostByTrack(string track, WishErasureByTrack command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { Track = track }, ct);
}

internal sealed class WishErasureValidator : AbstractValidator<WishErasure>
{
    public WishErasureValidator() => RuleFor(c => c.Reason).MaximumLength(500);
}

internal sealed class WishErasureByTrackValidator : AbstractValidator<WishErasureByTrack>
{
    public WishErasureByTrackValidator() => RuleFor(c => c.Reason).MaximumLength(500);
}

internal sealed class WishErasureHandler(RequestStore requests, ErasureWishes wishes) : IRequestHandler<WishErasure, ErasureWishView>
{
    public async Task<ErasureWishView> Handle(WishErasure command, CancellationToken cancellationToken) =>
        await wishes.Take(await requests.Hold(command.RequestId), command.Reason);
}

internal sealed class WishErasureByTrackHandler(TrackStore tracks, ErasureWishes wishes)
    : IRequestHandler<WishErasureByTrack, ErasureWishView>
{
    public async Task<ErasureWishView> Handle(WishErasureByTrack command, CancellationToken cancellationToken) =>
        await wishes.Take((await tracks.Hold(command.Track)).InHand, command.Reason);
}

/// <summary>Lays the wish of a requester before the office. Whoever wishes has shown an account or a token: one officer decides, and is the second.</summary>
internal sealed class ErasureWishes(
    PersonGroup group,
    ApprovalStore approvals,
    NoticeStore notices,
    Catalogue catalogue,
    TimeProvider clock
)
{
    /// <summary>GB/T 35273-2020, 8.5 and 8.7: an account is closed within so many working days.</summary>
    public const int WorkingDays = 15;

    public async Task<ErasureWishView> Take(RequestRow request, string? reason)
    {
        AskErasureHandler.NotErased(request);
        RequestStore.RefuseHeld(request);
        if (await approvals.FindWish(request.RequestId) is { } waiting)
        {
            return View(request, waiting);
        }

        var now = clock.GetUtcNow();
        var found = await group.Of(request, everywhere: true);
        var asked = await approvals.Ask(
            ApprovalKind.ErasePerson,
            new ApprovalContent { RequestIds = [.. found.Select(one => one.RequestId)] },
            PersonGroup.Around(found),
            string.IsNullOrWhiteSpace(reason) ? "-" : reason,
            (request.RequestId, catalogue.Calendar.DueAfterWorkingDays(now, WorkingDays).At)
        );
        await notices.ToOfficers(request, NoticeKind.Message, NoticeWording.ErasureWished(request));
        return View(request, asked);
    }

    private static ErasureWishView View(RequestRow request, ApprovalRow asked) =>
        new(
            request.Reference,
            asked.AskedAt,
            asked.DueAt!.Value,
            asked.Asked.RequestIds.Count,
            new Text(
                "已收到。工会核实后删除您的姓名、电话、地址和所写内容，只保留不指向您的服务记录；正在进行的服务会取消。",
                "Received. Once an officer has looked, name, number, address and all words go; a record of the service that points to nobody stays. Work under way is cancelled."
            )
        );
}
