using Dispatch.Domain.Texts;

namespace Dispatch.Domain.Safety;

/// <summary>
/// What dangerous texts look like, learned from <c>Safety/Examples.tsv</c> and, for the ordinary ones, from the requests of
/// <c>Suggestions/Examples.tsv</c> too. It hears what no word list holds, and quiets rules that were led astray.
/// </summary>
internal static class DangerByExample
{
    private const string None = "none";
    private const int MostStretches = 4;
    private const int ShortestSentence = 10;

    private static readonly char[] Stops = ['。', '！', '？', '；', '!', '?', ';', '\n', '.'];

    private static readonly Lazy<Classifier> Learned = new(Learn);

    /// <summary>The share of danger in a text or in its most dangerous sentence, 0 to 1, and the likeliest danger with the stretches that speak
    /// for it. One sentence is enough: the others may speak of the weather.</summary>
    public static (double Share, Func<SafetyWarning> Warning) In(string text)
    {
        var worst = InOne(text);
        var sentences = text.Split(Stops, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var sentence in sentences.Length > 1 ? sentences.Where(sentence => sentence.Length >= ShortestSentence) : [])
        {
            var one = InOne(sentence);
            worst = one.Share > worst.Share ? one : worst;
        }

        return worst;
    }

    private static (double Share, Func<SafetyWarning> Warning) InOne(string text)
    {
        var classifier = Learned.Value;
        var shares = classifier.SharesOf(text);
        var (none, likeliest) = (-1, -1);
        for (var label = 0; label < shares.Length; label++)
        {
            if (classifier.Labels[label] == None)
            {
                none = label;
            }
            else if (likeliest < 0 || shares[label] > shares[likeliest])
            {
                likeliest = label;
            }
        }

        return (
            1 - shares[none],
            () => WarningOf(classifier.Labels[likeliest]) with { Because = classifier.Because(text, likeliest, MostStretches) }
        );
    }

    private static SafetyWarning WarningOf(string label) =>
        label switch
        {
            "epidemic_animal" => SafetyWarning.Of(SafetyKind.Epidemic, Among.Animals),
            "epidemic_people" => SafetyWarning.Of(SafetyKind.Epidemic, Among.People),
            "medical" => SafetyWarning.Of(SafetyKind.Medical, Among.People),
            "self_harm" => SafetyWarning.Of(SafetyKind.SelfHarm, Among.People),
            "electric_shock" => SafetyWarning.Of(SafetyKind.ElectricShock, Among.People),
            "wage_arrears" => SafetyWarning.Of(SafetyKind.WageArrears, Among.People),
            _ => throw new InvalidOperationException($"Safety/Examples.tsv has a label that is no danger: {label}."),
        };

    // Requests that the rules take for dangerous stand under their skill there: they teach nothing about danger.
    private static Classifier Learn()
    {
        var requests = ExampleFile
            .Read("Suggestions/Examples.tsv")
            .Distinct()
            .Where(example => SafetyCheck.ByRules(example.Text) is null)
            .Select(example => example with { Label = None });
        return Classifier.Of([.. ExampleFile.Read("Safety/Examples.tsv"), .. requests]);
    }
}
