namespace Dispatch.Api.Features.Regions;

internal static class RegionsRoutes
{
    public static void MapRegions(this IEndpointRouteBuilder v1)
    {
        var group = v1.MapGroup("/regions").WithTags("Regions");
        group.MapListRegions();
        group.MapShowRegion();
    }
}
