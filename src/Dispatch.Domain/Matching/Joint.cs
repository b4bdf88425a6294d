using System.Numerics;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>Finds the teams that together bring what none brings alone. A set of wanted skills is a mask of bits, bit 0 the main skill.</summary>
public static class Joint
{
    // The search visits every set of skills; those past this many are not shared out.
    private const int MostSkills = 10;

    /// <summary>The most skills first, then the fewest teams, then the highest total, then the lowest ids: exact, by search over all sets
    /// of skills. A team asked for by name leads. None when one candidate brings all or no team of the opened tier can help.</summary>
    public static JointProposal? Propose(
        Situation asked,
        IReadOnlyList<Candidate> candidates,
        IReadOnlyCollection<Team> teams,
        Func<Guid, TeamLoad> load,
        Tier opened
    )
    {
        if (candidates.Count == 0 || candidates.Any(candidate => candidate.BringsAll))
        {
            return null;
        }

        var wanted = asked.Skills.Take(MostSkills).ToArray();
        var all = (1 << wanted.Length) - 1;
        var covers = Covers(Supports(asked, wanted, teams, load, opened), all);
        var leads = candidates[0].PreferredByName ? candidates.Take(1) : candidates;
        var best = leads
            // Of the leads with the same skills the best one stands for all.
            .GroupBy(lead => MaskOf(wanted, skill => asked.Brings(lead.Team, skill)))
            .Select(group => (Lead: group.First(), Mask: group.Key, Cover: BestFor(all & ~group.Key, covers)))
            .OrderByDescending(plan => BitOperations.PopCount((uint)(plan.Mask | plan.Cover.Mask)))
            .ThenBy(plan => plan.Cover.Supports.Length)
            .ThenByDescending(plan => plan.Lead.Score.Points + plan.Cover.Points)
            .ThenBy(plan => plan.Lead.Rank)
            .First();
        return best.Cover.Supports.Length == 0 ? null : Proposal(best.Lead, best.Mask, best.Cover, wanted);
    }

    /// <summary>For every set of wanted skills the best team that brings exactly these, scored as if they were all that is asked.</summary>
    private static List<Support> Supports(
        Situation asked,
        WantedSkill[] wanted,
        IReadOnlyCollection<Team> teams,
        Func<Guid, TeamLoad> load,
        Tier opened
    )
    {
        var alone = Array.ConvertAll(wanted, skill => asked.For([skill]));
        var best = new Dictionary<int, Support>();
        var situations = new Dictionary<int, Situation>();
        foreach (var team in teams)
        {
            var teamLoad = load(team.Id);
            var mask = 0;
            for (var bit = 1; bit < wanted.Length; bit++)
            {
                if (Eligibility.Check(alone[bit], team, teamLoad, opened) is null)
                {
                    mask |= 1 << bit;
                }
            }

            if (mask == 0)
            {
                continue;
            }

            if (!situations.TryGetValue(mask, out var situation))
            {
                situations[mask] = situation = asked.For(In(mask, wanted));
            }

            var support = new Support(mask, team, Score.Of(situation, team, teamLoad), teamLoad);
            if (!best.TryGetValue(mask, out var other) || Compare(support, other) < 0)
            {
                best[mask] = support;
            }
        }

        var sorted = best.Values.ToList();
        sorted.Sort(Compare);
        return sorted;
    }

    /// <summary>For every set of skills that supports can bring together, the best of them.</summary>
    private static Dictionary<int, Cover> Covers(List<Support> supports, int all)
    {
        var covers = new Dictionary<int, Cover> { [0] = new Cover(0, 0, []) };
        // One support at a time and from the largest set down, so that no team is in a cover twice.
        foreach (var support in supports)
        {
            for (var mask = all; mask >= 0; mask--)
            {
                if (!covers.TryGetValue(mask, out var without) || (mask | support.Mask) == mask)
                {
                    continue;
                }

                var with = new Cover(mask | support.Mask, without.Points + support.Score.Points, [.. without.Supports, support]);
                if (!covers.TryGetValue(with.Mask, out var other) || Compare(with, other) < 0)
                {
                    covers[with.Mask] = with;
                }
            }
        }

        return covers;
    }

    private static Cover BestFor(int lacking, Dictionary<int, Cover> covers) =>
        covers
            .Values.Select(cover => cover with { Mask = cover.Mask & lacking })
            .OrderByDescending(cover => BitOperations.PopCount((uint)cover.Mask))
            .ThenBy(cover => cover.Supports.Length)
            .ThenByDescending(cover => cover.Points)
            .ThenBy(cover => cover.Supports.Length == 0 ? Guid.Empty : cover.Supports.Min(support => support.Team.Id))
            .First();

    private static JointProposal Proposal(Candidate lead, int leadMask, Cover cover, WantedSkill[] wanted)
    {
        var open = cover.Mask & ~leadMask;
        List<JointSupport> supports = [];
        foreach (var support in cover.Supports.OrderBy(support => BitOperations.TrailingZeroCount(support.Mask & cover.Mask)))
        {
            supports.Add(new JointSupport(support.Team, support.Score, support.Load, In(support.Mask & open, wanted)));
            open &= ~support.Mask;
        }

        var missing = ((1 << wanted.Length) - 1) & ~leadMask & ~cover.Mask;
        return new JointProposal(lead, supports, In(missing, wanted), lead.Score.Points + cover.Points);
    }

    private static int MaskOf(WantedSkill[] wanted, Func<WantedSkill, bool> brings)
    {
        var mask = 0;
        for (var bit = 0; bit < wanted.Length; bit++)
        {
            mask |= brings(wanted[bit]) ? 1 << bit : 0;
        }

        return mask;
    }

    private static WantedSkill[] In(int mask, WantedSkill[] wanted) => [.. wanted.Where((_, bit) => (mask & (1 << bit)) != 0)];

    private static int Compare(Support one, Support other) =>
        (other.Score.Points, one.Team.Id).CompareTo((one.Score.Points, other.Team.Id));

    private static int Compare(Cover one, Cover other) =>
        (one.Supports.Length, other.Points).CompareTo((other.Supports.Length, one.Points));

    private sealed record Support(int Mask, Team Team, Score Score, TeamLoad Load);

    private sealed record Cover(int Mask, int Points, Support[] Supports);
}
