using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>The ranking of the teams for one need, with the reason of every place in it and of every refusal.</summary>
public sealed record MatchResult
{
    /// <summary>What was asked for.</summary>
    public required Need Need { get; init; }

    /// <summary>The moment it was asked for.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The highest tier whose teams are asked; with it all below it.</summary>
    public required Tier Opened { get; init; }

    /// <summary>The tiers from where the request stood up to the opened one, which itself is not among them.</summary>
    public required IReadOnlyList<PassedOver> PassedOver { get; init; }

    /// <summary>The best of the eligible teams in order, as many as were asked for.</summary>
    public required IReadOnlyList<Candidate> Candidates { get; init; }

    /// <summary>The best of those that bring every skill, as many as were asked for.</summary>
    public IReadOnlyList<Candidate> Whole => LazyWhole.Value;

    /// <summary>Most who read a ranking have no use for it: it is explained when it is asked for.</summary>
    public required Lazy<IReadOnlyList<Candidate>> LazyWhole { get; init; }

    /// <summary>How many teams are eligible.</summary>
    public required int Eligible { get; init; }

    /// <summary>Every other team under its first failed rule, in the order of the rules.</summary>
    public required IReadOnlyList<Refusal> Refused { get; init; }

    /// <summary>Teams looked at: candidates and refused together.</summary>
    public required int Evaluated { get; init; }

    /// <summary>Several teams together, when no candidate brings every skill and others of the opened tier help; else none.</summary>
    public JointProposal? Joint { get; init; }

    /// <summary>Without candidates: what stood in the way. Else empty.</summary>
    public required IReadOnlyList<Shortfall> Shortfalls { get; init; }

    /// <summary>What was matched on: the skills that counted, the main one first.</summary>
    public required IReadOnlyList<WantedSkill> Skills { get; init; }

    public required string WeightsVersion { get; init; }
}

/// <summary>An eligible team and its place in the ranking.</summary>
/// <param name="Rank">From 1; <see cref="FarDown"/> for one that ranks below those that were asked for.</param>
/// <param name="BringsAll">Whether it brings every skill that counts.</param>
/// <param name="PreferredByName">Ranks first because the requester asked for it by name.</param>
public sealed record Candidate(int Rank, Team Team, Score Score, TeamLoad Load, bool BringsAll, bool PreferredByName)
{
    /// <summary>A rank that nobody has counted to.</summary>
    public const int FarDown = 0;

    /// <summary>What the score was worked out from.</summary>
    public required TeamFacts Facts { get; init; }
}

/// <summary>The teams refused for one reason.</summary>
/// <param name="TeamIds">The lowest ids of those that the opened tiers hold, twenty at most; whoever has not the main skill or stands
/// outside them is counted only.</param>
public sealed record Refusal(Ineligibility Reason, int Count, IReadOnlyList<Guid> TeamIds);

/// <summary>A tier that was not enough.</summary>
public sealed record PassedOver(Tier Tier, PassedOverReason Reason);

public enum PassedOverReason
{
    /// <summary>No team up to this tier is eligible.</summary>
    NobodyEligible,

    /// <summary>Teams are eligible, none brings every wanted skill, and one of a higher tier does.</summary>
    NobodyBringsAll,
}

/// <summary>What stood between a rule and a candidate.</summary>
/// <param name="Failed">Teams that fail this rule, among others or not.</param>
/// <param name="Alone">Those of them that have the main skill and fail no other rule: they become candidates when this alone changes.</param>
public sealed record Shortfall(Ineligibility Reason, int Failed, int Alone);
