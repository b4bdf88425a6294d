using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CsvHelper;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Tests.Generating;
using Dispatch.Api.Tests.Http;
using Xunit;

namespace Dispatch.Api.Tests.Features.Exports;

/// <summary>Every report that is read can be taken away, and says the same as a table.</summary>
public sealed class ExportReportTests(SyntheticSite service) : IClassFixture<SyntheticSite>
{
    private const string Year = "from=2024-01-01&to=2024-12-31";
    private const string Province = "region=" + EmptySite.Province;

    private static readonly Guid Team = SeedFiles.IdOf("guangdong-2024:S-440106-1");

    private static readonly Dictionary<string, string> Asked = new(StringComparer.Ordinal)
    {
        ["summary"] = $"{Year}&{Province}&rows=city&columns=month",
        ["funnel"] = $"{Year}&{Province}",
        ["unmet-needs"] = $"{Year}&{Province}",
        ["team-record"] = $"{Year}&team={Team}",
        ["region-comparison"] = $"{Year}&{Province}&indicators=services,economic_benefit_yuan",
        ["published"] = $"{Year}&document=guangdong",
    };

    public static TheoryData<string> Reports => [.. Asked.Keys];

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task Every_report_is_exported_in_every_format(string report)
    {
        var rows = await Rows(report);
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Equal(EmptySite.Scenario, row!.Text("synthetic")));
        var names = rows[0]!.AsObject().Select(member => member.Key).ToList();
        using var answer = await service.Officer().GetAsync(Path(report));
        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith(report + "-", answer.Content.Headers.ContentDisposition?.FileName, StringComparison.Ordinal);
        using var csv = CsvReader.FromText((await answer.Content.ReadAsStringAsync()).TrimStart('\uFEFF'));
        for (var at = 0; csv.Read(); at++)
        {
            foreach (var (name, column) in names.Zip(csv.Headers!))
            {
                Assert.Equal(name.ToUpperInvariant(), column.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant());
                Assert.Equal(rows[at]![name]?.ToString() ?? "", csv.GetString(column));
            }
        }

