using System.Reflection;
using Xunit;

namespace Dispatch.Api.Tests.Readme;

public sealed class SecurityGuideTests
{
    private const string Open = "open";
    private const string NotApplicable = "n/a";

    /// <summary>The items of ASVS 5.0 this service answers for; which they are is decided here, not in the guide.</summary>
    private static readonly string[] Items = """
        1.2.4 1.2.10 1.3.6 1.3.12 1.5.1 1.5.2 1.5.3
        2.2.3 2.3.1 2.3.2 2.3.3 2.3.4 2.3.5 2.4.1
        4.1.1 4.1.2 4.1.3 4.1.4 4.2.1
        5.1.1 5.2.1 5.2.2 5.2.4 5.2.6 5.3.2 5.4.1 5.4.2
        6.3.1 6.3.2 6.3.8 6.5.4 6.5.5 6.6.3 6.8.1
        7.2.3 7.4.1 7.4.2 7.4.5
        8.1.1 8.1.2 8.2.1 8.2.2 8.2.3 8.3.1 8.3.2 8.3.3 8.4.1
        9.1.1 9.1.2 9.1.3 9.2.1 9.2.2 9.2.3
        10.3.1 10.3.2 10.3.3 10.3.5
        11.1.1 11.1.2 11.2.2 11.3.2 11.3.3 11.3.4 11.4.2 11.5.1
        12.1.1 12.2.1 12.3.1 12.3.2
        13.1.2 13.2.1 13.2.2 13.2.4 13.3.1 13.3.4 13.4.2 13.4.5 13.4.6
        14.1.1 14.1.2 14.2.1 14.2.4 14.2.6 14.2.7 14.2.8 14.3.2
        15.1.2 15.2.2 15.3.1 15.3.2 15.3.3 15.3.4 15.3.7 15.4.1 15.4.2 15.4.3
        16.2.2 16.2.5 16.3.1 16.3.2 16.3.3 16.4.1 16.4.2 16.4.3 16.5.1 16.5.3 16.5.4
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static readonly Page Guide = new("api-specs/guides/security.md");
    private static readonly IReadOnlyList<string[]> Risks = Page.Rows(Guide.Section("## OWASP API Security Top 10"));
    private static readonly IReadOnlyList<string[]> Asvs = Page.Rows(Guide.Section("## ASVS 5.0"));

    [Fact]
    public void Every_risk_and_every_item_stands_there_once_and_in_order()
    {
        Assert.Equal(Enumerable.Range(1, 10).Select(number => $"API{number}"), Risks.Select(row => row[0]));
        Assert.Equal(Items, Asvs.Select(row => row[0]));
    }

    [Fact]
    public void Every_test_it_names_is_there()
    {
        var tests = typeof(SecurityGuideTests)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public))
            .Where(method => method.GetCustomAttributes<FactAttribute>().Any())
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")
            .ToHashSet(StringComparer.Ordinal);
        Assert.All(
            Risks.Concat(Asvs).Select(row => row[3]).Where(test => test is not (Open or NotApplicable)),
            test => Assert.Contains(test, tests)
        );
        Assert.DoesNotContain(Risks, row => row[3] is Open or NotApplicable);
    }

    [Fact]
    public void What_is_open_and_what_does_not_apply_says_so_and_why()
    {
        foreach (var row in Asvs)
        {
            Assert.Equal(row[3] == Open, row[2].StartsWith("open: ", StringComparison.Ordinal));
            Assert.Equal(row[3] == NotApplicable, row[2].StartsWith("not applicable: ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_line_is_short_and_in_both_languages() =>
        Assert.All(
            Risks.Concat(Asvs),
            row =>
            {
                Assert.InRange(row[1].Length, 2, 40);
                Assert.InRange(row[2].Length, 2, 90);
                Assert.True(row[1].Any(letter => letter > '一') || row[1].StartsWith("AES", StringComparison.Ordinal), row[0]);
                Assert.DoesNotContain(row[2], letter => letter > '一');
            }
        );
}
