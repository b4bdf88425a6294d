using System.Text.Json.Serialization;
using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Offers;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Offers;

/// <summary>An officer takes an offer back before it is answered; from here on he dispatches by hand.</summary>
internal sealed record WithdrawOffer(string? Reason = null, string? Note = null) : ICommand<OfferView>
{
    [JsonIgnore]
    public Guid OfferId { get; init; }
}

internal static class WithdrawOfferEndpoint
{
    public static void MapWithdrawOffer(this IEndpointRouteBuilder offers) =>
        offers.MapPost("/{offerId:guid}/withdraw", Post).WithName(nameof(WithdrawOffer)).WithSummary("Take an offer back").Acts();

    private static Task<OfferView> Post(Guid offerId, WithdrawOffer command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { OfferId = offerId }, ct);
}

internal sealed class WithdrawOfferValidator : AbstractValidator<WithdrawOffer>
{
    public WithdrawOfferValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(500);
    }
}

internal sealed class WithdrawOfferHandler(
    RequestStore requests,
    OfferStore offers,
    DeadlineStore deadlines,
    NoticeStore notices,
    Dispatcher dispatcher,
    OfferReader reader
) : IRequestHandler<WithdrawOffer, OfferView>
{
    public async Task<OfferView> Handle(WithdrawOffer command, CancellationToken cancellationToken)
    {
        var found = await offers.Find(command.OfferId);
        var request = await requests.Hold(found.RequestId);
        var offer = (await offers.FindUnseen(command.OfferId))!;
        var withdrawn = await offers.Move(offer, OfferAction.Withdraw, command.Reason, command.Note);
        await deadlines.Drop(request.RequestId, DeadlineKind.Answer, offer.OfferId);
        await notices.ToTeam(request, offer.TeamId, NoticeKind.OfferWithdrawn, NoticeWording.Withdrawn(request), offer.OfferId);
        await dispatcher.AfterEnd(await requests.SetAutomatic(request, automatic: false), withdrawn);
        return await reader.View(offer.OfferId);
    }
}