        using var xlsx = await service.Officer().GetAsync(Path(report) + "&format=xlsx");
        Assert.Equal("PK"u8.ToArray(), (await xlsx.Content.ReadAsByteArrayAsync())[..2]);
    }

    /// <summary>Each in one of the two languages.</summary>
    [OfficeFact]
    public async Task A_spreadsheet_has_its_headings_in_the_language_of_the_caller()
    {
        foreach (var (at, report) in Asked.Keys.Index())
        {
            var language = at % 2 == 0 ? "en" : "zh";
            using var caller = service.Officer().In(language);
            var opened = await Opened.ByOffice(await caller.GetByteArrayAsync(Path(report) + "&format=xlsx"), "xlsx");
            var rows = await Rows(report);
            var width = rows[0]!.AsObject().Count;
            Assert.Equal(rows.Count + 1, opened.Count);
            Assert.All(opened[0].Take(width), heading => Assert.Equal(language == "zh", heading.Text.HasChinese()));
            foreach (var (row, line) in rows.Zip(opened.Skip(1)))
            {
                var values = row!.AsObject().Where(member => member.Value?.GetValueKind() == System.Text.Json.JsonValueKind.Number);
                Assert.Equal(
                    values.Select(member => member.Value!.GetValue<decimal>()),
                    line.Take(width)
                        .Where(cell => cell.Type == "float")
                        .Select(cell => decimal.Parse(cell.Value!, NumberStyles.Float, CultureInfo.InvariantCulture))
                );
            }
        }
    }

    [Fact]
    public async Task A_funnel_is_told_step_by_step_and_its_lines_add_up()
    {
        var (rows, told) = (await Rows("funnel"), await Read("/v1/reports/funnel?" + Asked["funnel"]));
        var steps = told["steps"]!.AsArray();
        Assert.Equal(6 + 6 + steps.Sum(step => step!["losses"]!.AsArray().Count), rows.Count);
        foreach (var step in steps)
        {
            var lines = rows.Where(row => row!.Text("step") == step!.Text("step")).ToList();
            var reached = lines.Single(line => line!.Text("what") == "reached")!;
            foreach (var member in new[] { "requests", "timed", "p50Minutes", "p90Minutes" })
            {
                Assert.Equal(step![member]?.ToString(), reached[member]?.ToString());
            }

            Assert.Equal(step!["underWay"]!.ToString(), lines.Single(line => line!.Text("what") == "under_way")!["requests"]!.ToString());
            Assert.Equal(
                step["losses"]!.AsArray().Select(loss => $"{loss!["reason"]} {loss["requests"]}"),
                lines.Where(line => line!.Text("what") == "lost").Select(line => $"{line!["reason"]} {line["requests"]}")
            );
        }
    }

    [Fact]
    public async Task Unmet_needs_the_record_of_a_team_and_the_comparison_say_what_is_read()
    {
        var needs = (await Read("/v1/reports/unmet-needs?" + Asked["unmet-needs"]))["needs"]!.AsArray();
        Assert.Equal(
            needs.Select(need => $"{need!["skill"]} {need["region"]} {need["month"]} {need["unmet"]} {need["waiting"]} {need["teams"]}"),
            (await Rows("unmet-needs")).Select(row =>
                $"{row!["skill"]} {row["place"]} {row["month"]} {row["unmet"]} {row["waiting"]} {row["teams"]}"
            )
        );
        var record = await Read($"/v1/reports/team-record/{Team}?{Year}");
        var items = (await Rows("team-record")).ToDictionary(
            row => (row!.Text("part"), row!.Text("item")),
            row => row!["value"]?.ToString()
        );
        Assert.All(
            record["figures"]!.AsArray(),
            figure => Assert.Equal(figure!["value"]!.ToString(), items[("figures", figure!.Text("indicator"))])
        );
        foreach (var member in new[] { "offers", "accepted", "declined", "expired", "withdrawn" })
        {
            Assert.Equal(record["answers"]![member]!.ToString(), items[("answers", member)]);
        }

        Assert.Equal(record["answers"]!["p50Minutes"]?.ToString(), items[("answers", "p50_minutes")]);
        Assert.Equal(record["words"]!["completed"]!.ToString(), items[("words", "completed")]);
        Assert.Equal(record["words"]!["notConfirmed"]!.ToString(), items[("words", "not_confirmed")]);
        Assert.Equal(
            100 * record["words"]!["confirmedRate"]!.GetValue<decimal>(),
            decimal.Parse(items[("words", "confirmed_rate")]!, null)
        );
        Assert.All(
            record["words"]!["ratings"]!.AsArray(),
            rating => Assert.Equal(rating!["times"]!.ToString(), items[("words", $"rating_{rating["rating"]}")])
        );
        Assert.Equal(record["helpers"]!.ToString(), items[("figures", "helpers")]);
    }

    [Fact]
    public async Task What_a_comparison_hides_no_export_of_it_tells()
    {
        // A county of Guangzhou beside its sisters, in a month in which little happened.
        const string Month = "from=2024-02-01&to=2024-02-29&indicators=services";
        var county = service.Officer("440106");
        var compared = await county.Read("/v1/reports/region-comparison?" + Month);
        var hidden = compared["regions"]!.AsArray().Where(region => region!["figures"]![0]!["suppressed"]!.GetValue<bool>()).ToList();
        Assert.NotEmpty(hidden);
        var rows = (await county.Read("/v1/exports/reports/region-comparison?format=json&" + Month)).AsArray();
        Assert.All(
            hidden,
            region =>
            {
                var line = rows.Single(row => row!["compared"]?.ToString() == region!.Text("region"))!;
                Assert.Equal(("yes", null, null), (line.Text("suppressed"), line["value"], line["records"]));
            }
        );
        Assert.Equal(compared["figures"]![0]!["value"]?.ToString(), rows[0]!["value"]?.ToString());
    }

    [Fact]
    public async Task Published_figures_keep_their_qualifier_and_their_totals_are_lines_of_their_own()
    {
        var told = await Read("/v1/reports/published?" + Asked["published"]);
        var rows = await Rows("published");
        Assert.Equal(
            told["figures"]!
                .AsArray()
                .Select(figure =>
                    $"{figure!["code"]} {figure["value"]} {figure["qualifier"]} {figure["unit"]} {figure["computed"]?["value"]}"
                ),
            rows.Where(row => row!.Text("line") == "figure")
                .Select(row => $"{row!["code"]} {row["value"]} {row["qualifier"]} {row["unit"]} {row["computedValue"]}")
        );
        Assert.Equal(
            told["totals"]!
                .AsArray()
                .Select(total =>
                    $"{total!["indicator"]} {total["value"]} {string.Join(' ', total["of"]!.AsArray().Select(code => code!.ToString()))}"
                ),
            rows.Where(row => row!.Text("line") == "total").Select(row => $"{row!["indicator"]} {row["value"]} {row["added"]}")
        );
        Assert.All(rows, row => Assert.Equal("imported", row!.Text("source")));
    }

    [Theory]
    [InlineData("summary", "skill=aut-maint", "skill")]
    [InlineData("funnel", "rows=month", "rows")]
    [InlineData("funnel", "skill=nothing", "skill")]
    [InlineData("unmet-needs", "indicators=services", "indicators")]
    [InlineData("team-record", "region=440000", "region")]
    [InlineData("team-record", "", "team")]
    [InlineData("region-comparison", "from=2024-01-02", "to")]
    [InlineData("region-comparison", "from=2024-01-01&to=2024-01-31&indicators=helpers", "indicators")]
    [InlineData("published", "indicators=services", "indicators")]
    [InlineData("published", "from=2024-02-01&to=2024-01-01", "to")]
    public async Task What_a_report_does_not_take_is_refused_by_its_name(string report, string query, string parameter)
    {
        var refused = await service
            .Officer()
            .GetAsync($"/v1/exports/reports/{report}?{query}")
            .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        Assert.Equal(parameter, refused["errors"]![0]!.Text("pointer"));
    }

    [Fact]
    public async Task Nobody_takes_away_what_is_another_region_s()
    {
        var shenzhen = service.Officer("440300");
        await shenzhen.GetAsync($"/v1/exports/reports/team-record?team={Team}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await shenzhen.GetAsync("/v1/exports/reports/funnel?region=440100").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        await shenzhen.GetAsync("/v1/exports/reports/nothing").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    private static string Path(string report) => $"/v1/exports/reports/{report}?{Asked[report]}";

    private Task<JsonNode> Read(string path) => service.Officer().Read(path);

    private async Task<JsonArray> Rows(string report)
    {
        var client = service.Officer();
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return (await client.Read(Path(report))).AsArray();
    }
}
