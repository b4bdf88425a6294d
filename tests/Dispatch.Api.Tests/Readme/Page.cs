using System.Text.RegularExpressions;

namespace Dispatch.Api.Tests.Readme;

/// <summary>A Markdown text of the repository, read for what it claims.</summary>
internal sealed partial class Page(string path)
{
    public string Text { get; } = File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The text from a heading to the next one of the same level or above.</summary>
    public string Section(string heading)
    {
        var lines = Text.Split('\n');
        var start = Array.IndexOf(lines, heading);
        if (start < 0)
        {
            throw new InvalidOperationException($"There is no heading '{heading}'.");
        }

        var level = Level(heading);
        return string.Join('\n', lines.Skip(start + 1).TakeWhile(line => Level(line) is var other && (other == 0 || other > level))) + '\n';
    }

    /// <summary>The code blocks of one language, in order.</summary>
    public static IReadOnlyList<string> Blocks(string text, string language) =>
        [
            .. CodeBlock()
                .Matches(text)
                .Where(block => block.Groups["language"].Value == language)
                .Select(block => block.Groups["code"].Value),
        ];

    /// <summary>The rows of every table, cell by cell, without heads and rulers; code marks are taken off.</summary>
    public static IReadOnlyList<string[]> Rows(string text) =>
        [
            .. TableText()
                .Matches(text)
                .SelectMany(table => table.Value.TrimEnd('\n').Split('\n').Skip(2))
                .Select(row => row.Trim('|').Split('|').Select(cell => cell.Trim().Replace("`", "", StringComparison.Ordinal)).ToArray()),
        ];

    private static int Level(string line) => line.StartsWith('#') ? line.TakeWhile(mark => mark == '#').Count() : 0;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Dispatch.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run within the repository.");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline, 10_000)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"(?:^\|.*\|\n)+", RegexOptions.Multiline, 10_000)]
    private static partial Regex TableText();
}
