using Dispatch.Domain.Skills;

namespace Dispatch.Domain.Matching;

/// <summary>The places still to be filled, group by group, and every way of having filled some of them as one number: in each group the
/// places filled, as the digits of a number whose bases are the places of each group and one more.</summary>
internal sealed class Places
{
    private const int MostGroups = 30;
    private const int MostSkills = 62;

    private readonly int[] open;
    private readonly long[] strides;
    private readonly ulong[] bits;

    public Places(Situation asked, IReadOnlyList<KeptPart> kept)
    {
        Groups =
        [
            .. (
                asked.Need.Requirements.Count > 0
                    ? asked.Need.Requirements
                    : asked.Skills.Select(skill => new Requirement(RequirementMode.All, [skill], 1))
            ).Take(MostGroups),
        ];
        Skills = [.. Groups.SelectMany(group => group.Skills).Distinct().Take(MostSkills)];
        bits = [.. Groups.Select(group => group.Skills.Aggregate(0UL, (mask, skill) => mask | BitOf(skill)))];
        open = [.. Groups.Select(group => Math.Max(0, group.Teams - kept.Count(part => Fills(part, group))))];
        strides = new long[open.Length];
        var states = 1L;
        for (var at = 0; at < open.Length; at++)
        {
            strides[at] = states;
            // Beyond this many nobody counts them; the number must only not run over.
            states = Math.Min(int.MaxValue, states * (open[at] + 1));
        }

        States = states;
        for (var at = 0; at < open.Length; at++)
        {
            var leadFills = IsFilledByEveryLead(asked, Groups[at]) ? 1 : 0;
            OfEveryLead |= leadFills << at;
            Open |= open[at] > 0 ? 1 << at : 0;
            ForSupports |= open[at] - leadFills > 0 ? 1 << at : 0;
            MostOfOne = Math.Max(MostOfOne, open[at]);
        }
    }

    public IReadOnlyList<Requirement> Groups { get; }

    /// <summary>Every skill of the groups once; a set of them is a mask of bits in this order.</summary>
    public IReadOnlyList<WantedSkill> Skills { get; }

    /// <summary>How many ways of having filled places there are.</summary>
    public long States { get; }

    /// <summary>The groups, as a mask, that have places to fill.</summary>
    public int Open { get; }

    /// <summary>The groups in which whoever leads takes a place.</summary>
    public int OfEveryLead { get; }

    /// <summary>Those groups in which places stay empty whoever leads.</summary>
    public int ForSupports { get; }

    /// <summary>The most places of one group.</summary>
    public int MostOfOne { get; }

    public int OpenIn(int group) => open[group];

    /// <summary>The groups in which a team with these skills can take a place.</summary>
    public int GroupsOf(ulong skills)
    {
        var groups = 0;
        for (var at = 0; at < bits.Length; at++)
        {
            var filled = Groups[at].Mode == RequirementMode.All ? (skills & bits[at]) == bits[at] : (skills & bits[at]) != 0;
            groups |= filled && bits[at] != 0 ? 1 << at : 0;
        }

        return groups;
    }

    /// <summary>What a team with these skills brings to these groups.</summary>
    public ulong BroughtTo(int groups, ulong skills)
    {
        var brought = 0UL;
        for (var at = 0; at < bits.Length; at++)
        {
            brought |= (groups & (1 << at)) != 0 ? skills & bits[at] : 0;
        }

        return brought;
    }

    public IReadOnlyList<WantedSkill> In(ulong skills) => [.. Skills.Where((_, bit) => (skills & (1UL << bit)) != 0)];

    /// <summary>One place more in each of these groups, as far as there are any.</summary>
    public int Add(int state, int groups)
    {
        for (var at = 0; at < open.Length; at++)
        {
            if ((groups & (1 << at)) != 0 && Filled(state, at) < open[at])
            {
                state += (int)strides[at];
            }
        }

        return state;
    }

    /// <summary>Places filled by two sets of teams together.</summary>
    public int Together(int one, int other)
    {
        var filled = 0;
        for (var at = 0; at < open.Length; at++)
        {
            filled += Math.Min(open[at], Filled(one, at) + Filled(other, at));
        }

        return filled;
    }

    private int Filled(int state, int group) => (int)(state / strides[group] % (open[group] + 1));

    private ulong BitOf(WantedSkill skill)
    {
        for (var at = 0; at < Skills.Count; at++)
        {
            if (Skills[at] == skill)
            {
                return 1UL << at;
            }
        }

        return 0;
    }

    private static bool Fills(KeptPart part, Requirement group) =>
        group.IsFilledBy(skill => part.Skills.Contains(skill.Code, StringComparer.Ordinal));

    // Whoever leads has the main skill, at the level asked of a lead.
    private static bool IsFilledByEveryLead(Situation asked, Requirement group) =>
        asked.Main is { } main && group.IsFilledBy(skill => skill.Code == main.Code && skill.MinLevel <= main.MinLevel);
}
