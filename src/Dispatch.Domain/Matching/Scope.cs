using Dispatch.Domain.Geography;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>Which teams each tier opens for a request: those of the county, of its city, of its province, of the country.</summary>
/// <remarks>What lies in what says the region tree. A city without counties is its own county; a level the place does not have opens
/// nothing beyond the level below it. A service area counts as soon as the tier's area holds it and it holds the place of the request:
/// serving a county expressly opens a team with the county, serving a whole city opens it with the city. Where the place lies within a
/// team's service radius, the team is open with the county, wherever it is at home.</remarks>
public sealed class Scope
{
    private readonly RegionTree regions;
    private readonly string place;
    private readonly string city;
    private readonly string province;
    private readonly GeoPoint? point;

    public Scope(RegionTree regions, string regionCode, GeoPoint? point = null)
    {
        this.regions = regions;
        this.point = point;
        place =
            regions.Find(regionCode)?.Code ?? throw new ArgumentException($"Region {regionCode} is not in the tree.", nameof(regionCode));
        County = regions.Enclosing(place, RegionLevel.County)?.Code ?? place;
        city = regions.Enclosing(place, RegionLevel.City)?.Code ?? County;
        province = regions.Enclosing(place, RegionLevel.Province)?.Code ?? city;
    }

    /// <summary>The county of the request; for a wider request its own region.</summary>
    public string County { get; }

    /// <summary>The regions whose own teams a tier opens; the country has no bounds.</summary>
    public RegionSpan Area(Tier tier) =>
        tier switch
        {
            <= Tier.County => regions.SpanOf(County),
            Tier.City => regions.SpanOf(city),
            Tier.Province => regions.SpanOf(province),
            _ => new RegionSpan(int.MinValue, int.MaxValue),
        };

    /// <summary>The regions that hold the place, from the narrowest up, and the tier that opens a team serving one of them expressly.</summary>
    public IEnumerable<(int Position, Tier Opens)> Around()
    {
        foreach (var region in regions.Ancestors(place))
        {
            var position = regions.SpanOf(region.Code).Start;
            for (var tier = Tier.County; tier <= Tier.Province; tier++)
            {
                if (Area(tier).Holds(position))
                {
                    yield return (position, tier);
                    break;
                }
            }
        }
    }

    /// <summary>Whether the place lies within the team's service radius, kept as kilometres around each base.</summary>
    public bool IsWithin(int radiusKm, GeoPoint teamBase) => point is { } there && Distance.GreatCircleKm(teamBase, there) <= radiusKm;

    /// <summary>The lowest tier, county at least, that opens the team.</summary>
    public Tier Opens(Team team) =>
        Holds(County, team) || IsWithinRadius(team) ? Tier.County
        : Holds(city, team) ? Tier.City
        : Holds(province, team) ? Tier.Province
        : Tier.Country;

    private bool IsWithinRadius(Team team) => team.RadiusKm is { } radius && team.Bases.Any(start => IsWithin(radius, start));

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
