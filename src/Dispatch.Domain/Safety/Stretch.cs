namespace Dispatch.Domain.Safety;

/// <summary>The words of a rule that stand near enough to one another, as the reading moves on through the text.</summary>
internal sealed class Stretch(SafetyRule rule, string letters)
{
    private readonly Queue<FoundWord> near = new();
    private readonly Dictionary<string, int> different = [];
    private readonly Dictionary<Sense, int> met = [];

    public List<FoundWord> Words => [.. near];

    /// <summary>Takes one more word in, lets go of those too far behind, and says whether all that is needed is there.</summary>
    public bool Grow(FoundWord word)
    {
        while (near.TryPeek(out var first) && IsTooFar(first, word))
        {
            near.Dequeue();
            Count(first, -1);
        }

        near.Enqueue(word);
        Count(word, +1);
        return different.Count >= rule.Words && Array.TrueForAll(rule.Needed, met.ContainsKey);
    }

    private bool IsTooFar(FoundWord first, FoundWord word) =>
        rule.Within != SafetyRule.WholeText
        && (word.End - first.Start > rule.Within || Sentences.EndBetween(letters, first.Start, word.Start));

    private void Count(FoundWord word, int by)
    {
        Add(different, letters[word.Start..word.End], by);
        foreach (var sense in word.Senses.Where(rule.Needed.Contains))
        {
            Add(met, sense, by);
        }
    }

    private static void Add<T>(Dictionary<T, int> counts, T key, int by)
        where T : notnull
    {
        var count = counts.GetValueOrDefault(key) + by;
        if (count == 0)
        {
            counts.Remove(key);
        }
        else
        {
            counts[key] = count;
        }
    }
}
