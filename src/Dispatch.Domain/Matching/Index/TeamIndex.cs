using Dispatch.Domain.Geography;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching.Index;

/// <summary>A team and what it has in hand.</summary>
public readonly record struct Standed(Team Team, TeamLoad Load);

/// <summary>All teams of the country at one moment, as a search reads them. A snapshot never changes; the next one shares with it all that
/// stayed the same, so that changing does not stop reading.</summary>
/// <remarks>The teams of a province stand together in one block, in the order of their regions, and so those of a city, a county or a
/// township do: what a tier opens is one run. Within a block every skill has a list of the teams that have it, in the same order; the run of
/// a region within such a list is found by bisection. Teams that serve regions or a radius beyond their home stand a second time in a block
/// of their own, listed by skill and area. What a team has in hand, its hours and its capacity lie in rows of 64 teams, copied when they
/// change; anything else that changes builds the blocks anew that the team stands in.</remarks>
public sealed class TeamIndex
{
    private readonly RegionTree regions;
    private readonly IReadOnlyDictionary<string, Skill> skills;
    private readonly TeamBlock[] homes;
    private readonly Outline outline;

    internal TeamIndex(
        RegionTree regions,
        IReadOnlyDictionary<string, Skill> skills,
        SkillNumbers numbers,
        TeamBlock[] homes,
        TeamBlock serving,
        Outline outline
    )
    {
        (this.regions, this.skills, Numbers, this.homes, Serving, this.outline) = (regions, skills, numbers, homes, serving, outline);
        Count = homes.Sum(block => block.Count);
    }

    /// <summary>How many teams there are.</summary>
    public int Count { get; }

    internal SkillNumbers Numbers { get; }

    /// <summary>Every team once: a block for each province by its place in the order of the tree, and one for the teams of none.</summary>
    internal IReadOnlyList<TeamBlock> Homes => homes;

    /// <summary>Once more, the teams that serve anything beyond their home.</summary>
    internal TeamBlock Serving { get; }

    /// <summary>Teams in any order give the same index.</summary>
    public static TeamIndex Build(MatchRules rules, IEnumerable<Standed> teams)
    {
        var entering = new TeamIndexBuilder(rules);
        foreach (var team in teams)
        {
            entering.Add(team);
        }

        return entering.Finish();
    }

    /// <summary>Whether this index was built over these regions and this skill list.</summary>
    public bool IsOver(MatchRules rules) => ReferenceEquals(regions, rules.Regions) && ReferenceEquals(skills, rules.Skills);

    /// <summary>The team with this id and what it has in hand; none: there is no such team.</summary>
    public Standed? Find(Guid id)
    {
        foreach (var home in homes)
        {
            if (home.Find(id) is >= 0 and var at)
            {
                return new Standed(home.TeamAt(at), home.StandingAt(at).Load);
            }
        }

        return null;
    }

    public bool Has(Guid id) => Array.Exists(homes, home => home.Find(id) >= 0);

    /// <summary>What the team has in hand; none: there is no such team.</summary>
    public TeamLoad? LoadOf(Guid id)
    {
        foreach (var home in homes)
        {
            if (home.Find(id) is >= 0 and var at)
            {
                return home.StandingAt(at).Load;
            }
        }

        return null;
    }

    /// <summary>The index with these teams as they are now, new ones among them.</summary>
    public TeamIndex With(IReadOnlyCollection<Standed> changed)
    {
        var blocks = BlocksOf(regions);
        var next = (TeamBlock[])homes.Clone();
        var rebuilt = new HashSet<int>();
        var standing = new Dictionary<int, List<(int, Standing)>>();
        var servingStanding = new List<(int, Standing)>();
        var rebuildServing = false;
        foreach (var (team, load) in changed)
        {
            var target = BlockOf(blocks, regions, team);
            var home = Array.FindIndex(homes, block => block.Find(team.Id) >= 0);
            var former = home < 0 ? null : homes[home].TeamAt(homes[home].Find(team.Id));
            var place = Serving.Find(team.Id);
            if (former is not null && home == target && StandsWhereItStood(former, team))
            {
                var now = Standing.Of(team, load);
                Noted(home).Add((homes[home].Find(team.Id), now));
                if (place >= 0)
                {
                    servingStanding.Add((place, now));
                }

                continue;
            }

            rebuilt.Add(target);
            if (home >= 0)
            {
                rebuilt.Add(home);
            }

            rebuildServing |= place >= 0 || Standing.Serves(team);
        }

        var fresh = changed.ToDictionary(entry => entry.Team.Id);
        foreach (var (home, noted) in standing)
        {
            next[home] = homes[home].With(noted);
        }

        foreach (var home in rebuilt)
        {
            next[home] = Rebuilt(next[home], fresh, serving: false, team => BlockOf(blocks, regions, team) == home);
        }

        var serving = servingStanding.Count == 0 ? Serving : Serving.With(servingStanding);
        return new TeamIndex(
            regions,
            skills,
            Numbers,
            next,
            rebuildServing ? Rebuilt(serving, fresh, serving: true, Standing.Serves) : serving,
            rebuilt.Count == 0 ? outline : new Outline(next, Numbers)
        );

        List<(int, Standing)> Noted(int home)
        {
            if (!standing.TryGetValue(home, out var noted))
            {
                standing[home] = noted = [];
            }

            return noted;
        }
    }

