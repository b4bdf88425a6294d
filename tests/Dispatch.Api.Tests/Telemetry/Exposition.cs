using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Dispatch.Api.Tests.Telemetry;

/// <summary>One line of the Prometheus text: a name, its labels and a number.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>All samples of one name, with what was said before them.</summary>
internal sealed record Family(string Name, string Type, string Help, IReadOnlyList<Sample> Samples)
{
    /// <summary>The names of its labels, without the bound of a bucket.</summary>
    public IReadOnlyList<string> Labels =>
        [.. Samples.SelectMany(sample => sample.Labels.Keys).Where(label => label != "le").Distinct(StringComparer.Ordinal)];
}

/// <summary>The Prometheus text format 0.0.4, read as strictly as it can be: whatever a scraper might forgive is an error here.</summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, Family> families = new(StringComparer.Ordinal);

    private Exposition() { }

    public IReadOnlyDictionary<string, Family> Families => families;

    public static Exposition Read(string text)
    {
        Demand(text.EndsWith('\n'), "The last line does not end.");
        Demand(!text.Contains('\r', StringComparison.Ordinal), "There is a carriage return.");
        var read = new Exposition();
        var lines = text[..^1].Split('\n');
        for (var at = 0; at < lines.Length; )
        {
            var help = Head().Match(lines[at]);
            Demand(help.Success && help.Groups["word"].Value == "HELP", $"No help begins here: {lines[at]}");
            Demand(at + 1 < lines.Length, $"No type follows: {lines[at]}");
            var type = Head().Match(lines[at + 1]);
            Demand(type.Success && type.Groups["word"].Value == "TYPE", $"No type follows: {lines[at]}");
            var name = help.Groups["name"].Value;
            Demand(type.Groups["name"].Value == name, $"The type is another's: {lines[at + 1]}");
            at += 2;
            List<Sample> samples = [];
            for (; at < lines.Length && !lines[at].StartsWith('#'); at++)
            {
                samples.Add(SampleOf(lines[at]));
            }

            var family = new Family(name, type.Groups["said"].Value, help.Groups["said"].Value, samples);
            Check(family);
            Demand(read.families.TryAdd(name, family), $"{name} comes twice.");
        }

        return read;
    }

    /// <summary>The one sample with this name and these labels.</summary>
    public double Value(string name, params (string Label, string Value)[] labels) =>
        Find(name, labels) ?? throw new InvalidOperationException($"There is no {name} with {string.Join(", ", labels)}.");

    /// <summary>The sum of all samples with this name that have these labels, whatever else they have.</summary>
    public double Sum(string name, params (string Label, string Value)[] labels) =>
        families
            .Values.SelectMany(family => family.Samples)
            .Where(sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Label) == label.Value))
            .Sum(sample => sample.Value);

    public double? Find(string name, params (string Label, string Value)[] labels) =>
        families
            .Values.SelectMany(family => family.Samples)
            .SingleOrDefault(sample =>
                sample.Name == name
                && sample.Labels.Count == labels.Length
                && labels.All(label => sample.Labels.GetValueOrDefault(label.Label) == label.Value)
            )
            ?.Value;

    private static Sample SampleOf(string line)
    {
        var head = Name().Match(line);
        Demand(head.Success, $"No name begins here: {line}");
        var (labels, at) = (new Dictionary<string, string>(StringComparer.Ordinal), head.Length);
        if (line[at] == '{')
        {
            do
            {
                at++;
                var label = Label().Match(line[at..]);
                Demand(label.Success, $"No label at {at}: {line}");
                at += label.Length;
                var value = new StringBuilder();
                for (; line[at] != '"'; at++)
                {
                    value.Append(line[at] == '\\' ? Escaped(line[++at], line) : line[at]);
                }

                at++;
                Demand(labels.TryAdd(label.Groups["name"].Value, value.ToString()), $"A label comes twice: {line}");
            } while (line[at] == ',');

            Demand(line[at] == '}', $"The labels do not end: {line}");
            at++;
        }

        var number = Number().Match(line[at..]);
        Demand(number.Success, $"No number ends this: {line}");
        return new Sample(
            head.Value,
            labels,
            number.Groups["number"].Value switch
            {
                "+Inf" => double.PositiveInfinity,
                "-Inf" => double.NegativeInfinity,
                var digits => double.Parse(digits, CultureInfo.InvariantCulture),
            }
        );
    }

    private static char Escaped(char mark, string line) =>
        mark switch
        {
            '\\' or '"' => mark,
            'n' => '\n',
            _ => throw new FormatException($"Nothing is escaped like this: {line}"),
        };

    private static void Check(Family family)
    {
        Demand(family.Samples.Count > 0, $"{family.Name} has no samples.");
        Demand(family.Help.Length > 0, $"{family.Name} is not explained.");
        Demand(family.Type is "counter" or "gauge" or "histogram", $"{family.Name} is a {family.Type}.");
        Demand(
            family.Samples.Select(Written).Distinct(StringComparer.Ordinal).Count() == family.Samples.Count,
            $"{family.Name} has a sample twice."
        );
        Demand(family.Samples.All(sample => !double.IsNaN(sample.Value)), $"{family.Name} has no number.");
        if (family.Type == "histogram")
        {
            CheckHistogram(family);
            return;
        }

        Demand(family.Samples.All(sample => sample.Name == family.Name), $"{family.Name} has samples of another name.");
        Demand(family.Samples.All(sample => !sample.Labels.ContainsKey("le")), $"{family.Name} has bounds.");
        Demand(
            (family.Type == "counter") == family.Name.EndsWith("_total", StringComparison.Ordinal),
            $"{family.Name} is a {family.Type}."
        );
        Demand(family.Type != "counter" || family.Samples.All(sample => sample.Value >= 0), $"{family.Name} is below zero.");
    }

    private static void CheckHistogram(Family family)
    {
        foreach (var series in family.Samples.GroupBy(Written, StringComparer.Ordinal).Select(one => one.First()).GroupBy(Rest))
        {
            var buckets = series.Where(sample => sample.Name == family.Name + "_bucket").ToList();
            var bounds = buckets.Select(bucket => bucket.Labels["le"]).Select(Bound).ToList();
            Demand(
                bounds.Order().SequenceEqual(bounds) && bounds.Distinct().Count() == bounds.Count,
                $"{family.Name}: bounds in disorder."
            );
            Demand(bounds.Count > 1 && double.IsPositiveInfinity(bounds[^1]), $"{family.Name}: no last bucket.");
            var counts = buckets.Select(bucket => bucket.Value).ToList();
            Demand(counts.Order().SequenceEqual(counts), $"{family.Name}: buckets do not add up.");
            Demand(
                series.Single(sample => sample.Name == family.Name + "_count").Value.Equals(counts[^1]),
                $"{family.Name}: the count is not that of the last bucket."
            );
            Demand(series.Single(sample => sample.Name == family.Name + "_sum").Value >= 0, $"{family.Name}: the sum is below zero.");
            Demand(series.Count() == buckets.Count + 2, $"{family.Name} has samples of another name.");
        }
    }

    private static double Bound(string le) => le == "+Inf" ? double.PositiveInfinity : double.Parse(le, CultureInfo.InvariantCulture);

    private static string Written(Sample sample) => $"{sample.Name} {Rest(sample)} {sample.Labels.GetValueOrDefault("le")}";

    private static string Rest(Sample sample) =>
        string.Join(',', sample.Labels.Where(label => label.Key != "le").OrderBy(label => label.Key, StringComparer.Ordinal));

    private static void Demand(bool holds, string complaint)
    {
        if (!holds)
        {
            throw new FormatException(complaint);
        }
    }

    [GeneratedRegex("^# (?<word>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<said>.+)$", RegexOptions.None, 10_000)]
    private static partial Regex Head();

    [GeneratedRegex(@"^[a-zA-Z_:][a-zA-Z0-9_:]*(?=[{ ])", RegexOptions.None, 10_000)]
    private static partial Regex Name();

    [GeneratedRegex("^(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=\"", RegexOptions.None, 10_000)]
    private static partial Regex Label();

    [GeneratedRegex(@"^ (?<number>[+-]Inf|-?[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?)$", RegexOptions.None, 10_000)]
    private static partial Regex Number();
}
