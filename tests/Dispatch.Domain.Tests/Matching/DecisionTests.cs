using Dispatch.Domain.Matching;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Tests.Matching.Index;
using Xunit;

namespace Dispatch.Domain.Tests.Matching;

public sealed class DecisionTests
{
    [Fact]
    public void A_thousand_decisions_over_changing_teams_are_replayed_to_the_same_ranking()
    {
        var random = new Random(11);
        var teams = Enumerable.Range(1, 300).Select(seed => new Standed(World.ATeam(seed), World.ALoad(seed))).ToDictionary(t => t.Team.Id);
        var index = TeamIndex.Build(World.Rules, teams.Values);
        List<(Decision Kept, MatchResult Then)> decisions = [];
        for (var query = 0; decisions.Count < 1000; query++)
        {
            var match = Matcher.Match(World.ANeed(query, [.. teams.Keys]), index, World.Rules, Given.Now, 20);
            if (match.Candidates.Count > 1)
            {
                decisions.Add((Decision.Of(match, World.Rules, [match.Candidates[random.Next(match.Candidates.Count)]]), match));
            }

            // Between two decisions a team takes on work, and another becomes a different one.
            index = index.With([(Given.Id(random.Next(1, 301)), World.ALoad(query))]);
            var changed = Given.Id(random.Next(1, 301));
            index = index.With([new Standed(World.ATeam(1000 + query) with { Id = changed }, World.ALoad(query + 1))]);
        }

        foreach (var (kept, then) in decisions)
        {
            var replay = kept.Replay(World.Rules);
            Assert.True(replay.Identical);
            Assert.False(replay.FormulaChanged);
            var shown = then.Candidates.Where(candidate => kept.Ranking.Any(ranked => ranked.TeamId == candidate.Team.Id));
            Assert.Equal(shown.Select(Told), replay.Ranking.Select(team => $"{team.Then.Rank} {team.Then.TeamId} {Parts(team.Now)}"));
        }

        static string Told(Candidate candidate) => $"{candidate.Rank} {candidate.Team.Id} {Parts(candidate.Score)}";
        static string Parts(Score score) => string.Join('+', score.Parts.Select(part => $"{part.Points}:{Wording.Of(part.Reason).En}"));
    }

    [Fact]
    public void A_decision_keeps_the_best_and_whoever_was_asked()
    {
        var match = Given.ANeed().Match([.. Enumerable.Range(1, 30).Select(number => Given.ATeam(number))]);
        var kept = Decision.Of(match, Given.Rules, [match.Candidates[24]]);
        Assert.Equal([.. Enumerable.Range(1, Decision.MostRanked), 25], kept.Ranking.Select(ranked => ranked.Rank));
        Assert.Equal(30, kept.Eligible);
    }

    [Fact]
    public void Weights_are_those_of_then()
    {
        var match = Given.ANeed("agr-citrus:1").Match(Given.ATeam(1, "agr-citrus:8"), Given.ATeam(2, "agr-citrus:2"));
        var kept = Decision.Of(match, Given.Rules, []);
        var others = Given.Rules with { Weights = new Weights(0, 25, 50, 10, 10, 5, "of another union") };
        Assert.True(kept.Replay(others).Identical);
    }

    [Fact]
    public void Another_formula_is_told()
    {
        var kept = Decision.Of(Given.ANeed().Match(Given.ATeam()), Given.Rules, []) with { Formula = "2024-1" };
        Assert.True(kept.Replay(Given.Rules).FormulaChanged);
    }

    [Fact]
    public void A_ranking_that_was_tampered_with_is_told()
    {
        var kept = Decision.Of(Given.ANeed().Match(Given.ATeam(1), Given.ATeam(2, "agr-citrus:8")), Given.Rules, []);
        var tampered = kept with { Ranking = [kept.Ranking[0] with { Points = kept.Ranking[0].Points + 1 }, kept.Ranking[1]] };
        Assert.True(kept.Replay(Given.Rules).Identical);
        Assert.False(tampered.Replay(Given.Rules).Identical);
    }
}
