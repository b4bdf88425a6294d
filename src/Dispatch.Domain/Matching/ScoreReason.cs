using Dispatch.Domain.Skills;

namespace Dispatch.Domain.Matching;

/// <summary>The facts a part of a score rests on; <see cref="Wording"/> says them in words.</summary>
public abstract record ScoreReason;

/// <summary>How far above need the team stands in the main skill, and which further skills it brings.</summary>
/// <param name="Main">The main skill.</param>
/// <param name="Level">The team's level in it.</param>
/// <param name="Needed">The level asked for.</param>
/// <param name="Brought">Further skills the team brings too.</param>
/// <param name="Lacking">Further skills it does not.</param>
public sealed record SkillReason(Skill Main, int Level, int Needed, IReadOnlyList<Skill> Brought, IReadOnlyList<Skill> Lacking)
    : ScoreReason;

/// <summary>The way from the team to the place of work.</summary>
/// <param name="Journey">None: the way does not count.</param>
public sealed record NearnessReason(Journey? Journey) : ScoreReason;

/// <summary>What the team has in hand.</summary>
/// <param name="Active">Assignments in hand.</param>
/// <param name="Pending">Offers not yet answered.</param>
/// <param name="Capacity">Assignments the team can carry at once.</param>
/// <param name="Resting">The last service ended within <see cref="Score.RestAfterService"/>.</param>
public sealed record LoadReason(int Active, int Pending, int Capacity, bool Resting) : ScoreReason;

/// <summary>What requesters said of its services.</summary>
/// <param name="Confirmed">Services whose requester said whether it was solved.</param>
/// <param name="Solved">Those of them said to be solved.</param>
public sealed record RecordReason(int Confirmed, int Solved) : ScoreReason;

/// <summary>When the team is free.</summary>
/// <param name="Day">The first free day, in Shanghai; none when there is none in reach.</param>
/// <param name="Wait">Days from the first day on which the work could be done.</param>
public sealed record SoonnessReason(DateOnly? Day, int Wait) : ScoreReason;

/// <summary>Whether the team has served this requester.</summary>
public sealed record FamiliarityReason(bool ServedBefore) : ScoreReason;
