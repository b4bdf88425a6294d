using System.Text.RegularExpressions;
using Xunit;

namespace Dispatch.Api.Tests.Readme;

public sealed partial class SourceFoldersTests
{
    [Fact]
    public void Every_folder_of_the_source_has_one_line_and_every_line_its_folder()
    {
        var source = Path.Combine(Page.Root, "src");
        var folders = Directory
            .EnumerateDirectories(source, "*", SearchOption.AllDirectories)
            .Select(folder => Path.GetRelativePath(source, folder).Replace('\\', '/'))
            .Where(folder => !BuildOutput().IsMatch(folder))
            .Order(StringComparer.Ordinal);
        var described = Line()
            .Matches(new Page("src/README.md").Text)
            .Select(line => line.Groups["folder"].Value)
            .Order(StringComparer.Ordinal);
        Assert.Equal(folders, described);
    }

    [GeneratedRegex("(?:^|/)(?:bin|obj)(?:/|$)", RegexOptions.None, 10_000)]
    private static partial Regex BuildOutput();

    [GeneratedRegex("^- `(?<folder>[^`]+)/`: \\S.*\\.$", RegexOptions.Multiline, 10_000)]
    private static partial Regex Line();
}
