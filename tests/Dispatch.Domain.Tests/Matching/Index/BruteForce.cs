using Dispatch.Domain.Matching;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Tests.Matching.Index;

/// <summary>What matching means, said without any index: every team is judged and scored on its own, then sorted.</summary>
internal static class BruteForce
{
    private const int MostIds = 20;

    public static MatchResult Match(
        Need need,
        IReadOnlyCollection<Team> teams,
        Func<Guid, TeamLoad> load,
        MatchRules rules,
        DateTimeOffset now,
        int most
    )
    {
        var asked = new Situation(need, rules, now);
        var able = teams
            .Where(team => asked.Main is { } main && team.Skills.ContainsKey(main.Code))
            .Select(team => (Team: team, Opens: asked.Opens(team), Reason: Eligibility.Check(asked, team, load(team.Id), asked.Highest)))
            .ToList();
        var eligible = able.Where(team => team.Reason is null).ToList();
        var whole = LowestOf(eligible.Where(team => asked.BringsAll(team.Team)).Select(team => team.Opens));
        var lowest = LowestOf(eligible.Select(team => team.Opens));
        var opened =
            asked.Main is null ? asked.Lowest
            : whole <= Tier.Province ? whole.Value
            : lowest ?? asked.Highest;

        var refused = teams
            .Select(team => (team.Id, Reason: Eligibility.Check(asked, team, load(team.Id), opened)))
            .Where(team => team.Reason is not null)
            .GroupBy(team => team.Reason!.Value, team => team.Id)
            .OrderBy(group => group.Key)
            .Select(group => new Refusal(
                group.Key,
                group.Count(),
                group.Key < Ineligibility.LevelTooLow ? [] : [.. group.Order().Take(MostIds)]
            ));
        var ranking = Ranked(eligible.Where(team => team.Opens <= opened).Select(team => team.Team)).ToList();
        return new MatchResult
        {
            Need = need,
            At = now,
            Opened = opened,
            PassedOver =
            [
                .. Enumerable
                    .Range((int)asked.Lowest, opened - asked.Lowest)
                    .Select(tier => new PassedOver(
                        (Tier)tier,
                        eligible.Exists(team => team.Opens <= (Tier)tier)
                            ? PassedOverReason.NobodyBringsAll
                            : PassedOverReason.NobodyEligible
                    )),
            ],
            Candidates = [.. ranking.Take(most)],
            LazyWhole = new(() =>
                asked.Skills.Count == 1
                    ? [.. ranking.Take(most)]
                    :
                    [
                        .. ranking
                            .Where(candidate => candidate is { BringsAll: true, PreferredByName: false })
                            .Take(most)
                            .Select(candidate => candidate.Rank <= most ? candidate : candidate with { Rank = Candidate.FarDown }),
                    ]
            ),
            Eligible = ranking.Count,
            Refused = [.. refused],
            Evaluated = teams.Count,
            Joint = Joint.Propose(asked, ranking, teams, load, opened),
            Shortfalls = ranking.Count > 0 ? [] : [.. Shortfalls()],
            Skills = asked.Skills,
            WeightsVersion = rules.Weights.Version,
        };

        Tier? LowestOf(IEnumerable<Tier> tiers) => tiers.Select(tier => tier < asked.Lowest ? asked.Lowest : tier).Min(tier => (Tier?)tier);

        IEnumerable<Candidate> Ranked(IEnumerable<Team> open) =>
            open.Select(team => (Team: team, Score: Score.Of(asked, team, load(team.Id))))
                .OrderByDescending(team => team.Team.Id == need.PreferredTeamId)
                .ThenByDescending(team => team.Score.Points)
                .ThenBy(team => load(team.Team.Id).Pending)
                .ThenBy(team => team.Team.Id)
                .Select(
                    (team, at) =>
                        new Candidate(
                            at + 1,
                            team.Team,
                            team.Score,
                            load(team.Team.Id),
                            asked.BringsAll(team.Team),
                            team.Team.Id == need.PreferredTeamId
                        )
                        {
                            Facts = TeamFacts.Of(asked, team.Team, load(team.Team.Id)),
                        }
                );

        IEnumerable<Shortfall> Shortfalls()
        {
            var without = teams.Count - able.Count;
            if (without > 0)
            {
                yield return new Shortfall(Ineligibility.SkillMissing, without, 0);
            }

            var failed = able.ConvertAll(team => Eligibility.CheckAll(asked, team.Team, load(team.Team.Id), asked.Highest));
            foreach (var rule in Eligibility.Rules)
            {
                if (failed.Count(rules => rules.Contains(rule)) is > 0 and var all)
                {
                    yield return new Shortfall(rule, all, failed.Count(rules => rules.Count == 1 && rules[0] == rule));
                }
            }
        }
    }
}
