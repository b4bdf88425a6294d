using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Domain.Tests.Matching.Index;

/// <summary>Teams and needs out of numbers: few places, levels and loads, so that much is equal and little is ordinary.</summary>
internal static class World
{
    private static readonly string[] Codes = ["agr-citrus", "agr-soil", "agr-plantprot", "mec-cut", "mec-weld", "ict-5g", "not-listed"];
    private static readonly string[] Everywhere = [.. Given.Rules.Regions.All.Select(region => region.Code)];

    // Most live close together, so that tiers have something to choose from.
    private static readonly string[] Regions =
    [
        .. Everywhere,
        "999999",
        .. Enumerable.Repeat(Given.County, 8),
        .. Enumerable.Repeat(Given.NeighbourCounty, 6),
        .. Enumerable.Repeat(Given.OtherCityCounty, 4),
    ];

    private static readonly GeoPoint[] Points =
    [
        .. Given.Rules.Regions.All.Select(region => region.Point),
        Given.Place,
        new(28.2000001, 121.25),
        new(28.6, 121.25),
        new(-33.9, 151.2),
    ];

    /// <summary>Among others a ferry that is slower and a bridge that is faster than the great circle says.</summary>
    public static MatchRules Rules { get; } =
        Given.Rules with
        {
            TravelTimes = new TravelTimes([
                new("331081", "331083", 180),
                new("331181", "331083", 6),
                new("440305", "442000", 20),
                new("331083", "331083", 12),
            ]),
        };

    public static Team ATeam(int seed)
    {
        var random = new Random(seed);
        if (random.Next(3) == 0)
        {
            // Neighbours that differ by some dozen metres of way only: a bound that is off by a little ranks them wrongly.
            return Given.ATeam(seed) with { Bases = [new(Given.Place.Lat + (0.0002 * random.Next(20)), Given.Place.Lng)] };
        }

        var team = Given.ATeam(seed) with
        {
            Kind = Pick(random, Enum.GetValues<TeamKind>()),
            RegionCode = Pick(random, Regions),
            Bases = [.. Some(random, Points, 1 + (random.Next(4) / 3 * random.Next(3)))],
            Serves = random.Next(4) == 0 ? [.. Some(random, Everywhere, 1 + random.Next(3)).Distinct()] : [],
            RadiusKm = random.Next(6) == 0 ? Pick(random, [1, 30, 120, 500]) : null,
            Skills = Some(random, Codes, 1 + random.Next(4))
                .Distinct()
                .ToDictionary(
                    code => code,
                    code => new TeamSkill(code, random.Next(3, 7), random.Next(3) == 0 ? null : Given.Today.AddDays(random.Next(-1, 4)))
                ),
            Forms = random.Next(3) == 0 ? [.. Some(random, Enum.GetValues<VisitForm>(), 2)] : Enum.GetValues<VisitForm>().ToHashSet(),
            Capacity = random.Next(1, 4),
            Suspended = random.Next(12) == 0,
            Availability = Hours(random),
            HostOrganisation = random.Next(2) == 0 ? "示范企业" : null,
        };
        return team with { Tier = Tiers.Of(team.Kind, RegionLevel.County) };
    }

    public static TeamLoad ALoad(int seed)
    {
        var random = new Random(seed);
        if (random.Next(2) == 0)
        {
            // One assignment weighs as much as one open offer, and the offer ranks behind.
            var active = random.Next(2);
            return new TeamLoad(active, 1 - active, 0, 0, null);
        }

        var confirmed = random.Next(3);
        return new TeamLoad(
            random.Next(2),
            random.Next(3),
            confirmed,
            random.Next(confirmed + 1),
            random.Next(3) == 0 ? Given.Now.AddHours(-random.Next(20, 28)).ToUniversalTime() : null
        );
    }

    public static Need ANeed(int seed, IReadOnlyList<Guid> teams)
    {
        var random = new Random(seed);
        var region = Given.Rules.Regions.Find(random.Next(3) == 0 ? Pick(random, Everywhere) : Given.County)!;
        return new Need
        {
            RequestId = Guid.Empty,
            Skills =
            [
                .. Some(random, Codes, random.Next(10) == 0 ? 0 : 1 + random.Next(3))
                    .Select(code => new WantedSkill(code, random.Next(1, 5), SkillSource.Suggested, random.Next(8) == 0 ? 0.5 : 0.9)),
            ],
            RegionCode = region.Code,
            Point = random.Next(2) == 0 ? region.Point : Pick(random, Points),
            Tier = Pick(random, [Tier.Grassroots, Tier.County, Tier.County, Tier.County, Tier.City, Tier.Province, Tier.Country]),
            Form = Pick(random, [VisitForm.OnSite, VisitForm.OnSite, .. Enum.GetValues<VisitForm>()]),
            Urgency = Pick(random, Enum.GetValues<Urgency>()),
            Wanted = random.Next(3) == 0 ? [Given.Window("2026-06-02 08:00", "2026-06-03 20:00")] : [],
            PreferredTeamId = random.Next(3) == 0 && teams.Count > 0 ? Pick(random, [.. teams]) : null,
            ExcludedTeams = Few(random, teams),
            ConflictTeams = Few(random, teams),
            EndedWith = Few(random, teams),
            ServedBefore = Few(random, teams),
            NeedsElectrician = random.Next(15) == 0,
            CountryOpened = random.Next(6) == 0,
        };
    }

    private static Availability Hours(Random random) =>
        random.Next(5) switch
        {
            0 => new([new(Pick(random, Enum.GetValues<DayOfWeek>()), new(9, 0), new(17, 0))], [], []),
            1 => new([], [Given.Today, Given.Today.AddDays(1)], [new(Given.Today.AddDays(2), Given.Today.AddDays(random.Next(2, 20)))]),
            _ => Availability.Always,
        };

    private static HashSet<Guid> Few(Random random, IReadOnlyList<Guid> teams) =>
        random.Next(3) == 0 && teams.Count > 0 ? [.. Some(random, [.. teams], 2)] : [];

    private static IEnumerable<T> Some<T>(Random random, T[] from, int count) => Enumerable.Range(0, count).Select(_ => Pick(random, from));

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
