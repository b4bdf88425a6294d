namespace Dispatch.Domain.Safety;

/// <summary>
/// Finds danger in what people write, in two ways that check one another. Words get senses (<see cref="SafetyWords"/>), what is denied, past,
/// taught or said of a machine loses them (<see cref="Reading"/>), and senses near one another make a danger (<see cref="SafetyRules"/>); the
/// gravest wins. And texts are held against examples (<see cref="DangerByExample"/>). A false alarm costs an officer a click, a miss may cost a
/// life. The work is linear in the length of the text.
/// </summary>
public static class SafetyCheck
{
    // Chosen on sentences neither the rules nor the examples had seen: what examples alone must say, and what they must not deny the rules.
    private const double ByExampleAlone = 0.4;
    private const double BesideRules = 0.1;

    /// <summary>The gravest danger the text speaks of, with the words that say so; or null.</summary>
    public static SafetyWarning? Of(string text)
    {
        var (share, likeliest) = DangerByExample.In(text);
        return share > BesideRules && ByRules(text) is { } ruled ? ruled
            : share > ByExampleAlone ? likeliest()
            : null;
    }

    /// <summary>What the rules alone say.</summary>
    internal static SafetyWarning? ByRules(string text)
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
