using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>A known travel time between two counties, the same both ways: where a ferry or a mountain makes the great circle lie.</summary>
public sealed record KnownTravelTime(string RegionCode, string OtherRegionCode, double Minutes);

/// <summary>Minutes on the road between a team and the place of work.</summary>
public sealed class TravelTimes(IEnumerable<KnownTravelTime> known)
{
    /// <summary>Kilometres of road to one kilometre of great circle.</summary>
    public const double RoadFactor = 1.4;

    /// <summary>Kilometres an hour, door to door.</summary>
    public const double SpeedKmh = 40;

    private readonly FrozenDictionary<string, FrozenDictionary<string, double>> minutes = known
        .SelectMany(entry =>
            new[] { entry, new KnownTravelTime(entry.OtherRegionCode, entry.RegionCode, entry.Minutes) }.DistinctBy(way => way.RegionCode)
        )
        .GroupBy(entry => entry.RegionCode)
        .ToFrozenDictionary(
            group => group.Key,
            group => group.ToFrozenDictionary(entry => entry.OtherRegionCode, entry => entry.Minutes, StringComparer.Ordinal),
            StringComparer.Ordinal
        );

    /// <summary>No pair is known: every time comes from the great circle.</summary>
    public static TravelTimes GreatCircle { get; } = new([]);

    /// <summary>The known minutes to one county, by the county one sets out from; mostly empty.</summary>
    public IReadOnlyDictionary<string, double> To(string placeCounty) =>
        minutes.GetValueOrDefault(placeCounty, FrozenDictionary<string, double>.Empty);

    /// <summary>The way from the base that is soonest there.</summary>
    public Journey From(Team team, GeoPoint place, string placeCounty, RegionTree regions)
    {
        var ways = To(placeCounty);
        Journey? soonest = null;
        foreach (var point in team.Bases)
        {
            // Which county a base lies in takes a search, and hardly ever matters.
            var journey = Between(point, place, ways.Count == 0 ? null : Known(ways, CountyOf(team, point, regions)));
            soonest = soonest is { } other && other.IsSoonerThan(journey) ? other : journey;
        }

        return soonest ?? throw new ArgumentException($"Team {team.Id} has no base to set out from.", nameof(team));
    }

    /// <summary>The way from one base.</summary>
    /// <param name="known">The minutes the table has for it; none: as the great circle says.</param>
    public static Journey Between(GeoPoint point, GeoPoint place, double? known)
    {
        var km = Distance.GreatCircleKm(point, place);
        return new Journey(Math.Round(km, 1), Math.Round(known ?? MinutesFor(km), 1));
    }

    public static double MinutesFor(double km) => km * RoadFactor / SpeedKmh * 60;

    /// <summary>The county a base counts to: the team's own when it is the only base, else the one nearest to it.</summary>
    public static string CountyOf(Team team, GeoPoint point, RegionTree regions) =>
        (team.Bases.Count == 1 ? regions.Enclosing(team.RegionCode, RegionLevel.County)?.Code : null)
        ?? regions.Nearest(point)?.Region.Code
        ?? team.RegionCode;

    private static double? Known(IReadOnlyDictionary<string, double> ways, string county) =>
        ways.TryGetValue(county, out var minutes) ? minutes : null;
}

/// <summary>A way to the place of work: great-circle kilometres and minutes on the road, both to one decimal, so that the shown figures
/// are the ones that were scored.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Journey(double Km, double Minutes)
{
    /// <summary>Fewer minutes, then fewer kilometres.</summary>
    public bool IsSoonerThan(Journey other) => (Minutes, Km).CompareTo((other.Minutes, other.Km)) < 0;
}
