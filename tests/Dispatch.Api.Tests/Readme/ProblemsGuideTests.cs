using Dispatch.Api.Http;
using Xunit;

namespace Dispatch.Api.Tests.Readme;

public sealed class ProblemsGuideTests
{
    private static readonly IReadOnlyList<string[]> Rows = Page.Rows(new Page("api-specs/guides/problems.md").Section("## Classes"));

    [Fact]
    public void The_guide_lists_exactly_the_problems_the_service_knows()
    {
        var known = ProblemKinds.All.Select(kind => string.Join(" | ", kind.Status, kind.Code, kind.Type, kind.Zh, kind.En));
        Assert.Equal(known, Rows.Select(row => string.Join(" | ", row.Take(5))));
    }

    [Fact]
    public void The_guide_says_of_every_problem_what_to_do() =>
        Assert.All(Rows, row => Assert.EndsWith(".", row[5], StringComparison.Ordinal));
}
