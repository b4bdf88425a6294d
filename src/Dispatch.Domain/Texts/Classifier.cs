using System.Numerics;
using System.Runtime.InteropServices;

namespace Dispatch.Domain.Texts;

/// <summary>A text that somebody has put under a label.</summary>
public sealed record Example(string Label, string Text);

/// <summary>
/// How likely a text belongs under each label: multinomial logistic regression over the characters and the pairs of neighbouring characters
/// that a text holds, weighted by how rare they are (tf-idf, unit length), learned by stochastic gradient descent with steps adapted to each
/// weight (AdaGrad). The same examples in the same order give the same classifier. Immutable; the work of reading grows with the text.
/// </summary>
public sealed class Classifier
{
    private const int Passes = 15;
    private const float Step = 0.3f;
    private const float BiasStep = 0.05f;
    private const float Decay = 1e-5f;
    private const float Smallest = 1e-6f;

    // Keeps a short text from speaking as loudly with three rare characters as a long one with thirty; about twice the square of a usual text.
    private const float ShortText = 1500;

    // What occurs in one example alone says nothing about the next text.
    private const int LeastExamples = 2;

    private readonly Dictionary<int, int> _features = [];
    private readonly float[] _rarity;
    private readonly float[] _weights;
    private readonly float[] _bias;

    private Classifier(IReadOnlyList<Example> examples)
    {
        Labels = [.. examples.Select(example => example.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var read = examples.Select(example => Grams(Letters.Of(example.Text))).ToList();
        var frequency = Frequency(read);
        foreach (var gram in frequency.Where(gram => gram.Value >= LeastExamples).Select(gram => gram.Key).Order())
        {
            _features[gram] = _features.Count;
        }

        _rarity = new float[_features.Count];
        foreach (var (gram, feature) in _features)
        {
            _rarity[feature] = MathF.Log((float)examples.Count / frequency[gram]);
        }

        _weights = new float[_features.Count * Labels.Count];
        _bias = new float[Labels.Count];
        var labels = Labels
            .Select((label, at) => (label, at))
            .ToDictionary(entry => entry.label, entry => entry.at, StringComparer.Ordinal);
        Learn([.. read.Select(Weighted)], [.. examples.Select(example => labels[example.Label])]);
    }

    /// <summary>In ordinal order.</summary>
    public IReadOnlyList<string> Labels { get; }

    public static Classifier Of(IReadOnlyList<Example> examples) => new(examples);

    /// <summary>The share of each label, in the order of <see cref="Labels"/>; together 1.</summary>
    public float[] SharesOf(string text)
    {
        var shares = (float[])_bias.Clone();
        Add(Weighted(Grams(Letters.Of(text))), shares);
        ToShares(shares);
        return shares;
    }

    /// <summary>The stretches of the text that speak loudest for a label, as written, in the order of the text.</summary>
    public IReadOnlyList<string> Because(string text, int label, int most)
    {
        var letters = Letters.Of(text);
        var loudest = new List<(float Weight, int At)>();
        for (var at = 0; at + 1 < letters.Length; at++)
        {
            if (_features.TryGetValue(Pair(letters[at], letters[at + 1]), out var feature))
            {
                var weight = _weights[(feature * Labels.Count) + label] * _rarity[feature];
                if (weight > 0)
                {
                    loudest.Add((weight, at));
                }
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

    private static Dictionary<int, int> Frequency(List<int[]> read)
    {
        var frequency = new Dictionary<int, int>();
        foreach (var gram in read.SelectMany(grams => grams))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(frequency, gram, out _)++;
        }

        return frequency;
    }

    /// <summary>The characters and pairs of a text, each once. A pair does not reach over a blank or a mark.</summary>
    private static int[] Grams(string letters)
    {
        var grams = new HashSet<int>(letters.Length * 2);
        for (var at = 0; at < letters.Length; at++)
        {
            if (letters[at] == Letters.Gap)
            {
                continue;
            }

            grams.Add(letters[at]);
            if (at + 1 < letters.Length && letters[at + 1] != Letters.Gap)
            {
                grams.Add(Pair(letters[at], letters[at + 1]));
            }
        }

        return [.. grams];
    }

    private static int Pair(char first, char second) => (first << 16) | second;

    private (int Feature, float Value)[] Weighted(int[] grams)
    {
        var known = new List<(int Feature, float Value)>(grams.Length);
        var squares = 0f;
        foreach (var gram in grams)
        {
            if (_features.TryGetValue(gram, out var feature))
            {
                known.Add((feature, _rarity[feature]));
                squares += _rarity[feature] * _rarity[feature];
            }
        }

        var length = MathF.Sqrt(squares + ShortText);
        return [.. known.Select(entry => (entry.Feature, entry.Value / length))];
    }

    private void Learn((int Feature, float Value)[][] texts, int[] labels)
    {
        var count = Labels.Count;
        var squares = new float[_weights.Length];
        var shares = new float[count];
        var order = Enumerable.Range(0, texts.Length).ToArray();
        var shuffled = new Random(1);
        for (var pass = 0; pass < Passes; pass++)
        {
            shuffled.Shuffle(order);
            foreach (var at in order)
            {
                _bias.CopyTo(shares, 0);
                Add(texts[at], shares);
                ToShares(shares);
                shares[labels[at]] -= 1;
                for (var label = 0; label < count; label++)
                {
                    _bias[label] -= BiasStep * shares[label];
                }

                foreach (var (feature, value) in texts[at])
                {
                    Descend(_weights.AsSpan(feature * count, count), squares.AsSpan(feature * count, count), shares, value);
                }
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

    private void Add((int Feature, float Value)[] text, float[] sums)
    {
        var count = sums.Length;
        foreach (var (feature, value) in text)
        {
            var weights = _weights.AsSpan(feature * count, count);
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

    private static void ToShares(Span<float> sums)
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
}
