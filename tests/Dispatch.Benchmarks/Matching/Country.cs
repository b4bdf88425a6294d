using System.Globalization;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Benchmarks.Matching;

/// <summary>A made-up country the size of a real one: 31 provinces, 341 cities, 2,728 counties, more people in some than in others. The same
/// numbers always give the same teams and needs, so that every engine is measured on the same country.</summary>
internal sealed class Country
{
    private const int Seed = 20261122;
    private const int Provinces = 31;
    private const int Cities = 11;
    private const int Counties = 8;
    private const int FirstProvince = 11;
    private const int SkillsOfADomain = 20;
    private const int FewestDomains = 8;
    private const int MostFurtherSkills = 6;

    /// <summary>How much rarer a skill is than the one before it, as in the lists of trades that unions publish.</summary>
    private const double Rarity = 0.7;

    /// <summary>One skill in so many is reserved to licence holders.</summary>
    private const int OneLicensedIn = 8;

    private static readonly DateOnly LicensedUntil = new(2028, 12, 31);
    private static readonly WeeklyHours[][] Rhythms =
    [
        [.. Enumerable.Range(1, 5).Select(day => new WeeklyHours((DayOfWeek)day, new TimeOnly(8, 30), new TimeOnly(17, 30)))],
        [.. new[] { DayOfWeek.Saturday, DayOfWeek.Sunday }.Select(day => new WeeklyHours(day, new TimeOnly(9, 0), new TimeOnly(17, 0)))],
        [new WeeklyHours(DayOfWeek.Wednesday, new TimeOnly(13, 0), new TimeOnly(18, 0))],
    ];

    private readonly Region[] counties;
    private readonly Region[] cities;
    private readonly Region[] provinces;
    private readonly double[] people;
    private readonly Skill[] skills;
    private readonly Dictionary<string, Skill[]> domains;
    private readonly double[] demand;

    /// <param name="skills">Those a team can have; the commonest first.</param>
    public Country(IReadOnlyList<Skill> skills)
    {
        var random = new Random(Seed);
        Regions = Made(random);
        provinces = [.. Regions.Where(region => region.Level == RegionLevel.Province)];
        cities = [.. Regions.Where(region => region.Level == RegionLevel.City)];
        counties = [.. Regions.Where(region => region.Level == RegionLevel.County)];
        people = Summed(counties.Select(_ => Math.Exp(0.6 * Gauss(random))));
        this.skills = [.. skills];
        demand = Summed(skills.Select((_, rank) => 1 / Math.Pow(rank + 1, Rarity)));
        domains = skills
            .GroupBy(skill => skill.Domain!)
            .ToDictionary(domain => domain.Key, domain => domain.ToArray(), StringComparer.Ordinal);
        Rules = new MatchRules(
            new RegionTree(Regions, []),
            skills.ToDictionary(skill => skill.Code, StringComparer.Ordinal),
            Weights.Published,
            TravelTimes.GreatCircle
        );
    }

    /// <summary>The moment of every match: Monday morning.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 6, 1, 9, 0, 0, TimeSpan.FromHours(8));

    public IReadOnlyList<Region> Regions { get; }
    public MatchRules Rules { get; }

    /// <summary>So many skills in domains of twenty, or in eight domains when they are few.</summary>
    public static Country WithSkills(int count)
    {
        var inADomain = Math.Min(SkillsOfADomain, Math.Max(1, count / FewestDomains));
        return new Country([
            .. Enumerable
                .Range(0, count)
                .Select(number =>
                {
                    // Neighbours by rank belong to different domains: every domain has common and rare skills.
                    var domain = $"d{number % Math.Max(1, count / inADomain)}";
                    Licence? licence = number % OneLicensedIn == OneLicensedIn - 1 ? Licence.Welding : null;
                    return new Skill($"{domain}-{number}", $"技能{number}", $"skill {number}", domain, licence, []);
                }),
        ]);
    }

    /// <summary>The teams one after another, in no order: whoever needs them twice asks twice.</summary>
    public IEnumerable<Standed> Teams(int count)
    {
        var random = new Random(Seed + 1);
        for (var number = 0; number < count; number++)
        {
            var team = ATeam(number, random);
            yield return new Standed(team, ALoad(team, random));
        }
    }

