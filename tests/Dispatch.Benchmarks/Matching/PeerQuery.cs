using Dispatch.Domain.Matching;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Benchmarks.Matching;

/// <summary>A team of the answer and its points in thousandths.</summary>
internal readonly record struct Placed(int Team, int Points);

/// <summary>A need as a database is asked for it: the tier that will be opened and the days each team is away are given to it.</summary>
internal sealed class PeerQuery
{
    private const double FurtherShare = 1 - Score.MainSkillShare;

    public PeerQuery(PeerCountry country, Need need, Tier opened)
    {
        var asked = new Situation(need, country.Country.Rules, Country.Now);
        Area = asked.Scope.Area(opened);
        Around = [.. asked.Scope.Around().Where(region => region.Opens <= opened).Select(region => region.Position)];
        Box = country.BoxOf(Area);
        Main = country.NumberOf(need.Skills[0].Code);
        MainLevel = need.Skills[0].MinLevel;
        MainNeedsLicence = asked.NeedsLicence(need.Skills[0].Code);
        var further = need.Skills.Count > 1 ? need.Skills[1] : null;
        Further = further is null ? -1 : country.NumberOf(further.Code);
        FurtherLevel = further?.MinLevel ?? 1;
        FurtherNeedsLicence = further is not null && asked.NeedsLicence(further.Code);
        FurtherDomain = further is null ? -1 : country.DomainOf(further.Code);
        Lat = need.Point.Lat;
        Lng = need.Point.Lng;
        Served = country.PlaceOf(need.ServedBefore);
        Ended = country.PlaceOf(need.EndedWith);
    }

    public Domain.Geography.RegionSpan Area { get; }
    public int[] Around { get; }
    public Box Box { get; }
    public int Main { get; }
    public int MainLevel { get; }
    public bool MainNeedsLicence { get; }
    public int Further { get; }
    public int FurtherLevel { get; }
    public bool FurtherNeedsLicence { get; }
    public int FurtherDomain { get; }
    public double Lat { get; }
    public double Lng { get; }
    public int Served { get; }
    public int Ended { get; }

    /// <summary>The published formula in the words of SQL: the columns of a team <c>t</c> and its level <c>s.level</c> in the main skill.</summary>
    public static string Points(string brings, string sharesDomain, string km) =>
        $"""
            floor(35000 * (case when @further < 0 then {Level} else {Score.MainSkillShare:R} * {Level} + {FurtherShare:R}
                * (case when {brings} then 1.0 when {sharesDomain} then {Score.SameDomain:R} else 0.0 end) end) + 0.5)
            + floor(25000 * (1.0 / (1.0 + round({km} * 1.4 / 40.0 * 60.0 * 10.0) / 10.0 / 60.0)) + 0.5)
            + floor(15000 * (case when t.capacity > t.active + t.pending then (t.capacity - t.active - t.pending) * 1.0 / t.capacity else 0.0 end
                * (case when t.rests then 0.5 else 1.0 end)) + 0.5)
            + floor(10000 * ((t.solved + 4) * 1.0 / (t.confirmed + 5)) + 0.5)
            + floor(10000 * (case when t.wait < 10 then 1.0 - t.wait / 10.0 else 0.0 end) + 0.5)
            + (case when t.team = @served then 5000 else 0 end)
            """;

    /// <summary>What passes every rule but those of skill and scope.</summary>
    public const string Passes = "t.on_site and not t.suspended and t.wait is not null and t.active < t.capacity and t.team <> @ended";

    /// <summary>Great-circle kilometres, as the service works them out.</summary>
    public static string Km(string lat, string lng) =>
        $"(2.0 * 6371.0088 * asin(sqrt(power(sin(radians(@lat - {lat}) / 2.0), 2) + cos(radians({lat})) * cos(radians(@lat)) * power(sin(radians(@lng - {lng}) / 2.0), 2))))";

