using System.Numerics;
using System.Runtime.InteropServices;

namespace Dispatch.Domain.Texts;

/// <summary>
/// Multinomial logistic regression over the grams of a text, weighted by how rare they are (tf-idf, unit length), learned by stochastic
/// gradient descent with steps adapted to each weight (AdaGrad). The same examples in the same order teach the same.
/// </summary>
internal sealed class Learning
{
    // Keeps a short text from speaking as loudly with three rare characters as a long one with thirty; about twice the square of a usual text.
    public const float ShortText = 1500;

    private const int Passes = 15;
    private const float Step = 0.3f;
    private const float BiasStep = 0.05f;
    private const float Decay = 1e-5f;
    private const float Smallest = 1e-6f;

    // What occurs in one example alone says nothing about the next text.
    private const int LeastExamples = 2;

    private const int ExamplesPerLesson = 2;

    private readonly float[] _squares;
    private readonly Dictionary<int, int> _frequency;
    private readonly GramTable _table;
    private readonly int _count;

    private Learning(string[] labels, int[] grams, float[] rarity, Dictionary<int, int> frequency, int count)
    {
        (Labels, Grams, Rarity, _frequency, _count) = (labels, grams, rarity, frequency, count);
        Weights = new float[Grams.Length * Labels.Length];
        _squares = new float[Weights.Length];
        Bias = new float[Labels.Length];
        _table = new GramTable(Grams);
    }

    /// <summary>In ordinal order.</summary>
    public string[] Labels { get; }

    public int[] Grams { get; }

    /// <summary>Of each gram: the logarithm of how many examples there are to one that has it.</summary>
    public float[] Rarity { get; }

    /// <summary>A row for each gram, a column for each label.</summary>
    public float[] Weights { get; }

    public float[] Bias { get; }

    public static void ToShares(Span<float> sums)
    {
        var highest = float.NegativeInfinity;
        foreach (var sum in sums)
        {
            highest = Math.Max(highest, sum);
        }

        var total = 0f;
        for (var at = 0; at < sums.Length; at++)
        {
            total += sums[at] = MathF.Exp(sums[at] - highest);
        }

        for (var at = 0; at < sums.Length; at++)
        {
            sums[at] /= total;
        }
    }

