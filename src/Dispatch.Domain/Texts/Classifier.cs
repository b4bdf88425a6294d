using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Dispatch.Domain.Texts;

/// <summary>A text that somebody has put under a label.</summary>
public sealed record Example(string Label, string Text);

/// <summary>
/// How likely a text belongs under each label, as its grams tell that were learned from examples (<see cref="Learning"/>). Immutable; the work
/// of reading grows with the text.
/// </summary>
public sealed class Classifier
{
    // Weights are kept in twelve bits, so that those of a block add up in sixteen.
    private const int Block = 16;
    private const int Largest = short.MaxValue / Block;

    private const int GramsOnStack = 1024;

    private readonly GramTable _grams;
    private readonly float[] _squares;
    private readonly float[] _bias;

    // A row for each gram: its weight for each label times its rarity, in steps. Rows are filled up to whole vectors.
    private readonly short[] _rows;
    private readonly int _width;
    private readonly float _step;

    private Classifier(Learning learned)
    {
        Labels = learned.Labels;
        _grams = new GramTable(learned.Grams);
        _squares = [.. learned.Rarity.Select(rarity => rarity * rarity)];
        _bias = learned.Bias;
        _width = (Labels.Count + Vector<short>.Count - 1) / Vector<short>.Count * Vector<short>.Count;
        _rows = new short[_width * _grams.Count];
        var highest = 0f;
        for (var at = 0; at < learned.Weights.Length; at++)
        {
            highest = Math.Max(highest, Math.Abs(learned.Weights[at] * learned.Rarity[at / Labels.Count]));
        }

        _step = Math.Max(highest, float.Epsilon) / Largest;
        for (var at = 0; at < learned.Weights.Length; at++)
        {
            var (gram, label) = Math.DivRem(at, Labels.Count);
            _rows[(gram * _width) + label] = (short)MathF.Round(learned.Weights[at] * learned.Rarity[gram] / _step);
        }
    }

    /// <summary>In ordinal order.</summary>
    public IReadOnlyList<string> Labels { get; }

    public static Classifier Of(IReadOnlyList<Example> examples) => new(Learning.Of(examples, CancellationToken.None));

    internal static Classifier Of(Learning learned) => new(learned);

    /// <summary>The share of each label, in the order of <see cref="Labels"/>; together 1.</summary>
    public float[] SharesOf(ReadOnlySpan<char> text)
    {
        var most = Grams.MostIn(text.Length);
        int[]? rented = null;
        var known = most <= GramsOnStack ? stackalloc int[GramsOnStack] : (rented = ArrayPool<int>.Shared.Rent(most));
        var (count, squares) = Known(text, known);
        var shares = SharesOf(known[..count], MathF.Sqrt(squares + Learning.ShortText));
        if (rented is not null)
        {
            ArrayPool<int>.Shared.Return(rented);
        }

        return shares;
    }

    /// <summary>Texts compared by how rare their pairs are among the examples.</summary>
    internal Likeness Likeness() => new(_grams, [.. _squares.Select(MathF.Sqrt)]);

    /// <summary>The stretches of the text that speak loudest for a label, as written, in the order of the text.</summary>
    public IReadOnlyList<string> Because(string text, int label, int most)
    {
        var loudest = new List<(int Weight, int At)>();
        for (var at = 0; at + 1 < text.Length; at++)
        {
            var gram = _grams.NumberOf(Grams.Pair(Letters.Of(text[at]), Letters.Of(text[at + 1])));
            if (gram >= 0 && _rows[(gram * _width) + label] > 0)
            {
                loudest.Add((_rows[(gram * _width) + label], at));
            }
        }

        var chosen = loudest.OrderByDescending(pair => pair.Weight).Take(most).Select(pair => pair.At).Order().ToList();
        return [.. Stretches(chosen).Select(stretch => text[stretch.From..stretch.To]).Distinct()];
    }

    // Pairs that touch are one stretch.
    private static IEnumerable<(int From, int To)> Stretches(List<int> starts)
    {
        for (var at = 0; at < starts.Count; at++)
        {
            var from = starts[at];
            while (at + 1 < starts.Count && starts[at + 1] <= starts[at] + 2)
            {
                at++;
            }

            yield return (from, starts[at] + 2);
        }
    }

    /// <summary>The known grams of a text, each once, and the sum of the squares of their rarity.</summary>
    private (int Count, float Squares) Known(ReadOnlySpan<char> text, Span<int> known)
    {
        var written = Grams.Write(text, known);
        Span<ulong> seen = stackalloc ulong[(_grams.Count / 64) + 1];
        seen.Clear();
        var (count, squares) = (0, 0f);
        for (var at = 0; at < written; at++)
        {
            var gram = _grams.NumberOf(known[at]);
            if (gram < 0 || (seen[gram >> 6] & (1UL << gram)) != 0)
            {
                continue;
            }

            seen[gram >> 6] |= 1UL << gram;
            squares += _squares[gram];
            known[count++] = gram;
        }

        return (count, squares);
    }

    private float[] SharesOf(ReadOnlySpan<int> known, float length)
    {
        var scale = _step / length;
        Span<int> sums = stackalloc int[_width];
        sums.Clear();
        for (var from = 0; from < known.Length; from += Block)
        {
            Add(known[from..Math.Min(from + Block, known.Length)], sums);
        }

        var shares = new float[Labels.Count];
        for (var label = 0; label < shares.Length; label++)
        {
            shares[label] = _bias[label] + (sums[label] * scale);
        }

        Learning.ToShares(shares);
        return shares;
    }

    private void Add(ReadOnlySpan<int> block, Span<int> sums)
    {
        ref var rows = ref MemoryMarshal.GetArrayDataReference(_rows);
        for (var at = 0; at < _width; at += Vector<short>.Count)
        {
            var sum = Vector<short>.Zero;
            foreach (var gram in block)
            {
                sum += Vector.LoadUnsafe(ref rows, (nuint)((gram * _width) + at));
            }

            Vector.Widen(sum, out var low, out var high);
            (new Vector<int>(sums[at..]) + low).CopyTo(sums[at..]);
            (new Vector<int>(sums[(at + Vector<int>.Count)..]) + high).CopyTo(sums[(at + Vector<int>.Count)..]);
        }
    }
}
