using System.Buffers;

namespace Dispatch.Domain.Suggestions;

/// <summary>A text in one spelling, the words found in it, and which of them count.</summary>
internal sealed class Reading
{
    // How many characters a denial reaches forward (不是电路问题) and "did not help" reaches back (石灰撒过了也没用), within the clause.
    private const int DenialReach = 5;
    private const int TriedReach = 12;

    private static readonly SearchValues<char> ClauseEnds = SearchValues.Create("，。；！？,;!?\n");

    private readonly FoundWord[] _found;

    private Reading(Vocabulary vocabulary, string text, string read, FoundWord[] found)
    {
        Vocabulary = vocabulary;
        Text = text;
        Read = read;
        _found = found;
    }

    public Vocabulary Vocabulary { get; }

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>As read: of the same length.</summary>
    public string Read { get; }

    public ReadOnlySpan<FoundWord> Found => _found;

    public static Reading Of(string text, Vocabulary vocabulary)
    {
        var read = vocabulary.Spelling.Read(text);
        var found = ArrayPool<FoundWord>.Shared.Rent(text.Length);
        var count = vocabulary.Tree.Find(read, found);
        var reading = new Reading(vocabulary, text, read, found.AsSpan(0, count).ToArray());
        ArrayPool<FoundWord>.Shared.Return(found);
        return reading;
    }

    public static bool EndsClause(char read) => ClauseEnds.Contains(read);

    public bool Has(int place, WordRole role) => Vocabulary.Has(_found[place].Word, role);

    /// <summary>Whether the clause says that this is not what is meant.</summary>
    public bool IsDenied(int place)
    {
        var start = _found[place].Start;
        for (var before = place - 1; before >= 0 && start - _found[before].End <= DenialReach; before--)
        {
            if (Has(before, WordRole.Denied))
            {
                // 不是裂就是断 and 不是…而是… deny nothing that follows.
                var between = Read.AsSpan(_found[before].End, Math.Max(0, start - _found[before].End));
                return !between.ContainsAny('就', '而') && !CrossesClause(between);
            }
        }

        return false;
    }

    /// <summary>Whether the clause goes on to say that it did not help.</summary>
    public bool WasTried(int place)
    {
        var end = _found[place].End;
        for (var after = place + 1; after < _found.Length && _found[after].Start - end <= TriedReach; after++)
        {
            if (Has(after, WordRole.Tried))
            {
                return !CrossesClause(Read.AsSpan(end, Math.Max(0, _found[after].Start - end)));
            }
        }

        return false;
    }

    private static bool CrossesClause(ReadOnlySpan<char> between) => between.ContainsAny(ClauseEnds);
}
