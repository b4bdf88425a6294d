using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;

namespace Dispatch.Api.Features.Offers;

/// <summary>One offer, with the explanation saved when it was made.</summary>
internal sealed record ShowOffer(Guid OfferId) : IRequest<OfferView>;

internal static class ShowOfferEndpoint
{
    public static void MapShowOffer(this IEndpointRouteBuilder offers) =>
        offers
            .MapGet(
                "/{offerId:guid}",
                (Guid offerId, IMediator mediator, CancellationToken ct) => mediator.Send(new ShowOffer(offerId), ct)
            )
            .WithName(nameof(ShowOffer))
            .WithSummary("Read one offer")
            .ShowsOne();
}

internal sealed class ShowOfferHandler(OfferStore offers, OfferReader reader) : IRequestHandler<ShowOffer, OfferView>
{
    public async Task<OfferView> Handle(ShowOffer query, CancellationToken cancellationToken) =>
        await reader.View((await offers.Find(query.OfferId)).OfferId);
}
