using System.Text.RegularExpressions;
using Xunit;

namespace Dispatch.Api.Tests.Readme;

/// <summary>The README says everything twice, in English and in Chinese. Neither half may say what the other does not.</summary>
public sealed partial class BothHalvesTests
{
    private const string Break = "\n# Dispatch（中文）\n";

    private static readonly (string English, string Chinese) Halves = Split(new Page("README.md").Text);

    [Fact]
    public void Both_have_the_same_headings_in_the_same_order() =>
        Assert.Equal(Levels(Halves.English), Levels("# Dispatch\n" + Halves.Chinese));

    [Fact]
    public void The_commands_and_what_they_print_are_the_same() => Assert.Equal(Blocks(Halves.English), Blocks(Halves.Chinese));

    [Fact]
    public void Every_section_names_the_same_codes_and_the_same_figures()
    {
        foreach (var (english, chinese) in Sections(Halves.English).Zip(Sections(Halves.Chinese)))
        {
            var heading = english[..english.IndexOf('\n', StringComparison.Ordinal)];
            Assert.Equal((heading, Codes(english)), (heading, Codes(chinese)));
            Assert.Equal((heading, Figures(english)), (heading, Figures(chinese)));
        }
    }

    [Fact]
    public void The_Chinese_half_is_written_in_Chinese() =>
        Assert.All(Sections(Halves.Chinese), section => Assert.Matches(ChineseText(), section));

    private static (string, string) Split(string text)
    {
        var at = text.IndexOf(Break, StringComparison.Ordinal);
        Assert.True(at > 0, "The Chinese half is missing.");
        return (text[..at], text[(at + Break.Length)..]);
    }

    private static IEnumerable<int> Levels(string half) =>
        Heading().Matches(WithoutBlocks(half)).Select(heading => heading.Groups["level"].Length);

    private static IEnumerable<string> Blocks(string half) => CodeBlock().Matches(half).Select(block => block.Value);

    private static string WithoutBlocks(string text) => CodeBlock().Replace(text, "");

    private static IEnumerable<string> Sections(string half) => WithoutBlocks(half).Split("\n## ").Skip(1);

    private static string Codes(string section) =>
        string.Join(' ', Code().Matches(section).Select(code => code.Groups["code"].Value).Order(StringComparer.Ordinal));

    // Codes may hold digits of their own; a date of a decision is a figure, too.
    private static string Figures(string section) =>
        string.Join(' ', Figure().Matches(Code().Replace(section, "")).Select(figure => figure.Value).Order(StringComparer.Ordinal));

    [GeneratedRegex("^(?<level>#+) ", RegexOptions.Multiline, 10_000)]
    private static partial Regex Heading();

    [GeneratedRegex("^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline, 10_000)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("`(?<code>[^`\n]+)`", RegexOptions.None, 10_000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\d+(?:[.,:]\d+)*", RegexOptions.None, 10_000)]
    private static partial Regex Figure();

    [GeneratedRegex(@"[\u4e00-\u9fff]{6,}", RegexOptions.None, 10_000)]
    private static partial Regex ChineseText();
}
