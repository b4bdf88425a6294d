using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Regions;

/// <summary>One region by its code, or by a code it had before.</summary>
internal static class ShowRegionEndpoint
{
    public static void MapShowRegion(this IEndpointRouteBuilder regions) =>
        regions.MapGet("/{code}", Get).WithName("ShowRegion").WithSummary("Read one region").WithMetadata(new PublicCatalogue()).ShowsOne();

    private static RegionView Get(string code, Catalogue catalogue, [FromQuery(Name = MapQuery.CoordType)] string? coordType = null) =>
        catalogue.Regions.Find(code) is { } region ? RegionView.Of(region, MapQuery.Read(null, coordType)) : throw Refused.Unknown();
}
