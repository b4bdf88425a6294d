namespace Dispatch.Domain.Suggestions;

/// <summary>A word found in a text: where it begins and ends, and which one it is.</summary>
internal readonly record struct FoundWord(int Start, int End, int Word);

/// <summary>
/// All words of the lexicon as one tree in two arrays (a double-array trie: the child of node n by symbol s lies at <c>base[n] + s</c> and
/// knows its parent). One step is two array reads, and no walk is longer than the longest word.
/// </summary>
internal sealed class WordTree
{
    private const int Root = 1;
    private const int NoWord = -1;

    // Characters that stand in no word share symbol 0, which no node has as a child.
    private readonly ushort[] _symbol = new ushort[char.MaxValue + 1];
    private int[] _base = new int[1024];
    private int[] _parent = new int[1024];
    private int[] _word = new int[1024];
    private int _symbols = 1;
    private int _firstFree = Root + 1;

    /// <param name="words">Distinct; the place in the list is the number of the word.</param>
    public WordTree(IReadOnlyList<string> words)
    {
        foreach (var character in words.SelectMany(word => word).GroupBy(c => c).OrderByDescending(g => g.Count()).ThenBy(g => g.Key))
        {
            _symbol[character.Key] = (ushort)_symbols++;
        }

        Array.Fill(_word, NoWord);
        var sorted = Enumerable.Range(0, words.Count).OrderBy(i => words[i], StringComparer.Ordinal).ToArray();
        _parent[Root] = Root;
        if (words.Count > 0)
        {
            Place(Root, words, sorted, 0);
        }
    }

    /// <summary>
    /// Finds the longest word at each place and leaves out those that lie inside one found before: a word inside a longer one means nothing
    /// of its own. Returns how many were written.
    /// </summary>
    public int Find(ReadOnlySpan<char> text, Span<FoundWord> found)
    {
        var count = 0;
        var covered = 0;
        for (var start = 0; start < text.Length && count < found.Length; start++)
        {
            var (end, word) = Longest(text, start);
            if (word != NoWord && end > covered)
            {
                found[count++] = new FoundWord(start, end, word);
                covered = end;
            }
        }

        return count;
    }

    private (int End, int Word) Longest(ReadOnlySpan<char> text, int start)
    {
        var node = Root;
        var (end, word) = (start, NoWord);
        for (var i = start; i < text.Length; i++)
        {
            var symbol = _symbol[text[i]];
            var child = _base[node] + symbol;
            if (symbol == 0 || child >= _parent.Length || _parent[child] != node)
            {
                break;
            }

            node = child;
            if (_word[node] != NoWord && IsWhole(text, start, i + 1))
            {
                (end, word) = (i + 1, _word[node]);
            }
        }

        return (end, word);
    }

    // Latin letters make words: "ai" is none inside "main".
    private static bool IsWhole(ReadOnlySpan<char> text, int start, int end) =>
        !(start > 0 && char.IsAsciiLetter(text[start]) && char.IsAsciiLetter(text[start - 1]))
        && !(end < text.Length && char.IsAsciiLetter(text[end - 1]) && char.IsAsciiLetter(text[end]));

    private void Place(int node, IReadOnlyList<string> words, ReadOnlySpan<int> sorted, int depth)
    {
        var first = 0;
        if (words[sorted[0]].Length == depth)
        {
            _word[node] = sorted[0];
            first = 1;
        }

        var children = new List<(int Symbol, int From, int To)>();
        for (var i = first; i < sorted.Length; i++)
        {
            var symbol = _symbol[words[sorted[i]][depth]];
            if (children.Count > 0 && children[^1].Symbol == symbol)
            {
                children[^1] = children[^1] with { To = i + 1 };
            }
            else
            {
                children.Add((symbol, i, i + 1));
            }
        }

        if (children.Count == 0)
        {
            return;
        }

        var offset = FreeOffset(children);
        _base[node] = offset;
        foreach (var (symbol, _, _) in children)
        {
            _parent[offset + symbol] = node;
        }

        foreach (var (symbol, from, to) in children)
        {
            Place(offset + symbol, words, sorted[from..to], depth + 1);
        }
    }

    private int FreeOffset(List<(int Symbol, int From, int To)> children)
    {
        while (_firstFree < _parent.Length && _parent[_firstFree] != 0)
        {
            _firstFree++;
        }

        for (var offset = Math.Max(1, _firstFree - children[0].Symbol); ; offset++)
        {
            Grow(offset + _symbols);
            if (children.TrueForAll(child => _parent[offset + child.Symbol] == 0))
            {
                return offset;
            }
        }
    }

    private void Grow(int size)
    {
        if (size < _parent.Length)
        {
            return;
        }

        var (old, length) = (_word.Length, Math.Max(size + 1, _word.Length * 2));
        Array.Resize(ref _base, length);
        Array.Resize(ref _parent, length);
        Array.Resize(ref _word, length);
        Array.Fill(_word, NoWord, old, length - old);
    }
}
