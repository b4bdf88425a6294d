namespace Dispatch.Domain.Suggestions;

/// <summary>
/// Finds where one text tells several independent jobs. One job often needs several skills, so a text is divided only where its words say so
/// (另外…, 二是…, 分别派人) and where each part by itself names the task or the object of another trade.
/// </summary>
internal static class Jobs
{
    // A part of fewer characters is no job told.
    private const int ShortestPart = 6;

    /// <summary>The parts as ranges of the text, in its order; empty unless there are two or more.</summary>
    public static IReadOnlyList<(Range Part, int Skill)> In(Reading reading)
    {
        var apart = false;
        var another = false;
        for (var i = 0; i < reading.Found.Length; i++)
        {
            apart |= reading.Has(i, WordRole.Apart);
            another |= reading.Has(i, WordRole.Another);
        }

        if (!apart && !another)
        {
            return [];
        }

        var starts = apart ? ClauseStarts(reading) : AnotherStarts(reading);
        var parts = new List<(int From, int To, int Skill)>();
        for (var i = 0; i < starts.Count; i++)
        {
            var (from, to) = (starts[i], i + 1 < starts.Count ? starts[i + 1] : reading.Read.Length);
            var skill = MainOf(reading, from, to);
            if (skill < 0 || (parts.Count > 0 && parts[^1].Skill == skill))
            {
                // A clause without a trade of its own belongs to the one before it.
                if (parts.Count > 0)
                {
                    parts[^1] = parts[^1] with { To = to };
                }
                else
                {
                    starts[Math.Min(i + 1, starts.Count - 1)] = i + 1 < starts.Count ? from : starts[i];
                }

                continue;
            }

            parts.Add((from, to, skill));
        }

        return parts.Count >= 2 && parts.TrueForAll(part => part.To - part.From >= ShortestPart)
            ? [.. parts.Select(part => (part.From..part.To, part.Skill))]
            : [];
    }

    private static int MainOf(Reading reading, int from, int to)
    {
        var evidence = Evidence.In(reading, from, to);
        var main = -1;
        for (var skill = 0; skill < reading.Vocabulary.Skills.Length; skill++)
        {
            if (evidence.Names(skill) && (main < 0 || evidence.Of(skill) > evidence.Of(main)))
            {
                main = skill;
            }
        }

        return main;
    }

    private static List<int> ClauseStarts(Reading reading)
    {
        var starts = new List<int> { 0 };
        for (var i = 0; i + 1 < reading.Read.Length; i++)
        {
            if (Reading.EndsClause(reading.Read[i]))
            {
                starts.Add(i + 1);
            }
        }

        return starts;
    }

    private static List<int> AnotherStarts(Reading reading)
    {
        var starts = new List<int> { 0 };
        for (var i = 0; i < reading.Found.Length; i++)
        {
            if (reading.Has(i, WordRole.Another) && reading.Found[i].Start > 0)
            {
                starts.Add(reading.Found[i].Start);
            }
        }

        return starts;
    }
}
