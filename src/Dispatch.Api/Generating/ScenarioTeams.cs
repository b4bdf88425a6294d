using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Generating;

/// <summary>A team of the scenario, by the code it has on every machine. Its members are roles and no people.</summary>
internal sealed record ScenarioTeam(
    string Scenario,
    string Code,
    string Name,
    TeamKind Kind,
    ScenarioPlace Place,
    IReadOnlyList<string> Skills
)
{
    private static readonly string[] Roles = ["队长", "技师", "工程师", "农艺师", "检验员", "培训师", "安全员", "联络员", "工匠", "技术员"];

    public Guid Id { get; } = SeedFiles.IdOf($"{Scenario}:{Code}");

    /// <summary>The leader first.</summary>
    public IReadOnlyList<(Guid Id, string Name)> Members { get; } =
    [.. Roles.Select((role, place) => (SeedFiles.IdOf($"{Scenario}:{Code}:member:{place}"), role))];
}

/// <summary>The teams of a scenario: two of everything, so that one can decline and one can support. A skill is to be had from its lowest tier upwards.</summary>
internal sealed class ScenarioTeams
{
    // Whatever is dispatched at once, in whatever order.
    private const int Capacity = 1000;
    private const int Level = 6;
    private static readonly DateOnly LicensedUntil = new(2099, 12, 31);

    private readonly PlacedScenario scenario;
    private readonly Dictionary<Guid, (ScenarioTeam Team, ScenarioTeam Beside)> teams = [];

    public ScenarioTeams(PlacedScenario scenario)
    {
        this.scenario = scenario;
        Pair(TeamKind.ProvinceTeam, TeamKind.ProvinceTeam, scenario.Province, Tier.Province);
        foreach (var city in scenario.Cities)
        {
            Pair(TeamKind.CityTeam, TeamKind.CityTeam, city.Place, Tier.City);
            foreach (var county in city.Counties)
            {
                Pair(TeamKind.CountyTeam, TeamKind.GrassrootsTeam, county, Tier.County);
            }
        }
    }

    public ScenarioTeam this[Guid id] => teams[id].Team;

    /// <summary>The other one of its pair.</summary>
    public ScenarioTeam Beside(Guid id) => teams[id].Beside;

    /// <summary>The places that are not there yet. The catalogue is read anew afterwards.</summary>
    public async Task EnterPlaces(Session db)
    {
        await Enter(scenario.Province, RegionLevel.Province, null);
        foreach (var city in scenario.Cities)
        {
            await Enter(city.Place, RegionLevel.City, scenario.Province.Code);
            foreach (var county in city.Counties)
            {
                await Enter(county, RegionLevel.County, city.Place.Code);
            }
        }

        Task<int> Enter(ScenarioPlace place, RegionLevel level, string? parent) =>
            db.Execute(
                """
                insert into region (region_code, name, level, parent_code, lat, lng) values (@Code, @Name, @level, @parent, @Lat, @Lng)
                on conflict (region_code) do nothing
                """,
                new
                {
                    place.Code,
                    place.Name,
                    level = Words.Of(level),
                    parent,
                    place.Lat,
                    place.Lng,
                }
            );
    }

    public async Task Enter(TeamStore store)
    {
        foreach (var team in teams.Values.Select(pair => pair.Team))
        {
            await store.Insert(
                team.Id,
                new TeamProfile(
                    team.Code,
                    team.Name,
                    team.Kind,
                    team.Place.Code,
                    null,
                    team.Members.Count,
                    Capacity,
                    [new GeoPoint(team.Place.Lat, team.Place.Lng)],
                    [],
                    null,
                    Enum.GetValues<VisitForm>(),
                    false
                )
            );
            await store.SetSkills(team.Id, [.. team.Skills.Select(skill => new TeamSkill(skill, Level, LicensedUntil))]);
            foreach (var (member, place) in team.Members.Select((member, place) => (member, place)))
            {
                await store.InsertMember(member.Id, team.Id, member.Name, leader: place == 0);
            }
        }
    }

    private void Pair(TeamKind kind, TeamKind other, ScenarioPlace place, Tier tier)
    {
        string[] skills = [.. scenario.Served.Where(trade => trade.Lowest <= tier).Select(trade => trade.Skill)];
        var one = new ScenarioTeam(scenario.Name, $"S-{place.Code}-1", $"{place.Name}模拟服务一队", kind, place, skills);
        var two = new ScenarioTeam(scenario.Name, $"S-{place.Code}-2", $"{place.Name}模拟服务二队", other, place, skills);
        teams[one.Id] = (one, two);
        teams[two.Id] = (two, one);
    }
}
