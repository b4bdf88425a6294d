namespace Dispatch.Domain.Geography;

public static class Distance
{
    private const double MeanEarthRadiusKm = 6371.0088;

    /// <summary>Kilometres along the great circle between two WGS-84 points (haversine, IUGG mean radius).</summary>
    public static double GreatCircleKm(GeoPoint from, GeoPoint to)
    {
        var lat = Math.Sin(double.DegreesToRadians(to.Lat - from.Lat) / 2);
        var lng = Math.Sin(double.DegreesToRadians(to.Lng - from.Lng) / 2);
        var squared = (lat * lat) + (Math.Cos(double.DegreesToRadians(from.Lat)) * Math.Cos(double.DegreesToRadians(to.Lat)) * lng * lng);
        return 2 * MeanEarthRadiusKm * Math.Asin(Math.Sqrt(squared));
    }
}
