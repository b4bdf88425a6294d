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

    private readonly FrozenDictionary<(string, string), double> minutes = known.ToFrozenDictionary(
        entry => Pair(entry.RegionCode, entry.OtherRegionCode),
        entry => entry.Minutes
    );

    /// <summary>No pair is known: every time comes from the great circle.</summary>
    public static TravelTimes GreatCircle { get; } = new([]);

    /// <summary>The way from the base that is soonest there. A base counts to the team's own county when it is the only one, else to the
    /// county nearest to it.</summary>
    public Journey From(Team team, GeoPoint place, string placeCounty, RegionTree regions)
    {
        Journey? soonest = null;
        foreach (var point in team.Bases)
        {
            var km = Distance.GreatCircleKm(point, place);
            var journey = new Journey(Math.Round(km, 1), Math.Round(Minutes(), 1));
            if (soonest is null || (journey.Minutes, journey.Km).CompareTo((soonest.Value.Minutes, soonest.Value.Km)) < 0)
            {
                soonest = journey;
            }

            double Minutes() =>
                minutes.Count > 0 && minutes.TryGetValue(Pair(CountyOf(point), placeCounty), out var known)
                    ? known
                    : km * RoadFactor / SpeedKmh * 60;
        }

        return soonest ?? throw new ArgumentException($"Team {team.Id} has no base to set out from.", nameof(team));

        string CountyOf(GeoPoint point) =>
            (team.Bases.Count == 1 ? regions.Enclosing(team.RegionCode, RegionLevel.County)?.Code : null)
            ?? regions.Nearest(point)?.Region.Code
            ?? team.RegionCode;
    }

    private static (string, string) Pair(string one, string other) => string.CompareOrdinal(one, other) <= 0 ? (one, other) : (other, one);
}

/// <summary>A way to the place of work: great-circle kilometres and minutes on the road, both to one decimal, so that the shown figures
/// are the ones that were scored.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Journey(double Km, double Minutes);
