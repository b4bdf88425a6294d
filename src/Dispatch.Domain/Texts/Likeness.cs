using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Dispatch.Domain.Texts;

/// <summary>How alike two texts are: the cosine between their pairs of neighbouring characters, each weighted by how rare it is. Immutable.</summary>
public sealed class Likeness
{
    // So many directions are enough: two pairs of one text rarely meet.
    private const int Directions = 1024;

    private static readonly short[] Signs = MadeSigns();

    private readonly GramTable _grams;
    private readonly float[] _rarity;

    // A pair that no example has says more than any that one has.
    private readonly float _rarest;

    internal Likeness(GramTable grams, float[] rarity) =>
        (_grams, _rarity, _rarest) = (grams, rarity, rarity.Length == 0 ? 1 : rarity.Max());

    /// <summary>0 for nothing in common, 1 for the same pairs.</summary>
    public double Of(string one, string other) => To(one)(other);

    /// <summary>How alike other texts are to this one, which is read once.</summary>
    public Func<string, double> To(string one)
    {
        var first = new Dictionary<int, float>();
        var square = 0.0;
        Each(
            one,
            (gram, weight) =>
            {
                first[gram] = weight;
                square += (double)weight * weight;
            }
        );
        return other =>
        {
            var (shared, otherSquare) = (0.0, 0.0);
            Each(
                other,
                (gram, weight) =>
                {
                    otherSquare += (double)weight * weight;
                    shared += first.ContainsKey(gram) ? (double)weight * weight : 0;
                }
            );
            var length = Math.Sqrt(square * otherSquare);
            return length == 0 ? 0 : shared / length;
        };
    }

    public Sketch SketchOf(string text)
    {
        Span<int> sums = stackalloc int[Sketch.Bits];
        sums.Clear();
        var grams = ArrayPool<int>.Shared.Rent(Grams.MostIn(text.Length));
        foreach (var gram in Pairs(text, grams))
        {
            Add(gram, sums);
        }

        ArrayPool<int>.Shared.Return(grams);
        return new Sketch(Word(sums, 0), Word(sums, 64), Word(sums, 128), Word(sums, 192));
    }

    private static ulong Word(ReadOnlySpan<int> sums, int from)
    {
        var word = 0UL;
        for (var bit = 0; bit < 64; bit++)
        {
            word |= (sums[from + bit] > 0 ? 1UL : 0) << bit;
        }

        return word;
    }

    private void Each(string text, Action<int, float> pair)
    {
        var grams = ArrayPool<int>.Shared.Rent(Grams.MostIn(text.Length));
        foreach (var gram in Pairs(text, grams))
        {
            pair(gram, WeightOf(gram));
        }

        ArrayPool<int>.Shared.Return(grams);
    }

    /// <summary>The pairs of a text, each once, in the order of their codes.</summary>
    private static Span<int> Pairs(string text, int[] grams)
    {
        var written = grams.AsSpan(0, Grams.Write(text, grams));
        written.Sort();
        var (count, before) = (0, 0);
        foreach (var gram in written)
        {
            if (gram != before && Grams.IsPair(gram))
            {
                grams[count++] = gram;
            }

            before = gram;
        }

        return grams.AsSpan(0, count);
    }

    private float WeightOf(int gram) => _grams.NumberOf(gram) is >= 0 and var number ? _rarity[number] : _rarest;

    private void Add(int gram, Span<int> sums)
    {
        var direction = (int)((uint)gram * 2654435769u >> 22) * Sketch.Bits;
        var weight = new Vector<int>((int)MathF.Round(WeightOf(gram) * 4));
        ref var signs = ref MemoryMarshal.GetArrayDataReference(Signs);
        for (var at = 0; at < Sketch.Bits; at += Vector<short>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref signs, (nuint)(direction + at)), out var low, out var high);
            (new Vector<int>(sums[at..]) + (low * weight)).CopyTo(sums[at..]);
            (new Vector<int>(sums[(at + Vector<int>.Count)..]) + (high * weight)).CopyTo(sums[(at + Vector<int>.Count)..]);
        }
    }

    // The same on every machine and at every start.
    private static short[] MadeSigns()
    {
        var random = new Random(256);
        var signs = new short[Directions * Sketch.Bits];
        for (var at = 0; at < signs.Length; at++)
        {
            signs[at] = (short)(random.Next(2) == 0 ? -1 : 1);
        }

        return signs;
    }
}
