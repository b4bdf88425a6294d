using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Domain.Tests.Matching;

/// <summary>A citrus grower in a county by the sea asks on a Monday morning; each test says only what is different.</summary>
internal static class Given
{
    public const string County = "331083";
    public const string Township = "331083100";
    public const string OtherTownship = "331083102";
    public const string NeighbourCounty = "331081";
    public const string City = "331000";
    public const string OtherCity = "331100";
    public const string OtherCityCounty = "331181";
    public const string Province = "330000";
    public const string CityWithoutCounties = "442000";
    public const string TownshipWithoutCounty = "442000100";
    public const string CountyWithoutCity = "419001";
    public const string OtherProvince = "440000";

    public static readonly DateTimeOffset Now = At("2026-06-01 10:00");
    public static readonly DateOnly Today = new(2026, 6, 1);
    public static readonly GeoPoint Place = new(28.20, 121.25);

    public static readonly MatchRules Rules = new(
        new RegionTree(
            [
                new("330000", "浙江省", RegionLevel.Province, null, new(30.2937, 120.1614)),
                new("331000", "台州市", RegionLevel.City, "330000", new(28.66, 121.42)),
                new("331081", "温岭市", RegionLevel.County, "331000", new(28.37, 121.37)),
                new("331083", "玉环市", RegionLevel.County, "331000", new(28.14, 121.23)),
                new("331083100", "清港镇", RegionLevel.Township, "331083", new(28.2531, 121.2828)),
                new("331083102", "干江镇", RegionLevel.Township, "331083", new(28.1684, 121.3471)),
                new("331100", "丽水市", RegionLevel.City, "330000", new(28.45, 119.92)),
                new("331181", "龙泉市", RegionLevel.County, "331100", new(28.07, 119.14)),
                new("410000", "河南省", RegionLevel.Province, null, new(34.76, 113.65)),
                new("419001", "济源市", RegionLevel.County, "410000", new(35.07, 112.60)),
                new("410100", "郑州市", RegionLevel.City, "410000", new(34.75, 113.62)),
                new("440000", "广东省", RegionLevel.Province, null, new(23.13, 113.26)),
                new("440300", "深圳市", RegionLevel.City, "440000", new(22.54, 114.06)),
                new("440305", "南山区", RegionLevel.County, "440300", new(22.53, 113.93)),
                new("442000", "中山市", RegionLevel.City, "440000", new(22.52, 113.39)),
                new("442000100", "小榄镇", RegionLevel.Township, "442000", new(22.67, 113.24)),
            ],
            []
        ),
        new[]
        {
            new Skill("agr-citrus", "柑橘栽培", "Citrus growing", "agr", null, []),
            new Skill("agr-soil", "土壤肥料", "Soil and fertiliser", "agr", null, []),
            new Skill("agr-plantprot", "植物保护", "Plant protection", "agr", null, []),
            new Skill("mec-cut", "切削加工", "Cutting", "mec", null, []),
            new Skill("mec-weld", "焊接", "Welding", "mec", Licence.Welding, []),
            new Skill("ict-5g", "移动通信", "Mobile networks", "ict", null, []),
        }.ToDictionary(skill => skill.Code),
        Weights.Published,
        TravelTimes.GreatCircle
    );

    public static Need ANeed(params string[] skills) =>
        new()
        {
            RequestId = Guid.Empty,
            Skills = [.. (skills.Length == 0 ? ["agr-citrus"] : skills).Select(Wanted)],
            RegionCode = County,
            Point = Place,
            Tier = Tier.County,
        };

    public static Team ATeam(int number = 1, params string[] skills) =>
        new()
        {
            Id = Id(number),
            Name = $"第{number}队",
            Kind = TeamKind.CountyTeam,
            Tier = Tier.County,
            RegionCode = County,
            Bases = [Place],
            Skills = (skills.Length == 0 ? ["agr-citrus:5"] : skills).Select(Proven).ToDictionary(skill => skill.Code),
            Forms = Enum.GetValues<VisitForm>().ToHashSet(),
            Capacity = 3,
        };

    public static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    /// <summary>A time in Shanghai.</summary>
    public static DateTimeOffset At(string time) => DateTimeOffset.Parse(time + " +08:00");

    public static TimeWindow Window(string start, string end) => new(At(start), At(end));

    public static Situation Asked(this Need need, MatchRules? rules = null) => new(need, rules ?? Rules, Now);

    public static MatchResult Match(this Need need, params Team[] teams) => need.Match(_ => default, teams);

    public static MatchResult Match(this Need need, Func<Guid, TeamLoad> load, params Team[] teams) =>
        Matcher.Match(need, Index(teams, load), Rules, Now, int.MaxValue);

    public static TeamIndex Index(IEnumerable<Team> teams, Func<Guid, TeamLoad>? load = null, MatchRules? rules = null) =>
        TeamIndex.Build(rules ?? Rules, teams.Select(team => new Standed(team, load?.Invoke(team.Id) ?? default)));

    public static IEnumerable<int> Numbers(this MatchResult result) => result.Candidates.Select(candidate => Number(candidate.Team.Id));

    public static int Number(Guid id) => BitConverter.ToInt32(id.ToByteArray());

    // "agr-citrus:5": level 5 at least; "agr-citrus": any level.
    private static WantedSkill Wanted(string skill) =>
        skill.Split(':') is [var code, var level] ? new(code, int.Parse(level)) : new(skill, 1);

    private static TeamSkill Proven(string skill) =>
        skill.Split(':') is [var code, var level] ? new(code, int.Parse(level), null) : new(skill, 5, null);
}
