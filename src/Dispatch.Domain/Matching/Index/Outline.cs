using Dispatch.Domain.Geography;

namespace Dispatch.Domain.Matching.Index;

/// <summary>What can be said of the homes of all teams without going there: a search goes only where its area is. It changes only when teams
/// come, go or move.</summary>
internal sealed class Outline
{
    private readonly RegionSpan[] spans;
    private readonly int[] having;

    public Outline(IReadOnlyList<TeamBlock> homes, SkillNumbers numbers)
    {
        spans = [.. homes.Select(home => home.Count == 0 ? new RegionSpan(0, 0) : new RegionSpan(home.FirstRegion, home.LastRegion + 1))];
        having = [.. Enumerable.Range(0, numbers.Count).Select(skill => homes.Sum(home => home.Having(skill).Length))];
    }

    /// <summary>How many teams have the skill.</summary>
    public int Having(int skill) => skill < having.Length ? having[skill] : 0;

    /// <summary>Whether teams of this home can lie in these regions.</summary>
    public bool Reaches(int home, RegionSpan area) => spans[home].Start < area.End && area.Start < spans[home].End;
}
