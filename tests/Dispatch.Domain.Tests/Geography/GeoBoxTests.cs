using Dispatch.Domain.Geography;
using Xunit;

namespace Dispatch.Domain.Tests.Geography;

public sealed class GeoBoxTests
{
    [Theory]
    [InlineData(28, 121, true)]
    [InlineData(27, 120, true)]
    [InlineData(29, 122, true)]
    [InlineData(26.999, 121, false)]
    [InlineData(29.001, 121, false)]
    [InlineData(28, 119.999, false)]
    [InlineData(28, 122.001, false)]
    public void A_box_holds_its_edges_and_what_is_between(double lat, double lng, bool inside) =>
        Assert.Equal(inside, new GeoBox(120, 27, 122, 29).Contains(new GeoPoint(lat, lng)));

    [Theory]
    [InlineData(179, true)]
    [InlineData(-179, true)]
    [InlineData(0, false)]
    public void A_box_whose_west_is_the_greater_crosses_the_180th_meridian(double lng, bool inside) =>
        Assert.Equal(inside, new GeoBox(170, -20, -170, 20).Contains(new GeoPoint(0, lng)));

    [Theory]
    [InlineData(-180, -90, 180, 90, true)]
    [InlineData(170, -20, -170, 20, true)]
    [InlineData(120, 29, 122, 27, false)]
    [InlineData(120, 27, 181, 29, false)]
    [InlineData(-181, 27, 122, 29, false)]
    [InlineData(120, -91, 122, 29, false)]
    [InlineData(28, 121, 29, 122, false)]
    [InlineData(double.NaN, 27, 122, 29, false)]
    public void A_box_lies_on_the_earth_and_its_south_is_not_above_its_north(
        double west,
        double south,
        double east,
        double north,
        bool lies
    ) => Assert.Equal(lies, new GeoBox(west, south, east, north).IsOnEarth);

    [Theory]
    [InlineData(Crs.Wgs84)]
    [InlineData(Crs.Cgcs2000)]
    public void A_box_in_satellite_positions_stays_as_it_is(Crs crs) =>
        Assert.Equal(new GeoBox(120, 27, 122, 29), new GeoBox(120, 27, 122, 29).ToWgs84(crs));

    [Theory]
    [InlineData(Crs.Gcj02)]
    [InlineData(Crs.Bd09)]
    public void What_a_shifted_box_holds_lies_in_the_box_it_becomes(Crs crs)
    {
        foreach (var size in new[] { 0.02, 0.3, 4 })
        {
            foreach (
                var (lat, lng) in new[]
                {
                    (28.2, 121.2),
                    (18.3, 109.5),
                    (47.2, 123.9),
                    (30.1, 104.9),
                    (43.8, 87.6),
                    (3.1, 112.0),
                    (53.4, 135.2),
                }
            )
            {
                var box = new GeoBox(lng, lat, lng + size, lat + size);
                var converted = box.ToWgs84(crs);
                foreach (var shown in PointsOf(box))
                {
                    var wgs84 = CoordinateSystems.ToWgs84(shown, crs);
                    Assert.True(converted.Contains(wgs84), $"{crs} {size} {shown}: {wgs84} is not in {converted}");
                }
            }
        }
    }

    [Theory]
    [InlineData(Crs.Gcj02)]
    [InlineData(Crs.Bd09)]
    public void A_small_box_becomes_one_that_is_hardly_wider(Crs crs)
    {
        var converted = new GeoBox(121.2, 28.2, 121.22, 28.22).ToWgs84(crs);

        Assert.InRange(converted.East - converted.West, 0.02, 0.0232);
        Assert.InRange(converted.North - converted.South, 0.02, 0.0232);
    }

    [Fact]
    public void A_box_around_the_whole_earth_stays_on_it() =>
        Assert.Equal(new GeoBox(-180, -90, 180, 90), new GeoBox(-180, -90, 180, 90).ToWgs84(Crs.Gcj02));

    private static IEnumerable<GeoPoint> PointsOf(GeoBox box)
    {
        const int steps = 60;
        for (var i = 0; i <= steps; i++)
        {
            for (var j = 0; j <= steps; j++)
            {
                yield return new GeoPoint(
                    box.South + ((box.North - box.South) * i / steps),
                    box.West + ((box.East - box.West) * j / steps)
                );
            }
        }
    }
}
