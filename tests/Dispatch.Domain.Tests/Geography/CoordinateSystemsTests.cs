using Dispatch.Domain.Geography;
using Xunit;

namespace Dispatch.Domain.Tests.Geography;

public sealed class CoordinateSystemsTests
{
    private const double OneMillimetreInKm = 1e-6;

    [Theory]
    [InlineData(31.1774276, 121.5272106, 31.17530398364597, 121.531541859215)]
    [InlineData(22.543847, 113.912316, 22.540796131694766, 113.9171764808363)]
    [InlineData(39.911954, 116.377817, 39.91334545536069, 116.38404722455657)]
    public void Gcj02_follows_the_published_vectors(double lat, double lng, double shiftedLat, double shiftedLng)
    {
        var shifted = CoordinateSystems.FromWgs84(new GeoPoint(lat, lng), Crs.Gcj02);

        Assert.Equal(shiftedLat, shifted.Lat, 1e-9);
        Assert.Equal(shiftedLng, shifted.Lng, 1e-9);
    }

    // The vector GCJ-02 39.915, 116.404 is the one in the tests of wandergis/coordtransform.
    [Fact]
    public void Bd09_lies_where_published_converters_put_it()
    {
        var wgs84 = CoordinateSystems.ToWgs84(new GeoPoint(39.915, 116.404), Crs.Gcj02);

        var shifted = CoordinateSystems.FromWgs84(wgs84, Crs.Bd09);

        Assert.Equal(39.92133699351021, shifted.Lat, 1e-9);
        Assert.Equal(116.41036949371029, shifted.Lng, 1e-9);
    }

    [Theory]
    [InlineData(28.1383, 121.2262, 546)]
    [InlineData(27.6217, 119.0592, 602)]
    [InlineData(24.8000, 113.5833, 625)]
    [InlineData(21.9825, 108.6506, 503)]
    [InlineData(30.7522, 120.7500, 485)]
    public void Gcj02_lies_some_hundred_metres_off_in_the_counties_served(double lat, double lng, int metres)
    {
        var wgs84 = new GeoPoint(lat, lng);

        var shift = Distance.GreatCircleKm(wgs84, CoordinateSystems.FromWgs84(wgs84, Crs.Gcj02)) * 1000;

        Assert.Equal(metres, shift, 1.5);
    }

    [Theory]
    [InlineData(Crs.Wgs84)]
    [InlineData(Crs.Gcj02)]
    [InlineData(Crs.Bd09)]
    [InlineData(Crs.Cgcs2000)]
    public void Every_point_of_China_comes_back_within_a_millimetre(Crs crs)
    {
        var (worst, at) = GridOfChina()
            .Select(wgs84 =>
                (
                    ErrorKm: Distance.GreatCircleKm(wgs84, CoordinateSystems.ToWgs84(CoordinateSystems.FromWgs84(wgs84, crs), crs)),
                    Point: wgs84
                )
            )
            .MaxBy(pair => pair.ErrorKm);

        Assert.True(worst < OneMillimetreInKm, $"{at} came back {worst * 1e6:F3} mm away");
    }

    [Theory]
    [InlineData(Crs.Wgs84)]
    [InlineData(Crs.Cgcs2000)]
    public void Survey_data_are_taken_as_satellite_positions(Crs crs)
    {
        var point = new GeoPoint(28.1383, 121.2262);

        Assert.Equal(point, CoordinateSystems.FromWgs84(point, crs));
        Assert.Equal(point, CoordinateSystems.ToWgs84(point, crs));
    }

    [Theory]
    [InlineData(48.8584, 2.2945)]
    [InlineData(-33.8568, 151.2153)]
    [InlineData(2.99, 110)]
    [InlineData(54.01, 110)]
    [InlineData(40, 72.99)]
    [InlineData(40, 136.01)]
    [InlineData(90, 0)]
    [InlineData(double.NaN, 110)]
    [InlineData(30, double.PositiveInfinity)]
    public void Outside_the_box_around_China_nothing_is_done(double lat, double lng)
    {
        var point = new GeoPoint(lat, lng);

        Assert.False(point.IsInChina);
        foreach (var crs in new[] { Crs.Gcj02, Crs.Bd09 })
        {
            Assert.Equal(point, CoordinateSystems.FromWgs84(point, crs));
            Assert.Equal(point, CoordinateSystems.ToWgs84(point, crs));
        }
    }

    [Theory]
    [InlineData(3, 73)]
    [InlineData(54, 136)]
    [InlineData(28.1684, 121.3471)]
    public void The_box_includes_its_edges(double lat, double lng) => Assert.True(new GeoPoint(lat, lng).IsInChina);

    [Theory]
    [InlineData(30, 120, true)]
    [InlineData(double.NaN, 120, false)]
    [InlineData(30, double.NegativeInfinity, false)]
    public void A_point_of_no_numbers_is_not_finite(double lat, double lng, bool finite) =>
        Assert.Equal(finite, new GeoPoint(lat, lng).IsFinite);

    // An odd step meets the waves of the formula in every phase. The last two kilometres of the box, all of them abroad or at sea,
    // stay out: a point there may be shifted out of it.
    private static IEnumerable<GeoPoint> GridOfChina()
    {
        const double step = 0.2237;
        for (var lat = 3.02; lat < 53.98; lat += step)
        {
            for (var lng = 73.02; lng < 135.98; lng += step)
            {
                yield return new GeoPoint(lat, lng);
            }
        }
    }
}
