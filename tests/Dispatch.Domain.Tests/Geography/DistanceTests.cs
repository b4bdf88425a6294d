using Dispatch.Domain.Geography;
using Xunit;

namespace Dispatch.Domain.Tests.Geography;

public sealed class DistanceTests
{
    private const double Radius = 6371.0088;

    [Theory]
    [InlineData(28.1383, 121.2262, 28.1383, 121.2262, 0)]
    [InlineData(0, 100, 0, 101, Radius * Math.PI / 180)]
    [InlineData(30, 120, 31, 120, Radius * Math.PI / 180)]
    [InlineData(0, 0, 0, 180, Radius * Math.PI)]
    [InlineData(90, 0, -90, 77, Radius * Math.PI)]
    [InlineData(0, 20, 90, 140, Radius * Math.PI / 2)]
    public void Great_circles_have_the_length_geometry_gives_them(double lat, double lng, double otherLat, double otherLng, double km)
    {
        var (from, to) = (new GeoPoint(lat, lng), new GeoPoint(otherLat, otherLng));

        Assert.Equal(km, Distance.GreatCircleKm(from, to), 1e-6);
        Assert.Equal(Distance.GreatCircleKm(to, from), Distance.GreatCircleKm(from, to));
    }

    [Fact]
    public void Opposite_ends_of_the_earth_are_half_its_circumference_apart_whatever_rounding_does()
    {
        for (var lat = -90.0; lat <= 90; lat += 0.0123)
        {
            var (here, there) = (new GeoPoint(lat, 20), new GeoPoint(-lat, 200));
            Assert.Equal(Radius * Math.PI, Distance.GreatCircleKm(here, there), 1e-3);
        }
    }

    [Fact]
    public void Longquan_and_Qingyuan_are_some_fifty_kilometres_apart_by_air() =>
        Assert.InRange(Distance.GreatCircleKm(new GeoPoint(28.0778, 119.1364), new GeoPoint(27.6217, 119.0592)), 50, 52);
}
