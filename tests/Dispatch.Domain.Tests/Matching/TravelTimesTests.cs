using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Teams;
using Xunit;

namespace Dispatch.Domain.Tests.Matching;

public sealed class TravelTimesTests
{
    // One degree of latitude is 111.195 km on the mean sphere.
    private static readonly GeoPoint TenKmNorth = new(Given.Place.Lat + (10 / 111.195), Given.Place.Lng);
    private static readonly GeoPoint FortyKmNorth = new(Given.Place.Lat + (40 / 111.195), Given.Place.Lng);

    [Fact]
    public void Ten_kilometres_of_great_circle_take_twenty_one_minutes() =>
        Assert.Equal(new Journey(10, 21), TravelTimes.GreatCircle.From(Based(TenKmNorth), Given.Place, Given.County, Given.Rules.Regions));

    [Fact]
    public void The_nearest_of_several_bases_counts() =>
        Assert.Equal(new Journey(10, 21), From(TravelTimes.GreatCircle, Based(FortyKmNorth, TenKmNorth, FortyKmNorth)));

    [Theory]
    [InlineData(Given.County, Given.NeighbourCounty, 75)]
    [InlineData(Given.NeighbourCounty, Given.County, 75)]
    [InlineData(Given.NeighbourCounty, Given.OtherCityCounty, 21)]
    [InlineData(Given.County, Given.County, 21)]
    public void A_known_pair_overrides_the_great_circle_both_ways(string one, string other, double minutes)
    {
        var times = new TravelTimes([new(one, other, 75)]);
        Assert.Equal(minutes, From(times, Based(TenKmNorth) with { RegionCode = Given.NeighbourCounty }).Minutes);
    }

    [Fact]
    public void An_island_within_its_county_may_be_known_too() =>
        Assert.Equal(
            120,
            From(new([new(Given.County, Given.County, 120)]), Based(TenKmNorth) with { RegionCode = Given.Township }).Minutes
        );

    [Fact]
    public void Of_several_bases_each_counts_to_the_county_nearest_to_it()
    {
        var inNeighbourCounty = new GeoPoint(28.37, 121.37);
        var inOtherCity = new GeoPoint(28.07, 119.14);
        var team = Based(inNeighbourCounty, inOtherCity) with { RegionCode = Given.NeighbourCounty };
        var times = new TravelTimes([new(Given.NeighbourCounty, Given.County, 300), new(Given.OtherCityCounty, Given.County, 200)]);
        Assert.Equal(200, From(times, team).Minutes);
    }

    [Fact]
    public void A_city_team_sets_out_from_the_county_of_its_base()
    {
        var team = Based(new GeoPoint(28.37, 121.37)) with { RegionCode = Given.City };
        Assert.Equal(75, From(new([new(Given.NeighbourCounty, Given.County, 75)]), team).Minutes);
    }

    private static Team Based(params GeoPoint[] bases) => Given.ATeam() with { Bases = bases };

    private static Journey From(TravelTimes times, Team team) => times.From(team, Given.Place, Given.County, Given.Rules.Regions);
}
