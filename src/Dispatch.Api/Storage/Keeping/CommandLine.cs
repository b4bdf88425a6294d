namespace Dispatch.Api.Storage.Keeping;

/// <summary>What stands behind the name of a command: words of its own (<c>--to file</c> or <c>--to=file</c>), flags, and settings of the service.</summary>
internal sealed class CommandLine
{
    private const string Dashes = "--";

    private readonly Dictionary<string, string> words = new(StringComparer.Ordinal);
    private readonly HashSet<string> flags = new(StringComparer.Ordinal);

    /// <param name="args">The name of the command first.</param>
    /// <param name="named">Its words that have a value.</param>
    /// <param name="flagged">Its words that have none.</param>
    public CommandLine(string[] args, string[] named, params string[] flagged)
    {
        var settings = new List<string>();
        for (var at = 1; at < args.Length; at++)
        {
            var (name, value) = args[at].Split('=', 2) is [var before, var after] ? (before, after) : (args[at], null);
            if (Array.Exists(flagged, flag => Dashes + flag == args[at]))
            {
                flags.Add(args[at][Dashes.Length..]);
            }
            else if (Array.Exists(named, word => Dashes + word == name))
            {
                words[name[Dashes.Length..]] = value ?? (at + 1 < args.Length ? args[++at] : "");
            }
            else
            {
                settings.Add(args[at]);
            }
        }

        Settings = [.. settings];
    }

    public string[] Settings { get; }

    /// <summary>Null: it was not said, or nothing with it.</summary>
    public string? this[string name] => words.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    public bool Has(string flag) => flags.Contains(flag);
}
