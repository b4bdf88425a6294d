using Dispatch.Domain.Texts;

namespace Dispatch.Domain.Suggestions;

/// <summary>
/// What requests for each skill look like, learned from <c>Suggestions/Examples.tsv</c> (authored requests, and the reference cases that are
/// not held out, three times each) and from lessons. It hears what no word of the lexicon says. Immutable.
/// </summary>
internal sealed class TradesByExample
{
    /// <summary>The label of texts that ask for no skill.</summary>
    public const string None = "none";

    private static readonly Lazy<TradesByExample> ByExamplesAlone = new(() => new TradesByExample(Classifier.Of(Examples)));

    private readonly Classifier _classifier;

    private TradesByExample(Classifier classifier)
    {
        _classifier = classifier;
        Labels = [.. classifier.Labels];
        NoneAt = Array.IndexOf(Labels, None);
    }

    /// <summary>What the service is delivered with.</summary>
    public static TradesByExample Shipped => ByExamplesAlone.Value;

    /// <summary>The codes of the skills, and <see cref="None"/>, in ordinal order.</summary>
    public string[] Labels { get; }

    public int NoneAt { get; }

    private static IReadOnlyList<Example> Examples => ExampleFile.Read("Suggestions/Examples.tsv");

    /// <summary>Begins with the examples, and is asked for one reader after the other.</summary>
    public static Func<IReadOnlyList<Example>, int, TradesByExample> Beginning(CancellationToken ct)
    {
        var examples = Examples;
        var learned = Learning.Of(examples, ct);
        return (lessons, passes) => new TradesByExample(Classifier.Of(learned.With(lessons, examples, passes, ct)));
    }

    /// <summary>The share of each label; together 1.</summary>
    public float[] In(string text) => _classifier.SharesOf(text);

    public Likeness Likeness() => _classifier.Likeness();

    /// <summary>-1 where no example is of this skill.</summary>
    public int PlaceOf(string skill) => Array.BinarySearch(Labels, skill, StringComparer.Ordinal);

    /// <summary>The stretches of the text that speak loudest for a skill.</summary>
    public IReadOnlyList<string> Because(string text, string skill, int most) =>
        PlaceOf(skill) is >= 0 and var label ? _classifier.Because(text, label, most) : [];
}
