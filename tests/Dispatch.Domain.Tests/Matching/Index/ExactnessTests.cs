using Dispatch.Domain.Matching;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Teams;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Dispatch.Domain.Tests.Matching.Index;

public sealed class ExactnessTests
{
    private const int Worlds = 5_000;
    private const int QueriesEach = 20;

    [Fact]
    public void The_index_answers_as_judging_every_team_does()
    {
        var queries = 0;
        var candidates = 0L;
        AllWorlds(
            Worlds,
            world =>
            {
                var teams = TeamsOf(world);
                var index = TeamIndex.Build(World.Rules, teams.Values);
                for (var query = 0; query < QueriesEach; query++)
                {
                    candidates += Compare(index, teams, world.Query + query);
                    queries++;
                }
            }
        );
        Assert.Equal(Worlds * QueriesEach, queries);
        // Queries that nobody answers would prove little.
        Assert.True(candidates > queries, $"{candidates} candidates in {queries} queries");
    }

    [Fact]
    public void An_index_that_was_changed_answers_as_one_built_anew() =>
        AllWorlds(
            600,
            world =>
            {
                var index = TeamIndex.Build(World.Rules, TeamsOf(world).Values);
                var teams = TeamsOf(world);
                var random = new Random(world.Query);
                for (var change = 0; change < 8; change++)
                {
                    index = random.Next(2) == 0 ? Restaffed(index, teams, random) : Loaded(index, teams, random);
                    Compare(index, teams, world.Query + change);
                }
            }
        );

    [Fact]
    public void A_snapshot_in_use_does_not_change()
    {
        var teams = TeamsOf(([.. Enumerable.Range(1, 200)], 5));
        var index = TeamIndex.Build(World.Rules, teams.Values);
        var random = new Random(3);
        var later = Loaded(Restaffed(index, new(teams), random), new(teams), random);
        Assert.NotSame(index, later);
        for (var query = 0; query < 200; query++)
        {
            Compare(index, teams, query);
        }
    }

    [Fact]
    public void A_team_comes_out_as_it_was_entered()
    {
        var teams = TeamsOf(([.. Enumerable.Range(1, 500)], 0));
        var index = TeamIndex.Build(World.Rules, teams.Values);
        Assert.Equal(teams.Count, index.Count);
        foreach (var (team, load) in teams.Values)
        {
            var found = index.Find(team.Id)!.Value;
            Assert.Equal(load, found.Load);
            Assert.Equal(Told(team), Told(found.Team));
            // Equal hours may be shared by several teams.
            Assert.Equal(team.Availability.Weekly, found.Team.Availability.Weekly);
            Assert.Equal(team.Availability.DaysOff, found.Team.Availability.DaysOff);
            Assert.Equal(team.Availability.Leaves, found.Team.Availability.Leaves);
        }

        Assert.Null(index.Find(Guid.NewGuid()));

        static string Told(Team team) =>
            $"{team.Id} {team.Name} {team.Kind} {team.Tier} {team.RegionCode} {team.Capacity} {team.Suspended} {team.HostOrganisation} {team.RadiusKm} "
            + $"{string.Join(' ', team.Bases)} {string.Join(' ', team.Serves)} {string.Join(' ', team.Skills)} {string.Join(' ', team.Forms.Order())}";
    }

    private static void AllWorlds(int count, Action<(int[] Teams, int Query)> holds)
    {
        var world =
            from teams in Gen.Choose(1, 100_000).ArrayOf()
            from query in Gen.Choose(0, 1_000_000)
            select (Teams: teams.Distinct().ToArray(), Query: query);
        var worlds = Arb.From(
            world,
            given =>
                ArbMap
                    .Default.ArbFor<int[]>()
                    .Shrinker(given.Teams)
                    .Select(fewer => (fewer.Where(team => team > 0).Distinct().ToArray(), given.Query))
        );
        var times = 0;
        Prop.ForAll(
                worlds,
                given =>
                {
                    times++;
                    holds(given);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(100).WithReplay(20261122, 7));
        Assert.True(times >= count);
    }

    private static Dictionary<Guid, Standed> TeamsOf((int[] Teams, int Query) world) =>
        world.Teams.Select(seed => new Standed(World.ATeam(seed), World.ALoad(seed ^ world.Query))).ToDictionary(entry => entry.Team.Id);

    private static TeamIndex Restaffed(TeamIndex index, Dictionary<Guid, Standed> teams, Random random)
    {
        List<Standed> changed = [];
        for (var number = 0; number < 3; number++)
        {
            // A new team, or another in the place of one that is there, or the same with other hours.
            var seed = random.Next(200_001, 300_000);
            var team = World.ATeam(seed);
            if (teams.Count > 0 && random.Next(2) == 0)
            {
                var old = teams.Values.ElementAt(random.Next(teams.Count)).Team;
                team =
                    random.Next(2) == 0
                        ? team with
                        {
                            Id = old.Id,
                        }
                        : old with
                        {
                            Capacity = old.Capacity + 1,
                            Suspended = !old.Suspended,
                            Availability = team.Availability,
                        };
            }

            if (changed.TrueForAll(other => other.Team.Id != team.Id))
            {
                changed.Add(new Standed(team, World.ALoad(seed)));
            }
        }

        foreach (var entry in changed)
        {
            teams[entry.Team.Id] = entry;
        }

        return index.With(changed);
    }

    private static TeamIndex Loaded(TeamIndex index, Dictionary<Guid, Standed> teams, Random random)
    {
        var changed = teams
            .Keys.Where(_ => random.Next(4) == 0)
            .Append(Guid.NewGuid())
            .Select(id => (TeamId: id, Load: World.ALoad(random.Next())))
            .ToList();
        foreach (var (id, load) in changed)
        {
            if (teams.TryGetValue(id, out var team))
            {
                teams[id] = team with { Load = load };
            }
        }

        return index.With(changed);
    }

    private static int Compare(TeamIndex index, Dictionary<Guid, Standed> teams, int query)
    {
        var need = World.ANeed(query, [.. teams.Keys]);
        var most = new[] { 1, 2, 5, int.MaxValue }[query % 4];
        var expected = BruteForce.Match(
            need,
            [.. teams.Values.Select(entry => entry.Team)],
            id => teams[id].Load,
            World.Rules,
            Given.Now,
            most
        );
        var found = Matcher.Match(need, index, World.Rules, Given.Now, most);
        Assert.Equal(Told(expected), Told(found));
        return expected.Candidates.Count;
    }

    private static string Told(MatchResult result) =>
        $"""
            {result.Opened} after {string.Join(", ", result.PassedOver)}
            {string.Join('\n', result.Candidates.Select(Told))}
            whole {string.Join(' ', result.Whole.Select(candidate => $"{candidate.Rank}:{candidate.Team.Id}"))}
            {result.Eligible} of {result.Evaluated}
            {string.Join('\n', result.Refused.Select(refusal => $"{refusal.Reason} {refusal.Count} {string.Join(' ', refusal.TeamIds)}"))}
            {string.Join('\n', result.Shortfalls)}
            {result.Joint?.Lead.Team.Id} {result.Joint?.TotalPoints} {string.Join(
                ' ',
                result.Joint?.Supports.Select(support => support.Team.Id) ?? []
            )}
            """;

    private static string Told(Candidate candidate) =>
        $"{candidate.Rank} {candidate.Team.Id} {string.Join('+', candidate.Score.Parts.Select(part => part.Points))}={candidate.Score.Points} "
        + $"{candidate.Score.Journey} {candidate.Load} {candidate.BringsAll} {candidate.PreferredByName}";
}
