using Dispatch.Domain.Skills;

namespace Dispatch.Domain.Matching;

public enum RequirementMode
{
    /// <summary>Each of the teams brings every skill of the group.</summary>
    All,

    /// <summary>Each of the teams brings one of them, whichever.</summary>
    Any,
}

/// <summary>A group of skills and how many teams are to bring it: "two welders" is one skill and two teams.</summary>
/// <remarks>How many people of a team have a skill nobody records. So every place is a team of its own, be it one expert or fifty people.
/// One team may fill a place in several groups, and never two in one.</remarks>
/// <param name="Skills">At least one, in order of weight.</param>
/// <param name="Teams">At least 1.</param>
public sealed record Requirement(RequirementMode Mode, IReadOnlyList<WantedSkill> Skills, int Teams)
{
    /// <summary>Whether a team that brings these skills can take one of the places.</summary>
    public bool IsFilledBy(Func<WantedSkill, bool> brings) => Mode == RequirementMode.All ? Skills.All(brings) : Skills.Any(brings);
}
