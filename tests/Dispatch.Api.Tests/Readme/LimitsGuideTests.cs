using System.Reflection;
using System.Text.RegularExpressions;
using Dispatch.Api.Features.Imports;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Xunit;

namespace Dispatch.Api.Tests.Readme;

public sealed partial class LimitsGuideTests
{
    private static readonly Page Guide = new("api-specs/guides/limits.md");

    [Fact]
    public void The_limits_of_a_call_and_of_connections_are_those_of_the_code()
    {
        (string Name, double Value)[] limits =
        [
            ("ServerLimits.LargestBody", ServerLimits.LargestBody),
            ("ImportFile.Largest", ImportFile.Largest),
            ("ImportFile.MostRows", ImportFile.MostRows),
            ("ImportFile.MostColumns", ImportFile.MostColumns),
            ("ImportFile.LongestCell", ImportFile.LongestCell),
            ("XlsxRows.LargestUnpacked", XlsxRows.LargestUnpacked),
            ("RequestSizes.LongestUrl", RequestSizes.LongestUrl),
            ("ServerLimits.LongestRequestLine", ServerLimits.LongestRequestLine),
            ("RequestSizes.LargestHeaders", RequestSizes.LargestHeaders),
            ("ServerLimits.LargestHeaders", ServerLimits.LargestHeaders),
            ("ServerLimits.MostHeaders", ServerLimits.MostHeaders),
            ("TokenShape.Longest", TokenShape.Longest),
            ("JsonShape.MostLevels", JsonShape.MostLevels),
            ("Paging.MostInOnePage", Paging.MostInOnePage),
            ("SubmitRequestValidator.LongestText", SubmitRequestValidator.LongestText),
            ("SubmitRequestValidator.MostSkills", SubmitRequestValidator.MostSkills),
            ("SubmitRequestValidator.MostRequirements", SubmitRequestValidator.MostRequirements),
            ("SubmitRequestValidator.MostWindows", SubmitRequestValidator.MostWindows),
            ("SubmitRequestValidator.MostTeams", SubmitRequestValidator.MostTeams),
            ("ServerLimits.MostConnections", ServerLimits.MostConnections),
            ("ConnectionGate.Default", ConnectionGate.Default),
            ("ServerLimits.MostStreams", ServerLimits.MostStreams),
            ("ServerLimits.LongestHead", ServerLimits.LongestHead.TotalSeconds),
            ("ServerLimits.LongestIdle", ServerLimits.LongestIdle.TotalSeconds),
            ("ServerLimits.SlowestRate", ServerLimits.SlowestRate),
            ("NoticeWaits.MostOfOne", NoticeWaits.MostOfOne),
            ("NoticeWaits.MostInAll", NoticeWaits.MostInAll),
            ("SqliteDatabase.MostWaiting", SqliteDatabase.MostWaiting),
        ];
        Assert.Equal(
            limits.Select(limit => $"{limit.Name} = {limit.Value}"),
            Rows("## One call").Concat(Rows("## Connections")).Select(row => $"{row[2]} = {Number(row[1])}")
        );
    }

    [Fact]
    public void The_limits_of_work_are_those_of_the_code() =>
        Assert.Equal(
            [5, 20, 20, SubmissionQuota.RepliesPerDay, AssignmentStore.MostReleases],
            Rows("## Work").Select(row => row[1]).Where(text => char.IsDigit(text[0])).Select(Number)
        );

    [Fact]
    public void Every_class_of_problem_it_names_is_one()
    {
        var known = ProblemKinds.All.Select(kind => $"{kind.Status} `{kind.Code}`").ToHashSet();
        Assert.All(Answer().Matches(Guide.Text), answer => Assert.Contains(answer.Value, known));
        Assert.NotEmpty(Answer().Matches(Guide.Text));
    }

    [Fact]
    public void Every_pattern_of_the_service_has_a_time_limit()
    {
        var patterns = new[] { typeof(Service).Assembly, typeof(Domain.Requests.PhoneNumber).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<GeneratedRegexAttribute>())
            .OfType<GeneratedRegexAttribute>()
            .ToList();
        Assert.NotEmpty(patterns);
        Assert.All(patterns, pattern => Assert.InRange(pattern.MatchTimeoutMilliseconds, 1, 10_000));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Path.Combine(Page.Root, "src"), "*.cs", SearchOption.AllDirectories),
            path => File.ReadAllText(path).Contains("new Regex(", StringComparison.Ordinal)
        );
    }

    private static IReadOnlyList<string[]> Rows(string heading) => Page.Rows(Guide.Section(heading));

    private static double Number(string cell) => double.Parse(LeadingNumber().Match(cell).Value);

    [GeneratedRegex(@"^\d+", RegexOptions.None, 10_000)]
    private static partial Regex LeadingNumber();

    [GeneratedRegex(@"\b[45]\d\d `[a-z_.-]+`", RegexOptions.None, 10_000)]
    private static partial Regex Answer();
}