    private const string Level = "(case when @mainLevel >= 8 then 1.0 else 0.5 + 0.5 * (s.level - @mainLevel) / (8.0 - @mainLevel) end)";
}

/// <summary>Degrees.</summary>
internal readonly record struct Box(double South, double West, double North, double East);

/// <summary>One team as a row of the peers, numbered in the order of ids so that ties fall alike.</summary>
internal sealed record PeerTeam(int Number, int Place, Standed Entry, int[] Skills, int[] Levels, bool[] Licensed, int[] Domains, int? Wait)
{
    public Team Team => Entry.Team;
    public TeamLoad Load => Entry.Load;
    public bool Rests => Country.Now - Load.LastServiceAt < Score.RestAfterService;
    public bool IsOnSite => Team.Forms.Contains(VisitForm.OnSite);
}

/// <summary>The country in the numbers the peers keep.</summary>
internal sealed class PeerCountry
{
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> domains = new(StringComparer.Ordinal);
    private readonly Guid[] ids;
    private readonly Box[] boxes;

    public PeerCountry(Country country, int count)
    {
        (Country, Count) = (country, count);
        foreach (var skill in country.Rules.Skills.Values)
        {
            numbers[skill.Code] = numbers.Count;
            domains.TryAdd(skill.Domain!, domains.Count);
        }

        ids = [.. country.Teams(count).Select(entry => entry.Team.Id)];
        Array.Sort(ids);
        boxes = Bounds();
    }

    public Country Country { get; }
    public int Count { get; }

    public int NumberOf(string code) => numbers[code];

    public int DomainOf(string code) => domains[Country.Rules.Skills[code].Domain!];

    public int PlaceOf(Guid id) => Array.BinarySearch(ids, id);

    public int PlaceOf(IEnumerable<Guid> one) => one.Select(PlaceOf).DefaultIfEmpty(-1).First();

    public IEnumerable<PeerTeam> Teams()
    {
        var any = new Need
        {
            RequestId = Guid.Empty,
            Skills = [new WantedSkill(Country.Rules.Skills.Keys.First(), 1)],
            RegionCode = Country.Regions[0].Code,
            Point = Country.Regions[0].Point,
            Tier = Tier.County,
        };
        var asked = new Situation(any, Country.Rules, Country.Now);
        foreach (var entry in Country.Teams(Count))
        {
            var skills = entry.Team.Skills.Values;
            yield return new PeerTeam(
                PlaceOf(entry.Team.Id),
                Country.Rules.Regions.SpanOf(entry.Team.RegionCode).Start,
                entry,
                [.. skills.Select(skill => numbers[skill.Code])],
                [.. skills.Select(skill => skill.Level)],
                [.. skills.Select(skill => skill.LicensedUntil >= asked.FirstDay)],
                [.. skills.Select(skill => DomainOf(skill.Code)).Distinct()],
                asked.WaitFor(entry.Team.Availability)
            );
        }
    }

    /// <summary>Around the first bases of the teams at home in the area.</summary>
    public Box BoxOf(Domain.Geography.RegionSpan area)
    {
        var within = boxes[Math.Max(0, area.Start)..Math.Min(area.End, boxes.Length)];
        return new Box(
            within.Min(box => box.South),
            within.Min(box => box.West),
            within.Max(box => box.North),
            within.Max(box => box.East)
        );
    }

    private Box[] Bounds()
    {
        var bounds = Enumerable.Repeat(new Box(90, 180, -90, -180), Country.Rules.Regions.All.Count).ToArray();
        foreach (var (team, _) in Country.Teams(Count))
        {
            ref var box = ref bounds[Country.Rules.Regions.SpanOf(team.RegionCode).Start];
            var start = team.Bases[0];
            box = new Box(
                Math.Min(box.South, start.Lat),
                Math.Min(box.West, start.Lng),
                Math.Max(box.North, start.Lat),
                Math.Max(box.East, start.Lng)
            );
        }

        return bounds;
    }
}
