namespace Dispatch.Domain.Safety;

/// <summary>A word found: letters from <paramref name="Start"/> up to, not including, <paramref name="End"/>.</summary>
internal readonly record struct FoundWord(int Start, int End, IReadOnlyList<Sense> Senses);

/// <summary>
/// The words that mean something here, each with its senses. Of words that begin at one letter the longest is found, and a word inside a
/// longer one is not: 漏电 is not found in 漏电保护器, nor 死 in 死机. The work grows with the length of the text and the longest word.
/// </summary>
internal sealed class WordList
{
    private readonly Node root = new();

    /// <summary>Words apart by blanks; <c>活着{真,}没{意思,劲}</c> stands for the four words it spells.</summary>
    public void Add(Sense sense, string words)
    {
        foreach (var word in words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(Spelled))
        {
            var node = root;
            foreach (var letter in PlainText.Of(word).Letters)
            {
                node = node.Next.TryGetValue(letter, out var next) ? next : node.Next[letter] = new Node();
            }

            if (!node.Senses.Contains(sense))
            {
                node.Senses.Add(sense);
            }
        }
    }

    /// <summary>The words of a text by their start.</summary>
    public IReadOnlyList<FoundWord> In(string letters)
    {
        var found = new List<FoundWord>();
        var reached = 0;
        for (var start = 0; start < letters.Length; start++)
        {
            if (Longest(letters, start) is { } word && word.End > reached)
            {
                reached = word.End;
                found.Add(word);
            }
        }

        return found;
    }

    private FoundWord? Longest(string letters, int start)
    {
        FoundWord? longest = null;
        var node = root;
        for (var at = start; at < letters.Length && node.Next.TryGetValue(letters[at], out var next); at++)
        {
            node = next;
            if (node.Senses.Count > 0)
            {
                longest = new FoundWord(start, at + 1, Together(longest, node.Senses));
            }
        }

        return longest;
    }

    /// <summary>A word means what its beginning means too, unless it takes the danger out: 一分钱没见着 is money as 一分钱 is, 死机 is no death.</summary>
    private static IReadOnlyList<Sense> Together(FoundWord? beginning, List<Sense> senses) =>
        beginning is not { } shorter || senses.Exists(Reading.IsModifier) || shorter.Senses.All(senses.Contains)
            ? senses
            : [.. senses.Union(shorter.Senses.Where(sense => !Reading.IsModifier(sense)))];

    private static IEnumerable<string> Spelled(string pattern)
    {
        var open = pattern.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
        {
            return [pattern];
        }

        var close = pattern.IndexOf('}', open);
        return pattern[(open + 1)..close]
            .Split(',')
            .SelectMany(choice => Spelled(string.Concat(pattern.AsSpan(0, open), choice, pattern.AsSpan(close + 1))));
    }

    private sealed class Node
    {
        public Dictionary<char, Node> Next { get; } = [];

        public List<Sense> Senses { get; } = [];
    }
}
