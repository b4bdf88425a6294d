namespace Dispatch.Domain.Matching.Index;

/// <summary>The teams of a block that have a skill, walked along beside another list in the same order.</summary>
/// <param name="block">Where they stand.</param>
/// <param name="skill">Its number; below zero nobody has it.</param>
/// <param name="at">The first place that will be gone to.</param>
internal struct Beside(TeamBlock block, int skill, int at)
{
    private int next = skill < 0 ? 0 : block.FirstOf(skill, at);

    /// <summary>Of the team gone to.</summary>
    public readonly int Level => block.Having(skill)[next].Level;

    /// <summary>The day number of the last day on which the team gone to is licensed for it; 0: none is kept.</summary>
    public readonly int LicensedUntil => block.LicensedUntil(skill, next);

    /// <summary>Whether the team at this place has the skill. Teams are gone to in their order.</summary>
    public bool GoTo(int at)
    {
        if (skill < 0)
        {
            return false;
        }

        var all = block.Having(skill);
        if (next < all.Length && all[next].At < at)
        {
            Skip(all, at);
        }

        return next < all.Length && all[next].At == at;
    }

    // In steps that grow as long as they fall short, then shrink: the other list may be much the rarer.
    private void Skip(ReadOnlySpan<Posting> all, int at)
    {
        var step = 1;
        while (next + step < all.Length && all[next + step].At < at)
        {
            next += step;
            step *= 2;
        }

        for (; step > 0; step /= 2)
        {
            if (next + step < all.Length && all[next + step].At < at)
            {
                next += step;
            }
        }

        next++;
    }
}
