namespace Dispatch.Domain.Suggestions;

/// <summary>
/// Finds where one text tells several independent jobs. One job often needs several skills, so a text is divided only where its words say so
/// (另外…, 二是…, 分别派人) and where each part by itself names the task or the object of another trade.
/// </summary>
internal static class Jobs
{
    // A part of fewer characters is no job told.
    private const int ShortestPart = 6;

    // Without task or object, several signs tell a trade too.
    private const double LoudSigns = 1.5;

    // A clause is read in the light of the whole text: 采下来就干瘪 belongs to the cold store wanted after it.
    private const double WholeShare = 0.5;

    /// <summary>The parts as ranges of the text, in its order; empty unless there are two or more.</summary>
    public static IReadOnlyList<(Range Part, int Skill)> In(Reading reading, Evidence whole)
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
        var from = 0;
        for (var i = 0; i < starts.Count; i++)
        {
            var to = i + 1 < starts.Count ? starts[i + 1] : reading.Read.Length;
            var skill = MainOf(reading, starts[i], to, whole);
            if (parts.Count > 0 && (skill < 0 || parts[^1].Skill == skill))
            {
                parts[^1] = parts[^1] with { To = to };
            }
            else if (skill >= 0)
            {
                // What stands before the first trade (村里有两件事) belongs to it.
                parts.Add((from, to, skill));
            }

            from = parts.Count > 0 ? to : from;
        }

        return parts.Count >= 2 && parts.TrueForAll(part => part.To - part.From >= ShortestPart)
            ? [.. parts.Select(part => (part.From..part.To, part.Skill))]
            : [];
    }

    private static int MainOf(Reading reading, int from, int to, Evidence whole)
    {
        var main = -1;
        var most = 0.0;
        if (from < to)
        {
            var evidence = Evidence.In(reading, from, to);
            for (var skill = 0; skill < reading.Vocabulary.Skills.Length; skill++)
            {
                var score = evidence.Of(skill) + (WholeShare * whole.Of(skill));
                if ((evidence.Names(skill) || evidence.Of(skill) >= LoudSigns) && score > most)
                {
                    (main, most) = (skill, score);
                }
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
