using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Geography;

namespace Dispatch.Api.Features.Regions;

internal sealed record RegionView(string Code, string Name, RegionLevel Level, string? ParentCode, double Lat, double Lng) : IResource
{
    // A region is replaced as a whole with the reference data: its bytes are its version.
    long IResource.Version => 1;

    string IResource.Place() => $"/v1/regions/{Code}";

    public static RegionView Of(Region region) =>
        new(region.Code, region.Name, region.Level, region.ParentCode, region.Point.Lat, region.Point.Lng);
}

internal sealed record RegionsView(IReadOnlyList<RegionView> Items);

/// <summary>Regions below one, by name path, or nearest to a point; without any of these the whole tree.</summary>
internal static class ListRegionsEndpoint
{
    public static void MapListRegions(this IEndpointRouteBuilder regions) =>
        regions
            .MapGet("/", Get)
            .WithName("ListRegions")
            .WithSummary("List regions: all, the children of one, by name path, or the one at a point")
            .WithMetadata(new PublicCatalogue())
            .ForEveryone()
            .ShowsMany();

    private static RegionsView Get(
        Catalogue catalogue,
        string? parent = null,
        string? name = null,
        double? lat = null,
        double? lng = null,
        string? crs = null
    )
    {
        var tree = catalogue.Regions;
        if (lat is { } latitude && lng is { } longitude)
        {
            return new RegionsView([AtPoint(tree, new GeoPoint(latitude, longitude), crs)]);
        }

        if (lat is not null || lng is not null)
        {
            throw QueryNames.Wrong("lat", "point_incomplete", "lat 与 lng 须同时给出。", "Give lat and lng together.");
        }

        if (name is not null)
        {
            return new RegionsView(tree.FindByPath(name) is { } found ? [RegionView.Of(found)] : []);
        }

        if (parent is not null && tree.Find(parent) is null)
        {
            throw QueryNames.Wrong("parent", "region_unknown", "没有这个行政区划代码。", "There is no such region.");
        }

        return new RegionsView([.. (parent is null ? tree.All : tree.Children(parent)).Select(RegionView.Of)]);
    }

    private static RegionView AtPoint(RegionTree tree, GeoPoint point, string? crs)
    {
        if (!Storage.Words.TryTo<Crs>(crs ?? "wgs84", out var system))
        {
            throw QueryNames.Wrong(
                "crs",
                "unknown",
                "crs 只能是 wgs84、gcj02、bd09、cgcs2000。",
                "crs is one of wgs84, gcj02, bd09, cgcs2000."
            );
        }

        return tree.Place(null, point.IsFinite ? CoordinateSystems.ToWgs84(point, system) : point) is Placed placed
            ? RegionView.Of(placed.Region)
            : throw QueryNames.Wrong(
                "lat",
                "point_unplaced",
                "该点不在中国境内，或 60 公里内没有已知县区。",
                "The point is outside China, or no known county is within 60 km of it."
            );
    }
}
