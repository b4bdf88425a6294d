using Dispatch.Domain.Geography;

namespace Dispatch.Domain.Matching.Index;

/// <summary>The map in cells of one degree, numbered from south to north and west to east. A service radius is found by the cells it may
/// touch.</summary>
internal static class MapCells
{
    private const int AroundTheEarth = 360;
    private const double EarthRadiusKm = 6371.0088;

    // Rounding must not lose the cell at the very edge.
    private const double Margin = 1e-6;

    public static int Of(GeoPoint point) => Of((int)Math.Floor(point.Lat), (int)Math.Floor(point.Lng));

    /// <summary>Every cell that lies, in part at least, within the radius.</summary>
    public static IEnumerable<int> Around(GeoPoint point, int radiusKm)
    {
        var angle = radiusKm / EarthRadiusKm;
        var north = double.RadiansToDegrees(angle) + Margin;
        var ratio = Math.Sin(angle) / Math.Cos(double.DegreesToRadians(point.Lat));
        // Where the circle holds a pole, every meridian crosses it.
        var east = ratio is < 1 and > -1 ? double.RadiansToDegrees(Math.Asin(ratio)) + Margin : AroundTheEarth / 2;
        for (var lat = (int)Math.Floor(point.Lat - north); lat <= (int)Math.Floor(point.Lat + north); lat++)
        {
            for (var lng = (int)Math.Floor(point.Lng - east); lng <= (int)Math.Floor(point.Lng + east); lng++)
            {
                yield return Of(lat, lng);
            }
        }
    }

    private static int Of(int lat, int lng) =>
        ((lat + 90) * AroundTheEarth) + ((lng + (AroundTheEarth / 2) + AroundTheEarth) % AroundTheEarth);
}
