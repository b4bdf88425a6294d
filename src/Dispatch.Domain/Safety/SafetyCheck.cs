namespace Dispatch.Domain.Safety;

/// <summary>
/// Finds danger in what people write, in two ways that check one another. Words get senses (<see cref="SafetyWords"/>), what is denied, past,
/// taught or said of a machine loses them (<see cref="Reading"/>), and senses near one another make a danger (<see cref="SafetyRules"/>); the
/// gravest wins. And texts are held against examples (<see cref="DangerByExample"/>). A false alarm costs an officer a click, a miss may cost a
/// life. The work is linear in the length of the text.
/// </summary>
public static class SafetyCheck
{
    // How much of a text must be danger by example. Chosen with sentences in view that neither rules nor examples were made from.
    private const double ByExampleAlone = 0.4;
    private const double ByExampleInFewLetters = 0.75;
    private const double BesideSeveralWords = 0.1;
    private const double BesidePlainWords = 0.02;

    // So few letters look like anything.
    private const int FewLetters = 10;

    /// <summary>The gravest danger the text speaks of, with the words that say so; or null.</summary>
    public static SafetyWarning? Of(string text)
    {
        var (share, likeliest) = DangerByExample.In(text);
        if (share > BesidePlainWords && Ruled(text) is var (rule, found) && share > (rule.IsPlain ? BesidePlainWords : BesideSeveralWords))
        {
            return found;
        }

        return share > (text.Length < FewLetters ? ByExampleInFewLetters : ByExampleAlone) ? likeliest() : null;
    }

    /// <summary>What the rules alone say.</summary>
    internal static SafetyWarning? ByRules(string text) => Ruled(text)?.Warning;

    private static (SafetyRule Rule, SafetyWarning Warning)? Ruled(string text)
    {
        var plain = PlainText.Of(text);
        var words = Reading.Of(plain.Letters);
        foreach (var rule in SafetyRules.InOrder)
        {
            if (Find(rule, words, plain.Letters) is { } found)
            {
                var because = found.OrderBy(word => word.Start).Select(word => plain.Quote(word.Start, word.End)).Distinct();
                return (rule, SafetyWarning.Of(rule.Kind, rule.Among) with { Because = [.. because] });
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
