using Dispatch.Domain.Geography;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>Which teams each tier opens for a request: those of the county, of its city, of its province, of the country.</summary>
/// <remarks>What lies in what says the region tree. A city without counties is its own county; a level the place does not have opens
/// nothing beyond the level below it. A service area counts as soon as the tier's area holds it and it holds the place of the request:
/// serving a county expressly opens a team with the county, serving a whole city opens it with the city.</remarks>
public sealed class Scope
{
    private readonly RegionTree regions;
    private readonly string place;
    private readonly string city;
    private readonly string province;

    public Scope(RegionTree regions, string regionCode)
    {
        this.regions = regions;
        place =
            regions.Find(regionCode)?.Code ?? throw new ArgumentException($"Region {regionCode} is not in the tree.", nameof(regionCode));
        County = regions.Enclosing(place, RegionLevel.County)?.Code ?? place;
        city = regions.Enclosing(place, RegionLevel.City)?.Code ?? County;
        province = regions.Enclosing(place, RegionLevel.Province)?.Code ?? city;
    }

    /// <summary>The county of the request; for a wider request its own region.</summary>
    public string County { get; }

    /// <summary>The lowest tier, county at least, that opens the team.</summary>
    public Tier Opens(Team team) =>
        Holds(County, team) ? Tier.County
        : Holds(city, team) ? Tier.City
        : Holds(province, team) ? Tier.Province
        : Tier.Country;

    private bool Holds(string area, Team team)
    {
        if (regions.IsWithin(team.RegionCode, area))
        {
            return true;
        }

        for (var at = 0; at < team.Serves.Count; at++)
        {
            if (regions.IsWithin(place, team.Serves[at]) && regions.IsWithin(team.Serves[at], area))
            {
                return true;
            }
        }

        return false;
    }
}
