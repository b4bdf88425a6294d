namespace Dispatch.Domain.Suggestions;

/// <summary>
/// How loudly a text, or a part of it, speaks for each skill. An object outweighs any number of signs and a task an object: each further word
/// of a role counts half of the one before, so that the words of a role never reach twice its weight.
/// </summary>
internal sealed class Evidence
{
    private const double Further = 0.5;

    // Signs and hints together stay below one object.
    private const double WeakAtMost = 1.85;

    // Pairs of characters: a fallback where no word is known, and a tie-break elsewhere.
    private const double PairsWeight = 0.8;
    private const double PairsAtMost = 2;

    // What is named first is a little more likely the matter itself.
    private const double FirstNamed = 0.2;

    // A companion without a task of its own stays below the trade it comes with.
    private const double CompanionShare = 0.95;

    private readonly Vocabulary _vocabulary;
    private readonly double[] _task;
    private readonly double[] _thing;
    private readonly double[] _weak;
    private readonly double[] _total;

    private Evidence(Vocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        var count = vocabulary.Skills.Length;
        (_task, _thing, _weak, _total) = (new double[count], new double[count], new double[count], new double[count]);
    }

    /// <summary>How loudly the text speaks for trades that are no skill.</summary>
    public double Outside { get; private set; }

    public double Of(int skill) => _total[skill];

    /// <summary>A task or an object of the skill was named.</summary>
    public bool Names(int skill) => _task[skill] + _thing[skill] > 0;

    public static double WeightOf(WordRole role) =>
        role switch
        {
            WordRole.Task => 3,
            WordRole.Thing => 2,
            WordRole.Sign => 1,
            WordRole.Hint => 0.3,
            _ => 0,
        };

    /// <param name="from">The first character of the part, inclusive.</param>
    /// <param name="to">The end of the part, exclusive.</param>
    public static Evidence In(Reading reading, int from, int to)
    {
        var evidence = new Evidence(reading.Vocabulary);
        evidence.CountWords(reading, from, to);
        evidence.CountPairs(reading.Read.AsSpan(from, to - from));
        evidence.HoldCompanionsBack();
        return evidence;
    }

    private void CountWords(Reading reading, int from, int to)
    {
        Span<ulong> known = stackalloc ulong[(_vocabulary.WordCount / 64) + 1];
        known.Clear();
        // By how much the next word of the same role and skill counts.
        Span<double> next = stackalloc double[_total.Length * 4];
        next.Fill(1);
        var nextOutside = 1.0;
        var found = reading.Found;
        for (var i = 0; i < found.Length; i++)
        {
            var loudness = reading.LoudnessOf(i);
            if (found[i].Start < from || found[i].End > to || IsKnown(known, found[i].Word) || loudness == 0)
            {
                continue;
            }

            if (reading.Has(i, WordRole.Outside))
            {
                Outside += WeightOf(WordRole.Task) * nextOutside;
                nextOutside *= Further;
            }

            var meanings = _vocabulary.MeaningsOf(found[i].Word);
            if (meanings.Length == 0)
            {
                continue;
            }

            foreach (var (role, skill, weight) in meanings)
            {
                ref var factor = ref next[(skill * 4) + (int)role];
                var worth = weight * loudness * factor;
                factor *= Further;
                switch (role)
                {
                    case WordRole.Task:
                        _task[skill] += worth;
                        break;
                    case WordRole.Thing:
                        _thing[skill] += worth;
                        break;
                    default:
                        _weak[skill] += worth;
                        break;
                }

                if (_total[skill] == 0)
                {
                    _total[skill] = FirstNamed * (1 - ((double)(found[i].Start - from) / (to - from)));
                }
            }
        }

        for (var skill = 0; skill < _total.Length; skill++)
        {
            _total[skill] += _task[skill] + _thing[skill] + Math.Min(WeakAtMost, _weak[skill]);
        }
    }

    private static bool IsKnown(Span<ulong> known, int word)
    {
        var bit = 1UL << (word & 63);
        var before = known[word >> 6] & bit;
        known[word >> 6] |= bit;
        return before != 0;
    }

    private void CountPairs(ReadOnlySpan<char> read)
    {
        Span<double> pairs = stackalloc double[_total.Length];
        pairs.Clear();
        for (var i = 0; i + 1 < read.Length; i++)
        {
            foreach (ref readonly var meaning in _vocabulary.Pairs.Of(read[i], read[i + 1]))
            {
                pairs[meaning.Skill] += meaning.Weight;
            }
        }

        for (var skill = 0; skill < pairs.Length; skill++)
        {
            _total[skill] += PairsWeight * Math.Min(PairsAtMost, pairs[skill]);
        }
    }

    private void HoldCompanionsBack()
    {
        var trade = 0.0;
        for (var skill = 0; skill < _total.Length; skill++)
        {
            if (!_vocabulary.Companion[skill] && Names(skill))
            {
                trade = Math.Max(trade, _total[skill]);
            }
        }

        for (var skill = 0; trade > 0 && skill < _total.Length; skill++)
        {
            if (_vocabulary.Companion[skill] && _task[skill] == 0)
            {
                _total[skill] = Math.Min(_total[skill], CompanionShare * trade);
            }
        }
    }
}
