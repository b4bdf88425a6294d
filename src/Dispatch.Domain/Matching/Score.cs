using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>One part of a score.</summary>
/// <param name="Weight">In thousandths of a point of 100.</param>
/// <param name="Value">0 to 1.</param>
/// <param name="Points">Weight times value, rounded to thousandths of a point.</param>
public sealed record ScorePart(PartName Name, int Weight, double Value, int Points, ScoreReason Reason);

/// <summary>How well an eligible team fits: the sum of weighted parts, 0 to 100 points in thousandths. Honours are no part of it.</summary>
public sealed record Score(int Points, IReadOnlyList<ScorePart> Parts, Journey? Journey)
{
    /// <summary>Share of the skill part that the level in the main skill makes; the further skills make the rest. Alone it makes all.</summary>
    public const double MainSkillShare = 0.6;

    /// <summary>What the main skill is worth at exactly the level asked for; level 8 is worth 1, the levels between lie on a line.</summary>
    public const double LevelJustMet = 0.5;

    public const int HighestLevel = 8;

    /// <summary>What another skill of the same domain is worth where a further skill is wanted.</summary>
    public const double SameDomain = 0.3;

    /// <summary>A way of this many minutes halves nearness.</summary>
    public const double HalfwayMinutes = 60;

    /// <summary>While a team rests from a service its free capacity counts this much.</summary>
    public const double WhileResting = 0.5;

    /// <summary>How long a team rests from a service.</summary>
    public static readonly TimeSpan RestAfterService = TimeSpan.FromHours(24);

    // A team without a record starts at 4 of 5, so that the first service neither makes nor breaks it.
    private const int SolvedToBeginWith = 4;
    private const int ConfirmedToBeginWith = 5;

    /// <summary>Named by every decision that is kept; it changes when the same facts and weights would give other points.</summary>
    public const string Formula = "2026-1";

    /// <summary>The points alone, in thousandths.</summary>
    public static int PointsOf(Situation asked, in TeamFacts facts) =>
        PartPoints(asked, PartName.Skill, Skill(asked, facts))
        + PartPoints(asked, PartName.Nearness, Nearness(facts))
        + PartPoints(asked, PartName.Load, Load(facts))
        + PartPoints(asked, PartName.Record, Record(facts))
        + PartPoints(asked, PartName.Soonness, Soonness(facts))
        + PartPoints(asked, PartName.Familiarity, Familiarity(facts));

    /// <summary>The points of the way alone, in thousandths: what a team scores more than it would without one.</summary>
    public static int PointsOf(Situation asked, Journey journey) => PartPoints(asked, PartName.Nearness, Nearness(journey));

    public static Score Of(Situation asked, Team team, in TeamLoad load) => Of(asked, TeamFacts.Of(asked, team, load));

    /// <summary>The points with the reason of every part.</summary>
    public static Score Of(Situation asked, in TeamFacts facts)
    {
        ScorePart[] parts =
        [
            Part(asked, PartName.Skill, Skill(asked, facts), Skills(asked, facts)),
            Part(asked, PartName.Nearness, Nearness(facts), new NearnessReason(facts.Journey)),
            Part(asked, PartName.Load, Load(facts), new LoadReason(facts.Active, facts.Pending, facts.Capacity, facts.Resting)),
            Part(asked, PartName.Record, Record(facts), new RecordReason(facts.Confirmed, facts.Solved)),
            Part(asked, PartName.Soonness, Soonness(facts), Day(asked, facts)),
            Part(asked, PartName.Familiarity, Familiarity(facts), new FamiliarityReason(facts.ServedBefore)),
        ];
        return new Score(parts.Sum(part => part.Points), parts, facts.Journey);
    }

    private static ScorePart Part(Situation asked, PartName name, double value, ScoreReason reason) =>
        new(name, asked.Weights[(int)name], value, PartPoints(asked, name, value), reason);

    // Half a thousandth rounds up; no part is negative.
    private static int PartPoints(Situation asked, PartName part, double value) => (int)((asked.Weights[(int)part] * value) + 0.5);

    private static double Nearness(in TeamFacts facts) => facts.Journey is { } journey ? Nearness(journey) : 0;

    private static double Nearness(Journey journey) => 1 / (1 + (journey.Minutes / HalfwayMinutes));

    /// <summary>The level above need and the further skills covered: each counts 1 when the team brings it, <see cref="SameDomain"/> when it
    /// has another skill of its domain (or this one below the level), else nothing.</summary>
    private static double Skill(Situation asked, in TeamFacts facts)
    {
        var main = asked.Main ?? throw new ArgumentException("A request without a skill waits for triage.", nameof(asked));
        var value =
            main.MinLevel >= HighestLevel
                ? 1
                : LevelJustMet + ((1 - LevelJustMet) * (facts.Level - main.MinLevel) / (HighestLevel - main.MinLevel));
        var further = asked.Further;
        return further == 0
            ? value
            : (MainSkillShare * value) + ((1 - MainSkillShare) * (facts.Brought + (SameDomain * facts.SameDomain)) / further);
    }

    /// <summary>The free share of the capacity, offers not yet answered counted as taken.</summary>
    private static double Load(in TeamFacts facts)
    {
        var free = Math.Max(0, facts.Capacity - facts.Active - facts.Pending) / (double)facts.Capacity;
        return facts.Resting ? free * WhileResting : free;
    }

    private static double Record(in TeamFacts facts) =>
        (facts.Solved + SolvedToBeginWith) / (double)(facts.Confirmed + ConfirmedToBeginWith);

    private static double Soonness(in TeamFacts facts) => Math.Max(0, 1 - (DaysToWait(facts) / (double)FreeDay.DaysAhead));

    private static int DaysToWait(in TeamFacts facts) => facts.Wait ?? FreeDay.DaysAhead;

    private static double Familiarity(in TeamFacts facts) => facts.ServedBefore ? 1 : 0;

    private static SoonnessReason Day(Situation asked, in TeamFacts facts) =>
        new(facts.Wait is { } wait ? asked.FirstDay.AddDays(wait) : null, DaysToWait(facts));

    private static SkillReason Skills(Situation asked, in TeamFacts facts)
    {
        var main = asked.Main!;
        List<Skill> brought = [];
        List<Skill> lacking = [];
        for (var at = 1; at < asked.Skills.Count; at++)
        {
            ((facts.Brings & (1u << (at - 1))) != 0 ? brought : lacking).Add(Named(asked, asked.Skills[at].Code));
        }

        return new SkillReason(Named(asked, main.Code), facts.Level, main.MinLevel, brought, lacking);
    }

    private static Skill Named(Situation asked, string code) =>
        asked.Rules.Skills.GetValueOrDefault(code) ?? new Skill(code, code, code, Domain: null, Licence: null, Synonyms: []);
}
