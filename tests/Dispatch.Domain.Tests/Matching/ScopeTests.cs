using Dispatch.Domain.Matching;
using Dispatch.Domain.Teams;
using Xunit;

namespace Dispatch.Domain.Tests.Matching;

public sealed class ScopeTests
{
    [Theory]
    // A county opens its own teams and those of its townships, whichever township asks.
    [InlineData(Given.County, Given.County, Tier.County)]
    [InlineData(Given.County, Given.Township, Tier.County)]
    [InlineData(Given.Township, Given.County, Tier.County)]
    [InlineData(Given.Township, Given.OtherTownship, Tier.County)]
    // The city adds its own teams and the neighbours, the province all of its cities.
    [InlineData(Given.County, Given.City, Tier.City)]
    [InlineData(Given.County, Given.NeighbourCounty, Tier.City)]
    [InlineData(Given.County, Given.OtherCity, Tier.Province)]
    [InlineData(Given.County, Given.OtherCityCounty, Tier.Province)]
    [InlineData(Given.County, Given.Province, Tier.Province)]
    [InlineData(Given.County, Given.OtherProvince, Tier.Country)]
    // A wider request opens everything below it at once.
    [InlineData(Given.City, Given.County, Tier.County)]
    [InlineData(Given.City, Given.OtherCity, Tier.Province)]
    [InlineData(Given.Province, Given.County, Tier.County)]
    [InlineData(Given.Province, Given.OtherProvince, Tier.Country)]
    // A city without counties is its own county.
    [InlineData(Given.CityWithoutCounties, Given.CityWithoutCounties, Tier.County)]
    [InlineData(Given.CityWithoutCounties, Given.TownshipWithoutCounty, Tier.County)]
    [InlineData(Given.TownshipWithoutCounty, Given.CityWithoutCounties, Tier.County)]
    [InlineData(Given.CityWithoutCounties, "440305", Tier.Province)]
    // A county without a city goes straight to its province.
    [InlineData(Given.CountyWithoutCity, Given.CountyWithoutCity, Tier.County)]
    [InlineData(Given.CountyWithoutCity, "410100", Tier.Province)]
    // A team whose region nobody knows is nowhere nearer than the country.
    [InlineData(Given.County, "999999", Tier.Country)]
    public void A_team_is_opened_by_the_lowest_tier_whose_area_holds_its_region(string place, string region, Tier opens) =>
        Assert.Equal(opens, Opens(place, Given.ATeam() with { RegionCode = region }));

    [Theory]
    [InlineData(Given.County, Given.County, Tier.County)]
    [InlineData(Given.Township, Given.County, Tier.County)]
    [InlineData(Given.Township, Given.Township, Tier.County)]
    [InlineData(Given.County, Given.Township, Tier.Country)]
    [InlineData(Given.Township, Given.OtherTownship, Tier.Country)]
    [InlineData(Given.County, Given.City, Tier.City)]
    [InlineData(Given.County, Given.Province, Tier.Province)]
    [InlineData(Given.County, Given.NeighbourCounty, Tier.Country)]
    [InlineData(Given.CityWithoutCounties, Given.CityWithoutCounties, Tier.County)]
    public void A_service_area_opens_a_team_of_elsewhere_with_the_tier_of_the_area(string place, string serves, Tier opens) =>
        Assert.Equal(opens, Opens(place, Given.ATeam() with { RegionCode = "410100", Serves = ["410100", serves] }));

    [Fact]
    public void A_request_for_a_place_nobody_knows_is_a_bug() =>
        Assert.Throws<ArgumentException>(() => new Scope(Given.Rules.Regions, "999999"));

    private static Tier Opens(string place, Team team) => new Scope(Given.Rules.Regions, place).Opens(team);
}
