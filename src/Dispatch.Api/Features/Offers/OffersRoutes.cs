namespace Dispatch.Api.Features.Offers;

internal static class OffersRoutes
{
    public static void MapOffers(this IEndpointRouteBuilder v1)
    {
        var group = v1.MapGroup("/offers").WithTags("Offers");
        group.MapListOffers();
        group.MapShowOffer();
        group.MapExplainOffer();
        group.MapAcceptOffer();
        group.MapDeclineOffer();
        group.MapWithdrawOffer();
    }
}
