using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>A lead with the fewest supports that fill the most places, and of those the best total.</summary>
/// <param name="Lead">With its place in the ranking, and its score for what it is there for.</param>
/// <param name="Supports">By the first group they help to fill.</param>
/// <param name="Missing">Wanted skills for which places stay empty: no team of the opened tier brings them.</param>
/// <param name="TotalPoints">Scores of all its teams, in thousandths of a point, each for the skills it could bring.</param>
public sealed record JointProposal(
    Candidate Lead,
    IReadOnlyList<JointSupport> Supports,
    IReadOnlyList<WantedSkill> Missing,
    int TotalPoints
)
{
    /// <summary>The wanted skills the lead is there for, the main one first.</summary>
    public IReadOnlyList<WantedSkill> LeadBrings { get; init; } = [];

    /// <summary>The groups with empty places, and how many.</summary>
    public IReadOnlyList<EmptyPlaces> Empty { get; init; } = [];

    /// <summary>Whether no other choice of these teams is better; else there were too many places to try them all.</summary>
    public bool Exact { get; init; } = true;
}

/// <summary>A supporting team and the wanted skills it is there for.</summary>
public sealed record JointSupport(Team Team, Score Score, TeamLoad Load, IReadOnlyList<WantedSkill> Brings);

/// <summary>Places of a group that no team fills.</summary>
public sealed record EmptyPlaces(Requirement Group, int Teams);

/// <summary>A team that has its part already and keeps it.</summary>
/// <param name="Skills">What it is there for.</param>
public sealed record KeptPart(Guid TeamId, IReadOnlyList<string> Skills);
