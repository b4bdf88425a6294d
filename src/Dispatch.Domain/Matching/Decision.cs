using Dispatch.Domain.Geography;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Domain.Matching;

/// <summary>A match that somebody was asked by, with all it rested on: the ranking can be worked out again when the teams have long
/// changed. Holds neither the place nor who asked.</summary>
public sealed record Decision
{
    /// <summary>So many of the best are kept.</summary>
    public const int MostRanked = 10;

    /// <summary>The way scores were worked out, <see cref="Score.Formula"/> at that time.</summary>
    public required string Formula { get; init; }

    public required DateTimeOffset DecidedAt { get; init; }
    public required Weights Weights { get; init; }

    /// <summary>The skills that counted, the main one first.</summary>
    public required IReadOnlyList<WantedSkill> Skills { get; init; }

    public required string RegionCode { get; init; }
    public required VisitForm Form { get; init; }
    public required Urgency Urgency { get; init; }

    /// <summary>The tier matching began with.</summary>
    public required Tier Tier { get; init; }

    public required IReadOnlyList<TimeWindow> Wanted { get; init; }

    /// <summary>The highest tier whose teams were asked.</summary>
    public required Tier Opened { get; init; }

    /// <summary>How many teams were eligible.</summary>
    public required int Eligible { get; init; }

    /// <summary>How many teams there were.</summary>
    public required int Evaluated { get; init; }

    public required IReadOnlyList<RefusalCount> Refused { get; init; }

    /// <summary>The best, in order, and every team that was asked.</summary>
    public required IReadOnlyList<RankedFacts> Ranking { get; init; }

    /// <param name="asked">The candidates that were asked because of it; they are kept whatever their rank.</param>
    public static Decision Of(MatchResult match, MatchRules rules, IReadOnlyCollection<Candidate> asked) =>
        new()
        {
            Formula = Score.Formula,
            DecidedAt = match.At,
            Weights = rules.Weights,
            Skills = match.Skills,
            RegionCode = match.Need.RegionCode,
            Form = match.Need.Form,
            Urgency = match.Need.Urgency,
            Tier = match.Need.Tier,
            Wanted = match.Need.Wanted,
            Opened = match.Opened,
            Eligible = match.Eligible,
            Evaluated = match.Evaluated,
            Refused = [.. match.Refused.Select(refusal => new RefusalCount(refusal.Reason, refusal.Count))],
            Ranking =
            [
                .. match
                    .Candidates.Take(MostRanked)
                    .Concat(asked)
                    .DistinctBy(candidate => candidate.Team.Id)
                    .OrderBy(candidate => candidate.Rank)
                    .Select(candidate => new RankedFacts(
                        candidate.Rank,
                        candidate.Team.Id,
                        candidate.Score.Points,
                        candidate.PreferredByName,
                        candidate.Facts
                    )),
            ],
        };

    /// <summary>Scores and ranks the same teams again from what was kept of them.</summary>
    /// <param name="rules">Regions and skills of today; the weights are those of the decision.</param>
    public Replay Replay(MatchRules rules)
    {
        var asked = Asked(rules);
        var again = Ranking
            .Select(ranked => (Ranked: ranked, Score: Score.Of(asked, ranked.Facts)))
            .OrderByDescending(team => team.Ranked.PreferredByName)
            .ThenByDescending(team => team.Score.Points)
            .ThenBy(team => team.Ranked.Facts.Pending)
            .ThenBy(team => team.Ranked.TeamId)
            .ToList();
        return new Replay(
            [.. again.Select(team => new ReplayedTeam(team.Ranked, team.Score))],
            FormulaChanged: Formula != Score.Formula,
            Identical: again
                .Select(team => (team.Ranked.TeamId, team.Score.Points))
                .SequenceEqual(Ranking.Select(ranked => (ranked.TeamId, ranked.Points)))
        );
    }

    private Situation Asked(MatchRules rules)
    {
        var region =
            rules.Regions.Find(RegionCode)
            ?? throw new InvalidOperationException($"Region {RegionCode} of a kept decision is unknown now.");
        var need = new Need
        {
            RequestId = Guid.Empty,
            Skills = Skills,
            RegionCode = RegionCode,
            Point = region.Point,
            Tier = Tier,
            Form = Form,
            Urgency = Urgency,
            Wanted = Wanted,
        };
        return new Situation(need, rules with { Weights = Weights }, DecidedAt);
    }
}

/// <summary>How many teams were refused for a reason.</summary>
public sealed record RefusalCount(Ineligibility Reason, int Count);

/// <summary>A team's place in a ranking and what it was worked out from.</summary>
/// <param name="Rank">From 1.</param>
/// <param name="Points">In thousandths.</param>
public sealed record RankedFacts(int Rank, Guid TeamId, int Points, bool PreferredByName, TeamFacts Facts);

/// <summary>A ranking worked out again.</summary>
/// <param name="FormulaChanged">Scores are worked out otherwise today than when it was decided: the points of then stand.</param>
/// <param name="Identical">Order and points are those of then.</param>
public sealed record Replay(IReadOnlyList<ReplayedTeam> Ranking, bool FormulaChanged, bool Identical);

/// <summary>What was kept of a team, and its score as it comes out now.</summary>
public sealed record ReplayedTeam(RankedFacts Then, Score Now);
