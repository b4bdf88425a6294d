using Dispatch.Domain.Texts;

namespace Dispatch.Domain.Suggestions;

/// <summary>
/// What requests for each skill look like, learned from <c>Suggestions/Examples.tsv</c>: authored requests, and the reference cases that are
/// not held out (three times each). It hears what no word of the lexicon says.
/// </summary>
internal static class TradesByExample
{
    private const string None = "none";

    private static readonly Lazy<Classifier> Learned = new(() => Classifier.Of(ExampleFile.Read("Suggestions/Examples.tsv")));

    /// <summary>The share of each skill by code, and of no skill at all; together 1.</summary>
    public static (IReadOnlyDictionary<string, float> Skills, float None) In(string text)
    {
        var shares = Learned.Value.SharesOf(text);
        var skills = new Dictionary<string, float>(shares.Length, StringComparer.Ordinal);
        var none = 0f;
        for (var label = 0; label < shares.Length; label++)
        {
            if (Learned.Value.Labels[label] == None)
            {
                none = shares[label];
            }
            else
            {
                skills[Learned.Value.Labels[label]] = shares[label];
            }
        }

        return (skills, none);
    }

    /// <summary>The stretches of the text that speak loudest for a skill.</summary>
    public static IReadOnlyList<string> Because(string text, string skill, int most)
    {
        for (var label = 0; label < Learned.Value.Labels.Count; label++)
        {
            if (Learned.Value.Labels[label] == skill)
            {
                return Learned.Value.Because(text, label, most);
            }
        }

        return [];
    }
}
