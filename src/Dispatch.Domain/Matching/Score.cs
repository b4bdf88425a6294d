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

    public static Score Of(Situation asked, Team team, in TeamLoad load)
    {
        Journey? journey = asked.Travels
            ? asked.Rules.TravelTimes.From(team, asked.Need.Point, asked.Scope.County, asked.Rules.Regions)
            : null;
        ScorePart[] parts =
        [
            Skill(asked, team),
            Nearness(asked, journey),
            Load(asked, team, load),
            Record(asked, load),
            Soonness(asked, team),
            Familiarity(asked, team),
        ];
        return new Score(parts.Sum(part => part.Points), parts, journey);
    }

    /// <summary>The level above need and the further skills covered: each counts 1 when the team brings it, <see cref="SameDomain"/> when it
    /// has another skill of its domain (or this one below the level), else nothing.</summary>
    private static ScorePart Skill(Situation asked, Team team)
    {
        var main = asked.Main ?? throw new ArgumentException("A request without a skill waits for triage.", nameof(asked));
        var level = team.Skills[main.Code].Level;
        var value =
            main.MinLevel >= HighestLevel
                ? 1
                : LevelJustMet + ((1 - LevelJustMet) * (level - main.MinLevel) / (HighestLevel - main.MinLevel));

        List<Skill> brought = [];
        List<Skill> lacking = [];
        var covered = 0.0;
        foreach (var wanted in asked.Skills.Skip(1))
        {
            var brings = asked.Brings(team, wanted);
            (brings ? brought : lacking).Add(Named(asked, wanted.Code));
            covered +=
                brings ? 1
                : HasDomainOf(asked, team, wanted) ? SameDomain
                : 0;
        }

        if (asked.Skills.Count > 1)
        {
            value = (MainSkillShare * value) + ((1 - MainSkillShare) * covered / (asked.Skills.Count - 1));
        }

        return Part(asked, PartName.Skill, value, new SkillReason(Named(asked, main.Code), level, main.MinLevel, brought, lacking));
    }

    private static ScorePart Nearness(Situation asked, Journey? journey) =>
        Part(
            asked,
            PartName.Nearness,
            journey is { Minutes: var minutes } ? 1 / (1 + (minutes / HalfwayMinutes)) : 0,
            new NearnessReason(journey)
        );

    /// <summary>The free share of the capacity, offers not yet answered counted as taken.</summary>
    private static ScorePart Load(Situation asked, Team team, in TeamLoad load)
    {
        var free = Math.Max(0, team.Capacity - load.Active - load.Pending) / (double)team.Capacity;
        var resting = asked.Now - load.LastServiceAt < RestAfterService;
        return Part(
            asked,
            PartName.Load,
            resting ? free * WhileResting : free,
            new LoadReason(load.Active, load.Pending, team.Capacity, resting)
        );
    }

    private static ScorePart Record(Situation asked, in TeamLoad load) =>
        Part(
            asked,
            PartName.Record,
            (load.ConfirmedSolved + SolvedToBeginWith) / (double)(load.Confirmed + ConfirmedToBeginWith),
            new RecordReason(load.Confirmed, load.ConfirmedSolved)
        );

    /// <summary>Full on the first day on which the work could be done, nothing <see cref="FreeDay.DaysAhead"/> days later.</summary>
    private static ScorePart Soonness(Situation asked, Team team)
    {
        var day = FreeDay.Of(asked, team);
        var wait = day is { } free ? free.DayNumber - asked.FirstDay.DayNumber : FreeDay.DaysAhead;
        return Part(asked, PartName.Soonness, Math.Max(0, 1 - (wait / (double)FreeDay.DaysAhead)), new SoonnessReason(day, wait));
    }

    private static ScorePart Familiarity(Situation asked, Team team)
    {
        var served = asked.Need.ServedBefore.Contains(team.Id);
        return Part(asked, PartName.Familiarity, served ? 1 : 0, new FamiliarityReason(served));
    }

    private static ScorePart Part(Situation asked, PartName name, double value, ScoreReason reason)
    {
        var weight = asked.Weights[(int)name];
        return new ScorePart(name, weight, value, (int)Math.Round(weight * value, MidpointRounding.AwayFromZero), reason);
    }

    private static bool HasDomainOf(Situation asked, Team team, WantedSkill wanted)
    {
        var skills = asked.Rules.Skills;
        return skills.GetValueOrDefault(wanted.Code)?.Domain is { } domain
            && team.Skills.Keys.Any(code => skills.GetValueOrDefault(code)?.Domain == domain);
    }

    private static Skill Named(Situation asked, string code) =>
        asked.Rules.Skills.GetValueOrDefault(code) ?? new Skill(code, code, code, Domain: null, Licence: null, Synonyms: []);
}
