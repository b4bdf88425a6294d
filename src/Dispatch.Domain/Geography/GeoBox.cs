using System.Runtime.InteropServices;

namespace Dispatch.Domain.Geography;

/// <summary>A part of the map in degrees, all edges included; where <see cref="West"/> is the greater it crosses the 180th meridian (RFC 7946, 5.2).</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct GeoBox(double West, double South, double East, double North)
{
    // How much the shift may differ between two points, in degrees a degree (BD-09 turns fast, GCJ-02 has a sixth of it), and at all.
    private const double SteepestShift = 0.03;
    private const double WidestShift = 0.02;

    // The formula has a root in it, whose slope is steep for some centimetres around 105 degrees east.
    private const double Rounding = 0.00001;

    /// <summary>Edges that are numbers of degrees, the southern one not north of the northern.</summary>
    public bool IsOnEarth =>
        South is >= -90 and <= 90 && North is >= -90 and <= 90 && South <= North && IsMeridian(West) && IsMeridian(East);

    public bool CrossesDateLine => West > East;

    public bool Contains(GeoPoint point) =>
        point.Lat >= South
        && point.Lat <= North
        && (CrossesDateLine ? point.Lng >= West || point.Lng <= East : point.Lng >= West && point.Lng <= East);

    /// <summary>The WGS-84 box around everything this one holds in another system: a little wider, since a shifted box has no straight edges.</summary>
    public GeoBox ToWgs84(Crs crs)
    {
        if (crs is Crs.Wgs84 or Crs.Cgcs2000)
        {
            return this;
        }

        var (southWest, northEast) = (
            CoordinateSystems.ToWgs84(new GeoPoint(South, West), crs),
            CoordinateSystems.ToWgs84(new GeoPoint(North, East), crs)
        );
        // An edge outside China stays where it is, and what lies within China may still be shifted across it.
        var isWhole = new GeoPoint(South, West).IsInChina && new GeoPoint(North, East).IsInChina;
        var margin = isWhole ? Math.Min(WidestShift, SteepestShift * (Math.Abs(East - West) + North - South)) + Rounding : WidestShift;
        return new GeoBox(
            Math.Max(southWest.Lng - margin, -180),
            Math.Max(southWest.Lat - margin, -90),
            Math.Min(northEast.Lng + margin, 180),
            Math.Min(northEast.Lat + margin, 90)
        );
    }

    private static bool IsMeridian(double lng) => lng is >= -180 and <= 180;
}
