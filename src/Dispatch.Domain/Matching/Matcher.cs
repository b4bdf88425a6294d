using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>Finds, ranks and explains the teams for a need. The same input gives the same answer, in whatever order the teams were entered.</summary>
/// <remarks>The lowest tier that can do it goes first. A tier is passed over when nobody in it is eligible, or when nobody eligible in it
/// brings all wanted skills and somebody of a higher tier, up to the province, does. If nobody does, the lowest tier with an eligible team
/// goes and the rest is proposed as support.</remarks>
public static class Matcher
{
    /// <param name="most">How many candidates are ranked and explained; the others are counted.</param>
    public static MatchResult Match(Need need, TeamIndex teams, MatchRules rules, DateTimeOffset now, int most)
    {
        if (!teams.IsOver(rules))
        {
            throw new ArgumentException("The teams were entered by other regions or another skill list.", nameof(rules));
        }

        var asked = new Situation(need, rules, now);
        var search = new Search(teams, asked, most);
        List<PassedOver> passedOver = [];
        var opened = Open(asked, search, passedOver);
        var candidates = Explained(asked, search, most);
        return new MatchResult
        {
            Need = need,
            At = now,
            Opened = opened,
            PassedOver = passedOver,
            Candidates = candidates,
            LazyWhole = new(() => asked.Skills.Count == 1 ? candidates : Whole(asked, search, candidates, most)),
            Eligible = search.Eligible,
            Refused = [.. Refused(asked, search, opened, teams.Count)],
            Evaluated = teams.Count,
            Joint = search.Eligible == 0 || search.AnyWhole ? null : Joint.Propose(asked, WithAnySkill(asked, teams, opened), opened),
            Shortfalls = search.Eligible == 0 ? [.. Shortfalls(asked, search, teams.Count)] : [],
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

    /// <summary>Opens tiers until one will do.</summary>
    private static Tier Open(Situation asked, Search search, List<PassedOver> passedOver)
    {
        var opened = asked.Lowest;
        search.Open(opened);
        // Without a skill no tier could help: the request waits where it stands.
        if (asked.Main is null || search.AnyWhole)
        {
            return opened;
        }

        var whole = asked.Skills.Count == 1 ? null : LowestWhole();
        while (whole is { } tier ? opened < tier : search.Eligible == 0 && opened < asked.Highest)
        {
            passedOver.Add(
                new PassedOver(opened, search.Eligible > 0 ? PassedOverReason.NobodyBringsAll : PassedOverReason.NobodyEligible)
            );
            search.Open(++opened);
        }

        return opened;

        // Nobody is fetched from another province only because the own ones do not bring everything.
        Tier? LowestWhole()
        {
            for (var tier = opened + 1; tier <= Tier.Province; tier++)
            {
                if (search.WouldFindWhole(tier))
                {
                    return tier;
                }
            }

            return null;
        }
    }

    private static Candidate[] Explained(Situation asked, Search search, int most)
    {
        List<Ranked> ranking = search.Named is { } first ? [first, .. search.Ranking()] : search.Ranking();
        var candidates = new Candidate[Math.Min(most, ranking.Count)];
        for (var at = 0; at < candidates.Length; at++)
        {
            candidates[at] = Explained(asked, search, ranking[at], at + 1);
        }

        return candidates;
    }

    private static Candidate[] Whole(Situation asked, Search search, Candidate[] candidates, int most) =>
        [
            .. search
                .Whole()
                .Take(most)
                .Select(ranked =>
                    Array.Find(candidates, candidate => candidate.Team.Id == ranked.Id)
                    ?? Explained(asked, search, ranked, Candidate.FarDown)
                ),
        ];

    private static Candidate Explained(Situation asked, Search search, in Ranked ranked, int rank)
    {
        var facts = search.FactsOf(ranked);
        var team = ranked.Block.TeamAt(ranked.At);
        return new Candidate(
            rank,
            team,
            Score.Of(asked, facts),
            ranked.Block.StandingAt(ranked.At).Load,
            asked.BringsAll(facts),
            PreferredByName: team.Id == asked.Need.PreferredTeamId
        )
        {
            Facts = facts,
        };
    }

    private static IEnumerable<Refusal> Refused(Situation asked, Search search, Tier opened, int teams)
    {
        var open = search.SeenUpTo(asked.Highest);
        foreach (var reason in Eligibility.Rules)
        {
            var refusal = reason switch
            {
                Ineligibility.SkillMissing => new Refusal(reason, teams - search.Having, []),
                Ineligibility.OutOfArea => new Refusal(reason, search.Having - open, []),
                Ineligibility.TierNotOpen => new Refusal(reason, open - search.Seen, []),
                _ => new Refusal(reason, search.Refused[(int)reason]?.Count ?? 0, search.Refused[(int)reason]?.Ids ?? []),
            };
            if (refusal.Count > 0)
            {
                yield return refusal;
            }
        }
    }

    private static IEnumerable<Shortfall> Shortfalls(Situation asked, Search search, int teams)
    {
        var failed = new SortedDictionary<Ineligibility, (int Failed, int Alone)>();
        foreach (var facts in search.Everyone())
        {
            var rules = Eligibility.CheckAll(asked, facts, asked.Highest);
            foreach (var rule in rules)
            {
                var (all, alone) = failed.GetValueOrDefault(rule);
                failed[rule] = (all + 1, rules.Count == 1 ? alone + 1 : alone);
            }
        }

        if (teams > search.Having)
        {
            failed[Ineligibility.SkillMissing] = (teams - search.Having, 0);
        }

        return failed.Select(entry => new Shortfall(entry.Key, entry.Value.Failed, entry.Value.Alone));
    }

    /// <summary>The teams with at least one of the skills that the tiers up to this one open, and what they have in hand.</summary>
    public static IReadOnlyList<Standed> WithAnySkill(Situation asked, TeamIndex teams, Tier opened) =>
        new Search(teams, asked, 0).WithAny(asked.Skills, opened);
}