    public TeamIndex Index(int count) => TeamIndex.Build(Rules, Teams(count));

    /// <summary>A need that begins at this tier, where people live, for what teams mostly do.</summary>
    public Need ANeed(Random random, Tier tier, int teams)
    {
        var place = counties[At(people, random)];
        var wanted = Trade(random).Take(random.Next(1, 3)).Select(skill => new WantedSkill(skill.Code, random.Next(1, 6)));
        return new Need
        {
            RequestId = Guid.NewGuid(),
            Skills = [.. wanted],
            RegionCode = place.Code,
            Point = Near(place.Point, 0.12, random),
            Tier = tier,
            CountryOpened = tier == Tier.Country,
            ServedBefore = random.Next(5) == 0 ? new HashSet<Guid> { IdOf(random.Next(teams)) } : new HashSet<Guid>(),
            EndedWith = random.Next(10) == 0 ? new HashSet<Guid> { IdOf(random.Next(teams)) } : new HashSet<Guid>(),
        };
    }

    /// <summary>Needs that the teams of this very scope meet: nobody of it eligible, the search would go on to the next.</summary>
    public List<Need> Needs(TeamIndex index, Tier tier, int count)
    {
        var random = new Random(Seed + 2 + (int)tier);
        List<Need> needs = [];
        for (var tried = 0; needs.Count < count && tried < count * 200; tried++)
        {
            var need = ANeed(random, tier, index.Count);
            if (Matcher.Match(need, index, Rules, Now, 1) is { Eligible: > 0 } match && match.Opened == tier)
            {
                needs.Add(need);
            }
        }

        return needs.Count == count ? needs : throw new InvalidOperationException($"Too few teams for needs of a {tier}.");
    }

    private Team ATeam(int number, Random random)
    {
        var (kind, home) = random.Next(10) switch
        {
            0 => (TeamKind.ProvinceTeam, provinces[random.Next(provinces.Length)]),
            1 or 2 => (TeamKind.CityTeam, cities[At(people, random) / Counties]),
            3 or 4 => (TeamKind.GrassrootsTeam, counties[At(people, random)]),
            _ => (TeamKind.CountyTeam, counties[At(people, random)]),
        };
        var nearby = home.Level == RegionLevel.County ? 0.12 : 0.5;
        return new Team
        {
            Id = IdOf(number),
            Name = $"第{number}工匠服务队",
            Kind = kind,
            Tier = Tiers.Of(kind, home.Level),
            RegionCode = home.Code,
            Bases = [.. Enumerable.Range(0, random.Next(20) == 0 ? random.Next(2, 4) : 1).Select(_ => Near(home.Point, nearby, random))],
            Serves = random.Next(20) == 0 ? Neighbours(home, random) : [],
            RadiusKm = random.Next(50) == 0 ? random.Next(10, 61) : null,
            Skills = Trade(random)
                .ToDictionary(
                    skill => skill.Code,
                    skill => new TeamSkill(
                        skill.Code,
                        random.Next(3, 9),
                        skill.Licence is null || random.Next(10) == 0 ? null : LicensedUntil
                    ),
                    StringComparer.Ordinal
                ),
            Forms = FormsOf(random),
            Capacity = random.Next(1, 9),
            Availability = AvailabilityOf(random),
            Suspended = random.Next(50) == 0,
            HostOrganisation = random.Next(3) == 0 ? $"第{random.Next(5000)}工会" : null,
        };
    }

    private static TeamLoad ALoad(Team team, Random random)
    {
        var confirmed = random.Next(40);
        return new TeamLoad(
            random.Next(team.Capacity + 1),
            random.Next(4) / 3,
            confirmed,
            random.Next(confirmed / 2, confirmed + 1),
            confirmed == 0 ? null : Now.AddHours(-random.Next(1, 2000))
        );
    }