    public static Learning Of(IReadOnlyList<Example> examples, CancellationToken ct)
    {
        string[] labels = [.. examples.Select(example => example.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var frequency = new Dictionary<int, int>();
        Count(examples, frequency);
        int[] grams = [.. frequency.Where(gram => gram.Value >= LeastExamples).Select(gram => gram.Key).Order()];
        var learning = new Learning(labels, grams, RarityOf(grams, frequency, examples.Count), frequency, examples.Count);
        var texts = learning.Made(examples);
        var order = new Random(1);
        for (var pass = 0; pass < Passes; pass++)
        {
            ct.ThrowIfCancellationRequested();
            order.Shuffle(texts);
            learning.Learn(texts);
        }

        return learning;
    }

    /// <summary>Goes on from here: each lesson so many times, and with it examples again, so that these are not forgotten. What the lessons do not
    /// speak of stays as it was.</summary>
    /// <param name="lessons">Under labels that are known.</param>
    public Learning With(IReadOnlyList<Example> lessons, IReadOnlyList<Example> examples, int passes, CancellationToken ct)
    {
        var frequency = new Dictionary<int, int>(_frequency);
        Count(lessons, frequency);
        var count = _count + lessons.Count;
        int[] fresh =
        [
            .. frequency.Where(gram => gram.Value >= LeastExamples && _table.NumberOf(gram.Key) < 0).Select(gram => gram.Key).Order(),
        ];
        var learning = new Learning(Labels, [.. Grams, .. fresh], [.. Rarity, .. RarityOf(fresh, frequency, count)], frequency, count);
        Weights.CopyTo(learning.Weights, 0);
        _squares.CopyTo(learning._squares, 0);
        Bias.CopyTo(learning.Bias, 0);
        var (told, again, next) = (learning.Made(lessons), learning.Made(examples), 0);
        var order = new Random(1);
        order.Shuffle(again);
        var texts = new Told[told.Length * (1 + ExamplesPerLesson)];
        for (var pass = 0; pass < passes; pass++)
        {
            ct.ThrowIfCancellationRequested();
            told.CopyTo(texts, 0);
            for (var at = told.Length; at < texts.Length; at++)
            {
                texts[at] = again[next++ % again.Length];
            }

            order.Shuffle(texts);
            learning.Learn(texts);
        }

        return learning;
    }

    private static void Count(IReadOnlyList<Example> examples, Dictionary<int, int> frequency)
    {
        foreach (var gram in examples.SelectMany(example => Texts.Grams.Of(example.Text)))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(frequency, gram, out _)++;
        }
    }

    private static float[] RarityOf(int[] grams, Dictionary<int, int> frequency, int count) =>
        [.. grams.Select(gram => MathF.Log((float)count / frequency[gram]))];

    private Told[] Made(IReadOnlyList<Example> examples) =>
        [
            .. examples.Select(example => new Told(
                Weighted(example.Text),
                Array.BinarySearch(Labels, example.Label, StringComparer.Ordinal)
            )),
        ];

    private (int Gram, float Value)[] Weighted(string text)
    {
        var known = Texts.Grams.Of(text).Select(_table.NumberOf).Where(gram => gram >= 0).ToArray();
        var length = MathF.Sqrt(known.Sum(gram => Rarity[gram] * Rarity[gram]) + ShortText);
        return [.. known.Select(gram => (gram, Rarity[gram] / length))];
    }

    private void Learn(Told[] texts)
    {
        var count = Labels.Length;
        var shares = new float[count];
        foreach (var (grams, right) in texts)
        {
            Bias.CopyTo(shares, 0);
            Add(grams, shares);
            ToShares(shares);
            shares[right] -= 1;
            for (var label = 0; label < count; label++)
            {
                Bias[label] -= BiasStep * shares[label];
            }

            foreach (var (gram, value) in grams)
            {
                Descend(Weights.AsSpan(gram * count, count), _squares.AsSpan(gram * count, count), shares, value);
            }
        }
    }

    private static void Descend(Span<float> weights, Span<float> squares, ReadOnlySpan<float> errors, float value)
    {
        var label = 0;
        for (; label <= weights.Length - Vector<float>.Count; label += Vector<float>.Count)
        {
            var weight = new Vector<float>(weights[label..]);
            var slope = (new Vector<float>(errors[label..]) * value) + (weight * Decay);
            var square = new Vector<float>(squares[label..]) + (slope * slope);
            square.CopyTo(squares[label..]);
            (weight - (slope * Step / Vector.SquareRoot(square + new Vector<float>(Smallest)))).CopyTo(weights[label..]);
        }

        for (; label < weights.Length; label++)
        {
            var slope = (errors[label] * value) + (Decay * weights[label]);
            squares[label] += slope * slope;
            weights[label] -= Step * slope / MathF.Sqrt(squares[label] + Smallest);
        }
    }

    private void Add((int Gram, float Value)[] grams, float[] sums)
    {
        var count = sums.Length;
        foreach (var (gram, value) in grams)
        {
            var weights = Weights.AsSpan(gram * count, count);
            var at = 0;
            for (; at <= count - Vector<float>.Count; at += Vector<float>.Count)
            {
                (new Vector<float>(sums.AsSpan(at)) + (new Vector<float>(weights[at..]) * value)).CopyTo(sums.AsSpan(at));
            }

            for (; at < count; at++)
            {
                sums[at] += weights[at] * value;
            }
        }
    }

    private sealed record Told((int Gram, float Value)[] Grams, int Right);
}
