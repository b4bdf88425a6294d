using System.Buffers;

namespace Dispatch.Domain.Suggestions;

/// <summary>A text in one spelling, the words found in it, and which of them count.</summary>
internal sealed class Reading
{
    // How many characters a denial reaches forward (不是电路问题) and "did not help" reaches back (石灰撒过了也没用), within the clause.
    private const int DenialReach = 5;
    private const int TriedReach = 12;

    private static readonly SearchValues<char> ClauseEnds = SearchValues.Create("，。；！？,;!?\n");

    // A clause that says what did not help still names the thing, but less loudly.
    private const double Tried = 0.5;

    private readonly FoundWord[] _found;
    private readonly double[] _loudness;

    private Reading(Vocabulary vocabulary, string text, string read, FoundWord[] found)
    {
        Vocabulary = vocabulary;
        Text = text;
        Read = read;
        _found = found;
        _loudness = Loudness();
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

    /// <summary>How much the word found there counts: nothing where the clause says that it is not what is meant, half where it goes on to say
    /// that it did not help.</summary>
    public double LoudnessOf(int place) => _loudness[place];

    private double[] Loudness()
    {
        var loudness = new double[_found.Length];
        var denial = -1;
        for (var i = 0; i < _found.Length; i++)
        {
            loudness[i] = denial >= 0 && IsDenied(_found[denial].End, _found[i].Start) ? 0 : 1;
            denial = Has(i, WordRole.Denied) ? i : denial;
        }

        var tried = -1;
        for (var i = _found.Length - 1; i >= 0; i--)
        {
            if (tried >= 0 && WasTried(_found[i].End, _found[tried].Start))
            {
                loudness[i] *= Tried;
            }

            tried = Has(i, WordRole.Tried) ? i : tried;
        }

        return loudness;
    }

    // 不是裂就是断 and 不是…而是… deny nothing that follows.
    private bool IsDenied(int from, int to)
    {
        var between = Between(from, to);
        return between.Length <= DenialReach && !between.ContainsAny('就', '而') && !CrossesClause(between);
    }

    private bool WasTried(int from, int to)
    {
        var between = Between(from, to);
        return between.Length <= TriedReach && !CrossesClause(between);
    }

    // Words found may overlap.
    private ReadOnlySpan<char> Between(int from, int to) => Read.AsSpan(from, Math.Max(0, to - from));

    private static bool CrossesClause(ReadOnlySpan<char> between) => between.ContainsAny(ClauseEnds);
}
