using System.Globalization;

namespace Dispatch.Benchmarks;

/// <summary>The words after the command: <c>--name value</c> or <c>--name=value</c>.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    public Options(IReadOnlyList<string> words)
    {
        Given = words;
        for (var at = 0; at < words.Count; at++)
        {
            if (!words[at].StartsWith("--", StringComparison.Ordinal))
            {
                throw new FormatException($"{words[at]} is no option.");
            }

            var parts = words[at][2..].Split('=', 2);
            if (parts.Length == 1 && at + 1 == words.Count)
            {
                throw new FormatException($"{words[at]} has no value.");
            }

            values[parts[0]] = parts.Length == 2 ? parts[1] : words[++at];
        }
    }

    public IReadOnlyList<string> Given { get; }

    public string? Text(string name) => values.GetValueOrDefault(name);

    public int? Number(string name) =>
        !values.TryGetValue(name, out var value) ? null
        : int.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number
        : throw new FormatException($"--{name} must be a whole number, not {value}.");

    /// <summary>Refuses what nobody reads: a misspelt option would silently measure something else.</summary>
    public void Allow(params string[] names)
    {
        if (values.Keys.Except(names, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new FormatException($"--{unknown} is not known here; there are --{string.Join(", --", names)}.");
        }
    }
}