    /// <summary>One to seven skills, mostly of one domain, as a trade has.</summary>
    private IEnumerable<Skill> Trade(Random random)
    {
        var main = skills[At(demand, random)];
        var trade = domains[main.Domain!];
        return Enumerable
            .Range(0, random.Next(MostFurtherSkills + 1))
            .Select(_ => random.Next(3) > 0 ? trade[random.Next(trade.Length)] : skills[At(demand, random)])
            .Prepend(main)
            .Distinct();
    }

    private string[] Neighbours(Region home, Random random)
    {
        var among = home.Level switch
        {
            RegionLevel.County => counties,
            RegionLevel.City => cities,
            _ => provinces,
        };
        var at = Array.IndexOf(among, home);
        return
        [
            .. Enumerable
                .Range(0, random.Next(1, 4))
                .Select(_ => among[Math.Clamp(at + random.Next(-Counties, Counties + 1), 0, among.Length - 1)].Code)
                .Where(code => code != home.Code)
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static HashSet<VisitForm> FormsOf(Random random)
    {
        HashSet<VisitForm> forms = random.Next(12) == 0 ? [] : [VisitForm.OnSite];
        if (forms.Count == 0 || random.Next(2) == 0)
        {
            forms.Add(VisitForm.Remote);
        }

        if (random.Next(3) == 0)
        {
            forms.Add(VisitForm.Training);
        }

        return forms;
    }

    // A list of its own for every team, as the service reads it from its database.
    private static Availability AvailabilityOf(Random random) =>
        random.Next(10) switch
        {
            < 6 => Availability.Always,
            9 => new Availability(
                [],
                [],
                [new Leave(DateOnly.FromDateTime(Now.Date), DateOnly.FromDateTime(Now.Date).AddDays(random.Next(20)))]
            ),
            _ => new Availability([.. Rhythms[random.Next(Rhythms.Length)]], [], []),
        };

    /// <summary>Of the number, without any order between numbers.</summary>
    public static Guid IdOf(int number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Mixed((2ul * (ulong)number) + 1));
        BitConverter.TryWriteBytes(bytes[8..], Mixed((2ul * (ulong)number) + 2));
        return new Guid(bytes);
    }

    // The finaliser of SplitMix64: one to one, and nothing left of the order.
    private static ulong Mixed(ulong number)
    {
        var mixed = number * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    private static List<Region> Made(Random random)
    {
        List<Region> made = [];
        for (var province = 0; province < Provinces; province++)
        {
            // Provinces on a jittered grid of six by six within the country's bounds.
            var centre = new GeoPoint(24 + (province / 6 * 3.6) + random.NextDouble(), 92 + (province % 6 * 5.5) + random.NextDouble());
            var code = (FirstProvince + province) * 10_000;
            made.Add(new Region(Text(code), $"第{province + 1}省", RegionLevel.Province, null, centre));
            for (var city = 1; city <= Cities; city++)
            {
                var middle = Near(centre, 1.2, random);
                made.Add(new Region(Text(code + (city * 100)), $"{province + 1}省{city}市", RegionLevel.City, Text(code), middle));
                for (var county = 1; county <= Counties; county++)
                {
                    made.Add(
                        new Region(
                            Text(code + (city * 100) + county),
                            $"{province + 1}省{city}市{county}县",
                            RegionLevel.County,
                            Text(code + (city * 100)),
                            Near(middle, 0.35, random)
                        )
                    );
                }
            }
        }

        return made;

        static string Text(int code) => code.ToString(CultureInfo.InvariantCulture);
    }

    private static GeoPoint Near(GeoPoint point, double degrees, Random random) =>
        new(Math.Round(point.Lat + (degrees * Gauss(random)), 5), Math.Round(point.Lng + (degrees * Gauss(random)), 5));

    private static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double[] Summed(IEnumerable<double> weights)
    {
        var sum = 0.0;
        return [.. weights.Select(weight => sum += weight)];
    }

    /// <summary>A place among summed weights, by its share.</summary>
    private static int At(double[] summed, Random random)
    {
        var at = Array.BinarySearch(summed, random.NextDouble() * summed[^1]);
        return Math.Min(at < 0 ? ~at : at, summed.Length - 1);
    }
}
