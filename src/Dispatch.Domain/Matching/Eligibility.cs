using System.Numerics;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>Why a team is not asked. The members stand in the order the rules are put: can it do this work, is it its turn,
/// may it come, can it come now. So the reason told is the one hardest to change, and a team named by an easy one lacks nothing before it.</summary>
public enum Ineligibility
{
    /// <summary>The main skill is not among the team's proven skills; honours are no proof.</summary>
    SkillMissing,

    /// <summary>Neither the place nor any tier that may still open holds the team.</summary>
    OutOfArea,

    /// <summary>A higher tier would open the team; it has not been opened.</summary>
    TierNotOpen,

    /// <summary>The main skill is proven, below the level asked for.</summary>
    LevelTooLow,

    /// <summary>The work is hands-on and reserved to licence holders (also whatever touches live current), and the team's licence is missing or not in force on the day of the work.</summary>
    LicenceMissing,

    /// <summary>The team does not give help in the form asked for.</summary>
    FormNotOffered,

    /// <summary>The requester excluded the team, or an officer marked its host as a rival.</summary>
    ConflictOfInterest,

    /// <summary>The team is suspended.</summary>
    Suspended,

    /// <summary>The team has already declined this request, stayed silent, given it back or lost it.</summary>
    DeclinedBefore,

    /// <summary>No wanted window, or none of the next days, falls into the team's hours outside days off and leave.</summary>
    NotAvailable,

    /// <summary>The team carries as many assignments as it can.</summary>
    AtCapacity,
}

/// <summary>The rules a team passes or fails. They never weigh anything, and the score never refuses anybody.</summary>
public static class Eligibility
{
    /// <summary>Every rule, in the order they are put.</summary>
    public static IReadOnlyList<Ineligibility> Rules { get; } = Enum.GetValues<Ineligibility>();

    /// <summary>The first rule the team fails with the tiers up to <paramref name="opened"/> open; none: it is eligible.</summary>
    public static Ineligibility? Check(Situation asked, in TeamFacts team, Tier opened)
    {
        var failed = Failed(asked, team, opened);
        return failed == 0 ? null : (Ineligibility)BitOperations.TrailingZeroCount(failed);
    }

    /// <inheritdoc cref="Check(Situation, in TeamFacts, Tier)"/>
    public static Ineligibility? Check(Situation asked, Team team, in TeamLoad load, Tier opened) =>
        Check(asked, TeamFacts.Of(asked, team, load), opened);

    /// <summary>Every rule the team fails, for an officer who asks about this one team.</summary>
    public static IReadOnlyList<Ineligibility> CheckAll(Situation asked, in TeamFacts team, Tier opened)
    {
        var failed = Failed(asked, team, opened);
        return [.. Rules.Where(rule => (failed & (1u << (int)rule)) != 0)];
    }

    /// <inheritdoc cref="CheckAll(Situation, in TeamFacts, Tier)"/>
    public static IReadOnlyList<Ineligibility> CheckAll(Situation asked, Team team, TeamLoad load, Tier opened) =>
        CheckAll(asked, TeamFacts.Of(asked, team, load), opened);

    // Whether the team fails a rule, whatever the others say: a bit for each, so that a million teams are judged without a branch.
    private static uint Failed(Situation asked, in TeamFacts team, Tier opened) =>
        Bit(Ineligibility.SkillMissing, team.Level == 0)
        | Bit(Ineligibility.OutOfArea, team.Opens > asked.Highest)
        | Bit(Ineligibility.TierNotOpen, team.Opens > opened && team.Opens <= asked.Highest)
        | Bit(Ineligibility.LevelTooLow, team.Level > 0 && team.Level < asked.Main!.MinLevel)
        | Bit(Ineligibility.LicenceMissing, team.LicenceMissing)
        | Bit(Ineligibility.FormNotOffered, !team.OffersForm)
        | Bit(Ineligibility.ConflictOfInterest, team.Conflict)
        | Bit(Ineligibility.Suspended, team.Suspended)
        | Bit(Ineligibility.DeclinedBefore, team.Ended)
        | Bit(Ineligibility.NotAvailable, team.Wait is null)
        | Bit(Ineligibility.AtCapacity, !asked.IsEmergency && team.Active >= team.Capacity);

    private static uint Bit(Ineligibility rule, bool fails) => (fails ? 1u : 0u) << (int)rule;
}
