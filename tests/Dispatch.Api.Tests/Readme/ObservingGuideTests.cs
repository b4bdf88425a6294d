using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Dispatch.Api.Telemetry;
using Dispatch.Api.Tests.Features.Imports;
using Dispatch.Api.Tests.Http;
using Dispatch.Api.Tests.Telemetry;
using Xunit;

namespace Dispatch.Api.Tests.Readme;

/// <summary>The guide and the dashboard know what <c>/metrics</c> tells, all of it, and nothing else.</summary>
public sealed partial class ObservingGuideTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly JsonNode Dashboard = JsonNode.Parse(
        File.ReadAllText(Path.Combine(Page.Root, "api-specs/guides/dashboard.json"))
    )!;

    [Fact]
    public async Task The_guide_has_a_row_for_every_metric_with_its_type_its_labels_and_its_meaning()
    {
        var told = (await AfterWork())
            .Families.Values.Select(family => $"{family.Name} | {family.Type} | {string.Join(", ", family.Labels)} | {family.Help}")
            .Order(StringComparer.Ordinal);
        var described = Rows().Select(row => $"{row[0]} | {row[1]} | {row[2]} | {row[3]}").Order(StringComparer.Ordinal);
        Assert.Equal(told, described);
        Assert.All(Rows(), row => Assert.Matches(@"[\u4e00-\u9fff]", row[4]));
        Assert.All(Rows(), row => Assert.Equal(row[5].Length > 0, row[6].Length > 0));
        Assert.All(Rows().Where(row => row[6].Length > 0), row => Assert.Matches(@"[\u4e00-\u9fff]", row[6]));
    }

    [Fact]
    public void The_guide_names_the_spans_there_are_and_every_attribute_that_may_leave()
    {
        var rows = Page.Rows(new Page("api-specs/guides/observing.md").Section("## Traces and OTLP"));
        Assert.Equal(
            WhatMayLeave.Attributes.Order(StringComparer.Ordinal),
            rows.SelectMany(row => Attribute().Matches(row[2]).Select(name => name.Value)).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.Contains(rows, row => row[0] == Spans.Commit);
        Assert.Contains(rows, row => row[0] == Spans.Match);
        Assert.Contains(rows, row => row[0] == Spans.Timer);
    }

    [Fact]
    public async Task The_dashboard_shows_every_metric_and_asks_for_none_that_is_not_there()
    {
        var metrics = (await AfterWork()).Families;
        var samples = metrics.Values.SelectMany(family => family.Samples).Select(sample => sample.Name).ToHashSet(StringComparer.Ordinal);
        var asked = Queries().SelectMany(query => Metric().Matches(query).Select(metric => metric.Value)).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(asked.Except(samples));
        Assert.All(metrics.Keys, name => Assert.Contains(asked, one => one == name || Suffix().Replace(one, "") == name));
    }

    [Fact]
    public async Task The_dashboard_asks_for_labels_that_are_there()
    {
        var metrics = (await AfterWork()).Families;
        // These come with the scrape.
        string[] ofTheScrape = ["job", "instance", "le"];
        foreach (var query in Queries())
        {
            var there = Metric()
                .Matches(query)
                .SelectMany(metric => metrics.Values.Single(family => family.Samples.Any(sample => sample.Name == metric.Value)).Labels)
                .Concat(ofTheScrape)
                .ToHashSet(StringComparer.Ordinal);
            var asked = Grouping().Matches(query).SelectMany(by => by.Groups["labels"].Value.Split(", "));
            var filtered = Filter().Matches(query).Select(label => label.Groups["label"].Value);
            Assert.All(asked.Concat(filtered), label => Assert.True(there.Contains(label), $"{label} in {query}"));
        }
    }

    [Fact]
    public void Every_panel_has_a_title_a_unit_and_the_source_that_was_chosen()
    {
        Assert.True(Dashboard["schemaVersion"]!.GetValue<int>() >= 36);
        var variables = Dashboard["templating"]!["list"]!.AsArray();
        Assert.Equal("datasource", variables.Single(variable => variable!.Text("name") == "datasource")!.Text("type"));
        Assert.Equal(Panels().Count, Panels().Select(panel => panel["id"]!.GetValue<int>()).Distinct().Count());
        Assert.All(
            Panels(),
            panel =>
            {
                Assert.NotEmpty(panel.Text("title"));
                Assert.NotEmpty(panel["fieldConfig"]!["defaults"]!.Text("unit"));
                Assert.Equal("${datasource}", panel["datasource"]!.Text("uid"));
                Assert.All(panel["targets"]!.AsArray(), target => Assert.Equal("${datasource}", target!["datasource"]!.Text("uid")));
            }
        );
    }

    [Theory]
    [InlineData("dispatch_ready")]
    [InlineData("dispatch_timers_oldest_wait_seconds")]
    [InlineData("dispatch_audit_unsealed")]
    public void What_must_be_seen_at_once_turns_red(string metric)
    {
        var panel = Assert.Single(
            Panels(),
            panel => panel["targets"]!.AsArray().Any(target => target!.Text("expr").Contains(metric + "{", StringComparison.Ordinal))
        );
        var steps = panel["fieldConfig"]!["defaults"]!["thresholds"]!["steps"]!.AsArray();
        Assert.Contains(steps, step => step!.Text("color") == "red");
        Assert.Contains(steps, step => step!.Text("color") == "green");
    }

    [Fact]
    public void No_two_panels_lie_upon_each_other()
    {
        var places = Dashboard["panels"]!.AsArray().Select(panel => panel!["gridPos"]!).ToList();
        foreach (var (one, at) in places.Select((place, at) => (place, at)))
        {
            Assert.True(N(one, "x") + N(one, "w") <= 24);
            Assert.DoesNotContain(
                places.Skip(at + 1),
                other =>
                    N(one, "x") < N(other, "x") + N(other, "w")
                    && N(other, "x") < N(one, "x") + N(one, "w")
                    && N(one, "y") < N(other, "y") + N(other, "h")
                    && N(other, "y") < N(one, "y") + N(one, "h")
            );
        }

        static int N(JsonNode place, string member) => place[member]!.GetValue<int>();
    }

    private static List<JsonNode> Panels() =>
        [.. Dashboard["panels"]!.AsArray().Where(panel => panel!.Text("type") != "row").Select(panel => panel!)];

    private static List<string> Queries() =>
        [.. Panels().SelectMany(panel => panel["targets"]!.AsArray()).Select(target => target!.Text("expr"))];

    private static IReadOnlyList<string[]> Rows() => Page.Rows(new Page("api-specs/guides/observing.md").Section("## Figures"));

    // A histogram is told from its first value on.
    private async Task<Exposition> AfterWork()
    {
        await service.MakeRoom();
        await service.Given.AnAcceptedRequest();
        await service.AReadImport(Files.Members, "members", dryRun: true);
        return await service.Metrics();
    }

    [GeneratedRegex(@"\b(?:dispatch|dotnet)_[a-z_]+\b(?=\{)", RegexOptions.None, 10_000)]
    private static partial Regex Metric();

    [GeneratedRegex("_(?:bucket|sum|count)$", RegexOptions.None, 10_000)]
    private static partial Regex Suffix();

    [GeneratedRegex(@"by \((?<labels>[a-z_, ]+)\)", RegexOptions.None, 10_000)]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?:\{|, )(?<label>[a-z_]+)(?:=~|!=|=)", RegexOptions.None, 10_000)]
    private static partial Regex Filter();

    [GeneratedRegex(@"\b(?:[a-z]+\.)+[a-z_]+\b", RegexOptions.None, 10_000)]
    private static partial Regex Attribute();
}
