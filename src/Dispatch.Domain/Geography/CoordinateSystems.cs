namespace Dispatch.Domain.Geography;

/// <summary>The coordinate system a point was given in.</summary>
public enum Crs
{
    /// <summary>Satellite receivers (EPSG:4326); what is stored.</summary>
    Wgs84,

    /// <summary>Chinese public maps: AMap, Tencent, Apple.</summary>
    Gcj02,

    /// <summary>Baidu maps.</summary>
    Bd09,

    /// <summary>Chinese survey data (EPSG:4490); less than a metre from WGS-84 and taken as equal.</summary>
    Cgcs2000,
}

/// <summary>Converts points between WGS-84 and the systems of Chinese maps; outside the box around China nothing is done.</summary>
public static class CoordinateSystems
{
    // Krasovsky 1940, which the published GCJ-02 formula is built on.
    private const double SemiMajorAxis = 6378245.0;
    private const double EccentricitySquared = 0.00669342162296594323;
    private const double BaiduPi = Math.PI * 3000 / 180;

    // Each round leaves at most about a fiftieth of the error: six take 600 m below a micrometre.
    private const int InverseRounds = 6;

    public static GeoPoint FromWgs84(GeoPoint wgs84, Crs crs) => wgs84.IsInChina ? Shift(wgs84, crs) : wgs84;

    /// <summary>The WGS-84 point that <see cref="FromWgs84"/> takes to this one, within 1 mm.</summary>
    public static GeoPoint ToWgs84(GeoPoint point, Crs crs)
    {
        if (!point.IsInChina)
        {
            return point;
        }

        var wgs84 = point;
        for (var round = 0; round < InverseRounds; round++)
        {
            var shifted = Shift(wgs84, crs);
            wgs84 = new GeoPoint(wgs84.Lat + point.Lat - shifted.Lat, wgs84.Lng + point.Lng - shifted.Lng);
        }

        return wgs84;
    }

    private static GeoPoint Shift(GeoPoint wgs84, Crs crs) =>
        crs switch
        {
            Crs.Gcj02 => ToGcj02(wgs84),
            Crs.Bd09 => ToBd09(ToGcj02(wgs84)),
            _ => wgs84,
        };

    private static GeoPoint ToGcj02(GeoPoint wgs84)
    {
        var (x, y) = (wgs84.Lng - 105, wgs84.Lat - 35);
        var root = Math.Sqrt(Math.Abs(x));
        var ripple = Wave(20, 6 * x) + Wave(20, 2 * x);
        var north =
            -100
            + (2 * x)
            + (3 * y)
            + (0.2 * y * y)
            + (0.1 * x * y)
            + (0.2 * root)
            + ((ripple + Wave(20, y) + Wave(40, y / 3) + Wave(160, y / 12) + Wave(320, y / 30)) * 2 / 3);
        var east =
            300
            + x
            + (2 * y)
            + (0.1 * x * x)
            + (0.1 * x * y)
            + (0.1 * root)
            + ((ripple + Wave(20, x) + Wave(40, x / 3) + Wave(150, x / 12) + Wave(300, x / 30)) * 2 / 3);

        var lat = double.DegreesToRadians(wgs84.Lat);
        var sine = Math.Sin(lat);
        var magic = 1 - (EccentricitySquared * sine * sine);
        var meridianRadius = SemiMajorAxis * (1 - EccentricitySquared) / (magic * Math.Sqrt(magic));
        var parallelRadius = SemiMajorAxis / Math.Sqrt(magic) * Math.Cos(lat);
        return new GeoPoint(
            wgs84.Lat + double.RadiansToDegrees(north / meridianRadius),
            wgs84.Lng + double.RadiansToDegrees(east / parallelRadius)
        );
    }

    private static double Wave(double amplitude, double halfTurns) => amplitude * Math.Sin(halfTurns * Math.PI);

    private static GeoPoint ToBd09(GeoPoint gcj02)
    {
        var radius = Math.Sqrt((gcj02.Lng * gcj02.Lng) + (gcj02.Lat * gcj02.Lat)) + (0.00002 * Math.Sin(gcj02.Lat * BaiduPi));
        var angle = Math.Atan2(gcj02.Lat, gcj02.Lng) + (0.000003 * Math.Cos(gcj02.Lng * BaiduPi));
        return new GeoPoint((radius * Math.Sin(angle)) + 0.006, (radius * Math.Cos(angle)) + 0.0065);
    }
}
