using System.Text.Json.Serialization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Geography;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Regions;

internal sealed record RegionView(string Code, string Name, RegionLevel Level, string? ParentCode, double Lat, double Lng, Crs Crs)
    : IResource
{
    // A region is replaced as a whole with the reference data: its bytes are its version.
    long IResource.Version => 1;

    string IResource.Place() => $"/v1/regions/{Code}";

    public static RegionView Of(Region region, MapQuery map)
    {
        var point = map.Shown(region.Point);
        return new RegionView(region.Code, region.Name, region.Level, region.ParentCode, point.Lat, point.Lng, map.Crs);
    }
}

internal sealed record RegionsView(IReadOnlyList<RegionView> Items) : IMapped
{
    [JsonIgnore]
    public FeatureCollection? Map { get; init; }
}

/// <summary>Regions below one, by name path, within a part of the map, or nearest to a point; without any of these the whole tree.</summary>
internal static class ListRegionsEndpoint
{
    public static void MapListRegions(this IEndpointRouteBuilder regions) =>
        regions
            .MapGet("/", Get)
            .WithName("ListRegions")
            .WithSummary("List regions: all, the children of one, by name path, within a box, or the one at a point")
            .WithMetadata(new PublicCatalogue())
            .ShowsMany()
            .ShowsMap()
            .AnswerConditionally();

    private static RegionsView Get(
        HttpContext http,
        Catalogue catalogue,
        string? parent = null,
        string? name = null,
        double? lat = null,
        double? lng = null,
        string? crs = null,
        string? bbox = null,
        [FromQuery(Name = MapQuery.CoordType)] string? coordType = null
    )
    {
        if (crs is not null && coordType is not null)
        {
            throw QueryNames.Wrong(
                "crs",
                "repeated",
                "crs 与 coord_type 意思相同，只给一个。",
                "crs and coord_type are the same: give one."
            );
        }

        var map = MapQuery.Read(bbox, coordType ?? crs, crs is null ? MapQuery.CoordType : "crs");
        var found = Selected(catalogue.Regions, parent, name, lat, lng, map.Crs).Where(region => map.Box?.Contains(region.Point) ?? true);
        var views = found.Select(region => RegionView.Of(region, map)).ToList();
        return new RegionsView(views)
        {
            Map = http.WantsMap()
                ? GeoJson.Of(
                    views,
                    view => (view.Code, [catalogue.Regions.Find(view.Code)!.Point]),
                    map,
                    http.Request.Path + http.Request.QueryString,
                    next: null
                )
                : null,
        };
    }

    private static IEnumerable<Region> Selected(RegionTree tree, string? parent, string? name, double? lat, double? lng, Crs crs)
    {
        if (lat is { } latitude && lng is { } longitude)
        {
            return [AtPoint(tree, new GeoPoint(latitude, longitude), crs)];
        }

        if (lat is not null || lng is not null)
        {
            throw QueryNames.Wrong("lat", "point_incomplete", "lat 与 lng 须同时给出。", "Give lat and lng together.");
        }

        if (name is not null)
        {
            return tree.FindByPath(name) is { } found ? [found] : [];
        }

        if (parent is not null && tree.Find(parent) is null)
        {
            throw QueryNames.Wrong("parent", "region_unknown", "没有这个行政区划代码。", "There is no such region.");
        }

        return parent is null ? tree.All : tree.Children(parent);
    }

    private static Region AtPoint(RegionTree tree, GeoPoint point, Crs crs) =>
        tree.Place(null, point.IsFinite ? CoordinateSystems.ToWgs84(point, crs) : point) is Placed placed
            ? placed.Region
            : throw QueryNames.Wrong(
                "lat",
                "point_unplaced",
                "该点不在中国境内，或 60 公里内没有已知县区。",
                "The point is outside China, or no known county is within 60 km of it."
            );
}
