using System.Globalization;
using System.Text.Json.Serialization;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;

namespace Dispatch.Api.Http;

/// <summary>On an endpoint that also answers as a map when <c>Accept</c> says <c>application/geo+json</c>.</summary>
internal sealed record OffersGeoJson;

/// <summary>A list whose items have places on the map; null when the caller wants the list.</summary>
internal interface IMapped
{
    FeatureCollection? Map { get; }
}

/// <summary>Points alone: nothing here has an area.</summary>
internal sealed record Geometry(string Type, object Coordinates);

/// <summary>One item of a list at its place; without a place its geometry is null.</summary>
internal sealed record Feature(object Id, Geometry? Geometry, object Properties)
{
    [JsonPropertyOrder(-1)]
    public string Type => "Feature";
}

/// <summary>A list as a map (RFC 7946): longitude before latitude, WGS-84 and no word about it unless the caller asked for another system.</summary>
internal sealed record FeatureCollection(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<double>? Bbox,
    IReadOnlyList<Feature> Features,
    string Self,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Crs? CoordType
)
{
    [JsonPropertyOrder(-1)]
    public string Type => "FeatureCollection";
}

internal static class GeoJson
{
    public const string MediaType = "application/geo+json";

    /// <summary>Named by the caller, and not less welcome than JSON.</summary>
    public static bool WantsMap(this HttpContext http)
    {
        if (!http.Request.Headers.Accept.ToString().Contains("geo+json", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var wanted = http.Request.GetTypedHeaders().Accept;
        var (map, list) = (Welcome(MediaType), Welcome("application/json"));
        return map > 0 && map >= list;

        double Welcome(string type) =>
            wanted
                .Where(range => range.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
                .Select(range => range.Quality ?? 1)
                .DefaultIfEmpty(0)
                .Max();
    }

    /// <summary>The items of a page on the map, in the system the caller speaks.</summary>
    public static FeatureCollection Of<T>(
        IEnumerable<T> items,
        Func<T, (object Id, IReadOnlyList<GeoPoint> Points)> place,
        MapQuery map,
        string self,
        string? next
    )
    {
        var placed = items.Select(item => (Item: item, Place: place(item))).ToList();
        var features = placed
            .Select(entry => new Feature(entry.Place.Id, GeometryOf([.. entry.Place.Points.Select(map.Shown)]), entry.Item!))
            .ToList();
        var points = placed.SelectMany(entry => entry.Place.Points).Select(map.Shown).ToList();
        return new FeatureCollection(
            points.Count == 0 ? null : [points.Min(p => p.Lng), points.Min(p => p.Lat), points.Max(p => p.Lng), points.Max(p => p.Lat)],
            features,
            self,
            next,
            map.Crs == Crs.Wgs84 ? null : map.Crs
        );
    }

    private static Geometry? GeometryOf(IReadOnlyList<GeoPoint> points) =>
        points switch
        {
            [] => null,
            [var point] => new Geometry("Point", Position(point)),
            _ => new Geometry("MultiPoint", points.Select(Position).ToList()),
        };

    private static double[] Position(GeoPoint point) => [point.Lng, point.Lat];
}

/// <summary>Which part of the map is asked for, and in which system the caller's coordinates are, those of the answer too.</summary>
internal sealed record MapQuery(Crs Crs, GeoBox? Box)
{
    public const string CoordType = "coord_type";

    private static readonly string Known = string.Join(", ", Words.All<Crs>());

    /// <summary>WGS-84 unless another system is named.</summary>
    public static MapQuery Read(string? bbox, string? coordType, string parameter = CoordType)
    {
        var crs =
            coordType is null ? Crs.Wgs84
            : Words.TryTo<Crs>(coordType, out var named) ? named
            : throw QueryNames.Wrong(parameter, "unknown", $"{parameter} 只能是：{Known}。", $"{parameter} is one of: {Known}.");
        return new MapQuery(crs, bbox is null ? null : BoxOf(bbox).ToWgs84(crs));
    }

    /// <summary>For a reader of one thing: the system named in the query of the current call, which its endpoint takes.</summary>
    public static MapQuery Of(HttpContext? http) => Read(null, http?.Request.Query[CoordType]);

    /// <summary>A point as it is stored, in the system of the caller.</summary>
    public GeoPoint Shown(GeoPoint wgs84) => CoordinateSystems.FromWgs84(wgs84, Crs);

    /// <summary>A condition on two columns; its parameters are added.</summary>
    public static string Sql(GeoBox box, string lat, string lng, Arguments args, string name = "box")
    {
        args.Add(name + "West", box.West);
        args.Add(name + "South", box.South);
        args.Add(name + "East", box.East);
        args.Add(name + "North", box.North);
        var either = box.CrossesDateLine ? "or" : "and";
        return $"({lat} >= @{name}South and {lat} <= @{name}North and ({lng} >= @{name}West {either} {lng} <= @{name}East))";
    }

    private static GeoBox BoxOf(string text)
    {
        var edges = text.Split(',')
            .Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var edge) ? edge : double.NaN)
            .ToList();
        if (edges.Count != 4 || edges.Exists(edge => !double.IsFinite(edge)))
        {
            throw QueryNames.Wrong(
                "bbox",
                "wrong_type",
                "bbox 为四个数：西,南,东,北（度）。",
                "bbox is four numbers in degrees: west,south,east,north."
            );
        }

        var box = new GeoBox(edges[0], edges[1], edges[2], edges[3]);
        return box.IsOnEarth
            ? box
            : throw QueryNames.Wrong(
                "bbox",
                "out_of_range",
                "bbox 超出范围：经度 -180 到 180，纬度 -90 到 90，南不大于北；顺序为西,南,东,北。",
                "bbox is out of range: longitudes -180 to 180, latitudes -90 to 90, south not above north; the order is west,south,east,north."
            );
    }
}
