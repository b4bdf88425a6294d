using System.Text.Json.Serialization;
using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Offers;

/// <summary>拒单, with a reason; a request under way by itself goes to the next team at once.</summary>
internal sealed record DeclineOffer(DeclineReason Reason, string? Note = null) : ICommand<OfferView>
{
    [JsonIgnore]
    public Guid OfferId { get; init; }
}

internal static class DeclineOfferEndpoint
{
    public static void MapDeclineOffer(this IEndpointRouteBuilder offers) =>
        offers.MapPost("/{offerId:guid}/decline", Post).WithName(nameof(DeclineOffer)).WithSummary("Decline an offer").Acts();

    private static Task<OfferView> Post(Guid offerId, DeclineOffer command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { OfferId = offerId }, ct);
}

internal sealed class DeclineOfferValidator : AbstractValidator<DeclineOffer>
{
    public DeclineOfferValidator()
    {
        RuleFor(c => c.Note).MaximumLength(500);
        RuleFor(c => c.Note)
            .NotEmpty()
            .When(c => c.Reason == DeclineReason.Other)
            .Says("note_missing", "选择“其他”时请写明原因。", "With the reason other, say why in the note.");
    }
}

internal sealed class DeclineOfferHandler(
    RequestStore requests,
    OfferStore offers,
    DeadlineStore deadlines,
    Dispatcher dispatcher,
    OfferReader reader
) : IRequestHandler<DeclineOffer, OfferView>
{
    public async Task<OfferView> Handle(DeclineOffer command, CancellationToken cancellationToken)
    {
        var found = await offers.Find(command.OfferId);
        var request = (await requests.HoldUnseen(found.RequestId))!;
        var offer = (await offers.FindUnseen(command.OfferId))!;
        var declined = await offers.Move(offer, OfferAction.Decline, Words.Of(command.Reason), command.Note);
        await deadlines.Meet(request.RequestId, DeadlineKind.Answer, offer.OfferId);
        await dispatcher.AfterEnd(request, declined);
        return await reader.View(offer.OfferId);
    }
}