    /// <summary>The index with what these teams have in hand now; ids of no team are passed over.</summary>
    public TeamIndex With(IReadOnlyCollection<(Guid TeamId, TeamLoad Load)> loads)
    {
        var next = (TeamBlock[])homes.Clone();
        var byHome = new List<(int At, Standing Standing)>?[homes.Length];
        var inServing = new List<(int At, Standing Standing)>();
        foreach (var (id, load) in loads)
        {
            for (var home = 0; home < homes.Length; home++)
            {
                if (homes[home].Find(id) is not (>= 0 and var at))
                {
                    continue;
                }

                var standing = homes[home].StandingAt(at).With(load);
                (byHome[home] ??= []).Add((at, standing));
                if (standing.Has(Traits.Serves) && Serving.Find(id) is >= 0 and var place)
                {
                    inServing.Add((place, standing));
                }

                break;
            }
        }

        for (var home = 0; home < homes.Length; home++)
        {
            if (byHome[home] is { } changed)
            {
                next[home] = homes[home].With(changed);
            }
        }

        return new TeamIndex(regions, skills, Numbers, next, inServing.Count == 0 ? Serving : Serving.With(inServing), outline);
    }

    /// <summary>The number an area of the map goes by, past those of the regions.</summary>
    internal static int AreaOf(RegionTree regions, int cell) => regions.All.Count + cell;

    /// <summary>Where the teams of these regions are at home.</summary>
    internal IEnumerable<TeamBlock> HomesIn(RegionSpan area)
    {
        for (var home = 0; home < homes.Length; home++)
        {
            if (outline.Reaches(home, area))
            {
                yield return homes[home];
            }
        }
    }

    /// <summary>How many teams have the skill.</summary>
    internal int Having(int skill) => outline.Having(skill);

    private TeamBlock Rebuilt(TeamBlock block, Dictionary<Guid, Standed> fresh, bool serving, Func<Team, bool> belongs)
    {
        var builder = new TeamBlockBuilder(regions, Numbers, new Dictionary<string, string>(StringComparer.Ordinal), serving);
        for (var at = 0; at < block.Count; at++)
        {
            if (!fresh.ContainsKey(block.IdAt(at)))
            {
                builder.Add(block.TeamAt(at), block.StandingAt(at).Load);
            }
        }

        foreach (var (team, load) in fresh.Values.Where(entry => belongs(entry.Team)))
        {
            builder.Add(team, load);
        }

        return builder.Build();
    }

    /// <summary>The provinces by their place in the tree; the block after theirs is for the teams of none.</summary>
    internal static List<int> BlocksOf(RegionTree regions) =>
        [.. Enumerable.Range(0, regions.All.Count).Where(position => regions.All[position].Level == RegionLevel.Province)];

    internal static int BlockOf(List<int> provinces, RegionTree regions, Team team)
    {
        var position = regions.SpanOf(team.RegionCode).Start;
        var found = provinces.BinarySearch(position);
        var before = found >= 0 ? found : ~found - 1;
        return before >= 0 && regions.SpanOf(regions.All[provinces[before]].Code).Holds(position) ? before : provinces.Count;
    }

    private static bool StandsWhereItStood(Team former, Team now) =>
        former.Name == now.Name
        && former.Kind == now.Kind
        && former.Tier == now.Tier
        && former.RegionCode == now.RegionCode
        && former.HostOrganisation == now.HostOrganisation
        && former.RadiusKm == now.RadiusKm
        && former.Bases.SequenceEqual(now.Bases)
        && former.Serves.SequenceEqual(now.Serves)
        && former.Skills.Values.SequenceEqual(now.Skills.Values);
}
