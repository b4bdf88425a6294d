using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>Finds, ranks and explains the teams for a need. The same input gives the same answer, in whatever order the teams come.</summary>
/// <remarks>The lowest tier that can do it goes first. A tier is passed over when nobody in it is eligible, or when nobody eligible in it
/// brings all wanted skills and somebody of a higher tier, up to the province, does. If nobody does, the lowest tier with an eligible team
/// goes and the rest is proposed as support.</remarks>
public static class Matcher
{
    public static MatchResult Match(Need need, IEnumerable<Team> teams, Func<Guid, TeamLoad> load, MatchRules rules, DateTimeOffset now)
    {
        var asked = new Situation(need, rules, now);
        var all = teams as IReadOnlyCollection<Team> ?? [.. teams];
        var refused = new SortedDictionary<Ineligibility, List<Guid>>();
        List<Reached> reached = [];
        foreach (var team in all)
        {
            var teamLoad = load(team.Id);
            var reason = Eligibility.Check(asked, team, teamLoad, asked.Highest);
            if (reason is Ineligibility.SkillMissing or Ineligibility.OutOfArea)
            {
                Refuse(refused, reason.Value, team);
            }
            else
            {
                reached.Add(new Reached(team, teamLoad, asked.Opens(team), reason));
            }
        }

        var opened = Opened(asked, reached);
        List<Reached> eligible = [];
        foreach (var team in reached)
        {
            if ((team.Opens > opened ? Ineligibility.TierNotOpen : team.Reason) is { } reason)
            {
                Refuse(refused, reason, team.Team);
            }
            else
            {
                eligible.Add(team);
            }
        }

        var candidates = Ranked(asked, eligible);
        return new MatchResult
        {
            Opened = opened,
            PassedOver = [.. PassedOver(asked, reached, opened)],
            Candidates = candidates,
            Refused = [.. refused.Select(group => new Refusal(group.Key, [.. group.Value.Order()]))],
            Evaluated = all.Count,
            Joint = Joint.Propose(asked, candidates, all, load, opened),
            Shortfalls = candidates.Length == 0 ? Shortfalls(asked, all, load) : [],
            Skills = asked.Skills,
            WeightsVersion = rules.Weights.Version,
        };
    }

    /// <summary>Everything that stands between this one team and the request, rule by rule; empty when it is eligible.</summary>
    public static IReadOnlyList<Ineligibility> Explain(
        Need need,
        Team team,
        TeamLoad load,
        MatchRules rules,
        DateTimeOffset now,
        Tier opened
    ) => Eligibility.CheckAll(new Situation(need, rules, now), team, load, opened);

    private static void Refuse(SortedDictionary<Ineligibility, List<Guid>> refused, Ineligibility reason, Team team)
    {
        if (!refused.TryGetValue(reason, out var ids))
        {
            refused[reason] = ids = [];
        }

        ids.Add(team.Id);
    }

    private static Tier Opened(Situation asked, List<Reached> reached)
    {
        // Without a skill no tier could help: the request waits where it stands.
        if (asked.Main is null)
        {
            return asked.Lowest;
        }

        var whole = LowestOf(reached.Where(team => asked.BringsAll(team.Team)));
        var lowest = LowestOf(reached) ?? asked.Highest;
        return whole <= Tier.Province ? whole.Value : lowest;

        Tier? LowestOf(IEnumerable<Reached> teams) =>
            teams.Where(team => team.Reason is null).Min(team => (Tier?)Max(team.Opens, asked.Lowest));
    }

    private static IEnumerable<PassedOver> PassedOver(Situation asked, List<Reached> reached, Tier opened)
    {
        for (var tier = asked.Lowest; tier < opened; tier++)
        {
            var anybody = reached.Exists(team => team.Reason is null && team.Opens <= tier);
            yield return new PassedOver(tier, anybody ? PassedOverReason.NobodyBringsAll : PassedOverReason.NobodyEligible);
        }
    }

    private static Candidate[] Ranked(Situation asked, List<Reached> eligible) =>
        [
            .. eligible
                .Select(team => (team.Team, team.Load, Score: Score.Of(asked, team.Team, team.Load)))
                .OrderByDescending(team => team.Team.Id == asked.Need.PreferredTeamId)
                .ThenByDescending(team => team.Score.Points)
                .ThenBy(team => team.Load.Pending)
                .ThenBy(team => team.Team.Id)
                .Select(
                    (team, at) =>
                        new Candidate(
                            at + 1,
                            team.Team,
                            team.Score,
                            team.Load,
                            asked.BringsAll(team.Team),
                            PreferredByName: team.Team.Id == asked.Need.PreferredTeamId
                        )
                ),
        ];

    private static Shortfall[] Shortfalls(Situation asked, IReadOnlyCollection<Team> teams, Func<Guid, TeamLoad> load)
    {
        var failed = new SortedDictionary<Ineligibility, (int Failed, int Alone)>();
        foreach (var team in teams)
        {
            var rules = Eligibility.CheckAll(asked, team, load(team.Id), asked.Highest);
            foreach (var rule in rules)
            {
                var (all, alone) = failed.GetValueOrDefault(rule);
                failed[rule] = (all + 1, rules.Count == 1 ? alone + 1 : alone);
            }
        }

        return [.. failed.Select(entry => new Shortfall(entry.Key, entry.Value.Failed, entry.Value.Alone))];
    }

    private static Tier Max(Tier one, Tier other) => one > other ? one : other;

    /// <summary>A team with the main skill that some tier opens; <paramref name="Reason"/> is what it fails with all tiers open.</summary>
    private sealed record Reached(Team Team, TeamLoad Load, Tier Opens, Ineligibility? Reason);
}
