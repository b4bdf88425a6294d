namespace Dispatch.Domain.Safety;

/// <summary>
/// Finds danger in what people write. Words get senses (<see cref="SafetyWords"/>), what is denied, past, taught or said of a machine loses them
/// (<see cref="Reading"/>), and senses near one another make a danger (<see cref="SafetyRules"/>); the gravest wins. A false alarm costs an officer a
/// click, a miss may cost a life: where words can be read both ways the rules lean to the alarm. The work is linear in the length of the text.
/// </summary>
public static class SafetyCheck
{
    /// <summary>The gravest danger the text speaks of, with the words that say so; or null.</summary>
    public static SafetyWarning? Of(string text)
    {
        var plain = PlainText.Of(text);
        var words = Reading.Of(plain.Letters);
        foreach (var rule in SafetyRules.InOrder)
        {
            if (Find(rule, words, plain.Letters) is { } found)
            {
                return SafetyWarning.Of(rule.Kind, rule.Among) with
                {
                    Because = [.. found.OrderBy(word => word.Start).Select(word => plain.Quote(word.Start, word.End)).Distinct()],
                };
            }
        }

        return null;
    }

    /// <summary>The first stretch in which the rule finds all it needs.</summary>
    private static List<FoundWord>? Find(SafetyRule rule, IReadOnlyList<FoundWord> words, string letters)
    {
        var stretch = new Stretch(rule, letters);
        foreach (var word in words)
        {
            if (word.Senses.Any(rule.Needed.Contains) && stretch.Grow(word))
            {
                return stretch.Words;
            }
        }

        return null;
    }
}
