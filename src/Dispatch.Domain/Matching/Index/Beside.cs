namespace Dispatch.Domain.Matching.Index;

/// <summary>A list of the teams that have a skill, walked along beside another list in the same order.</summary>
internal struct Beside(Posting[] postings, int from, int end)
{
    private int next = from;

    /// <summary>The team's level in the skill; 0: it has it not. Teams are asked for in their order.</summary>
    public int LevelOf(int at)
    {
        GoTo(at);
        return next < end && postings[next].At == at ? postings[next].Level : 0;
    }

    // In steps that grow as long as they fall short, then shrink: the other list may be much the rarer.
    private void GoTo(int at)
    {
        if (next >= end || postings[next].At >= at)
        {
            return;
        }

        var step = 1;
        while (next + step < end && postings[next + step].At < at)
        {
            next += step;
            step *= 2;
        }

        for (; step > 0; step /= 2)
        {
            if (next + step < end && postings[next + step].At < at)
            {
                next += step;
            }
        }

        next++;
    }
}
