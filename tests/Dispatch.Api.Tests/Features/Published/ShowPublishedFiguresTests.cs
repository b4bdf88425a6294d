using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Features.Imports;
using Dispatch.Api.Tests.Readme;
using Xunit;

namespace Dispatch.Api.Tests.Features.Published;

public sealed class ShowPublishedFiguresTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Heads = "编号,来源文件,指标,数值,限定,单位,说明,时期,类别,行政区划代码,包含于\r\n";

    [Fact]
    public async Task All_fifty_seven_rows_are_there_value_by_value_as_they_were_published()
    {
        var figures = await Figures("");
        var published = File.ReadAllLines(Path.Combine(Page.Root, "seeds/published_figures.csv")).Skip(1).ToList();
        Assert.Equal(118, published.Count);
        var seeded = figures.Where(figure => figure.Text("code").StartsWith('N')).ToList();
        Assert.Equal(
            published.Select(line => line.Split(',')[0]).Order(StringComparer.Ordinal),
            seeded.Select(figure => figure.Text("code"))
        );
        Assert.Equal(
            Enumerable.Range(1, 57).Select(number => $"N{number:00}"),
            seeded.Select(figure => figure.Text("code")[..3]).Distinct().Order(StringComparer.Ordinal)
        );
        foreach (var figure in seeded)
        {
            var line = published.Single(row => row.StartsWith(figure.Text("code") + ",", StringComparison.Ordinal));
            Assert.StartsWith(
                $"{figure.Text("code")},{figure.Text("document")},{figure.Text("indicator")},{Value(figure).ToString(CultureInfo.InvariantCulture)},{figure.Text("qualifier")},{figure.Text("unit")},",
                line,
                StringComparison.Ordinal
            );
        }

        Assert.All(figures, figure => Assert.Equal("imported", figure.Text("source")));
    }

    [Fact]
    public async Task What_the_records_say_stands_beside_it_and_never_in_it()
    {
        var before = await Figure("N02");
        await service.Given.ACompletedVisit();
        var after = await Figure("N02");
        Assert.Equal(6176, Value(after));
        Assert.Equal(Value(before["computed"]!) + 1, Value(after["computed"]!));
        Assert.Equal("computed", after["computed"]!.Text("source"));
        Assert.Equal("imported", after.Text("source"));
        var summary = (await service.Officer().Read("/v1/reports/summary"))["figures"]!.AsArray();
        Assert.Equal(Value(after["computed"]!), Value(summary.Single(figure => figure!.Text("indicator") == "services")!));
        Assert.All(await Totals(""), total => Assert.Equal("imported", total.Text("source")));
    }

    [Fact]
    public async Task Fees_deferred_sales_output_and_donations_are_never_economic_benefit()
    {
        await Import(
            Heads
                + "Z-out,年报,output_yuan,900000000,确数,yuan,产值,2024,S,,\r\n"
                + "Z-don,年报,donations_yuan,700000000,确数,yuan,捐赠,2024,S,,\r\n"
                + "Z-fee,年报,fees_deferred_yuan,600000000,确数,yuan,缓交,2024,S,,\r\n"
        );
        var figures = await Figures("");
        var benefit = figures.Where(figure => figure["isEconomicBenefit"]!.GetValue<bool>()).ToList();
        Assert.Equal(
            ["cost_saved_yuan", "economic_benefit_yuan", "income_gain_yuan"],
            benefit.Select(figure => figure.Text("indicator")).Distinct().Order(StringComparer.Ordinal)
        );
        var total = (await Totals("")).Single(one => one.Text("indicator") == "economic_benefit_yuan");
        foreach (var outside in new[] { "N28b", "N46b", "N54b", "N32c", "N40", "Z-out", "Z-don", "Z-fee" })
        {
            Assert.DoesNotContain(outside, Codes(total, "of"));
        }

        Assert.Equal(Codes(total, "of").Sum(code => Value(figures.Single(figure => figure.Text("code") == code))), Value(total));
    }

    [Fact]
    public async Task Honours_count_titles_and_not_persons()
    {
        var holders = (await Totals("?indicator=honour_holders")).Single();
        Assert.Equal(21_090, Value(holders));
        Assert.Equal("titles", holders.Text("unit"));
        Assert.All(await Figures("?indicator=honour_holders"), figure => Assert.Equal("titles", figure.Text("countedIn")));
        Assert.Equal("titles", (await Totals("?indicator=honours")).Single().Text("unit"));
        Assert.DoesNotContain(
            await Totals(""),
            total => total.Text("indicator").StartsWith("honour", StringComparison.Ordinal) && total.Text("unit") == "persons"
        );
    }

    [Fact]
    public async Task An_alliance_s_total_never_adds_its_sub_alliance_s_again()
    {
        var total = (await Totals("?document=guangdong&indicator=economic_benefit_yuan")).Single();
        Assert.Equal(["N05", "N16d"], Codes(total, "of"));
        Assert.Equal(["N11"], Codes(total, "leftOut"));
        Assert.Equal(5_960_000_000, Value(total));
        Assert.Equal("over", total.Text("qualifier"));
        Assert.Equal("N16d", (await Figure("N11")).Text("containedIn"));
    }

    [Fact]
    public async Task What_is_in_a_part_is_in_the_whole_however_deep_and_a_circle_ends()
    {
        await Import(
            Heads
                + "Y-1,联盟,y_services,100,确数,services,全部,2024,S,,\r\n"
                + "Y-2,联盟,y_services,60,确数,services,分联盟,2024,S,,Y-1\r\n"
                + "Y-3,联盟,y_services,20,确数,services,工作室,2024,S,,Y-2\r\n"
                + "Y-4,联盟,y_services,5,约,services,其他,2024,S,,Y-4\r\n"
        );
        var total = (await Totals("?indicator=y_services")).Single();
        Assert.Equal(105, Value(total));
        Assert.Equal("about", total.Text("qualifier"));
        Assert.Equal(["Y-2", "Y-3"], Codes(total, "leftOut"));
    }

    [Fact]
    public async Task Units_never_add_up_together()
    {
        var recuperation = await Totals("?indicator=recuperation");
        Assert.Equal(["batches 4", "persons 69"], recuperation.Select(total => $"{total.Text("unit")} {Value(total)}"));
    }

    [Fact]
    public async Task A_region_shows_its_own_documents_and_no_officer_another_region_s()
    {
        var figures = await Figures("?region=331083");
        Assert.All(figures, figure => Assert.Equal("331083", figure.Text("regionCode")));
        Assert.NotEmpty(figures);
        Assert.Equal(figures.Count, (await service.Officer("331083").Read("/v1/reports/published"))["figures"]!.AsArray().Count);
        await service
            .Officer("331083")
            .GetAsync("/v1/reports/published?region=440000")
            .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
    }

    [Fact]
    public async Task A_published_figure_never_changes_and_a_wrong_one_is_refused()
    {
        Assert.Equal((0, 1, 0), (await Import(Heads + "N02,guangdong,services,9999,确数,services,x,2024,S,,\r\n")).Counts());
        Assert.Equal(6176, Value(await Figure("N02")));
        var import = await Import(Heads + "W-1,年报,services,\"9,999\",大约,services,x,2024,S,999999,\r\n");
        Assert.Equal((0, 0, 1), import.Counts());
        Assert.Equal(
            ["1 qualifier wrong_type", "1 regionCode region_unknown", "1 value wrong_type"],
            (await service.Problems(import)).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task An_officer_brings_figures_of_the_own_region_and_of_no_other()
    {
        var import = await service.AReadImport(
            Heads
                + "V-1,年报,services,1,确数,services,x,2024,S,331083,\r\n"
                + "V-2,年报,services,1,确数,services,x,2024,S,331000,\r\n"
                + "V-3,年报,services,1,确数,services,x,2024,S,,\r\n",
            "published-figures",
            client: service.Officer("331083")
        );
        Assert.Equal((1, 0, 2), import.Counts());
        Assert.Equal(["2 regionCode region_not_yours", "3 regionCode region_not_yours"], await service.Problems(import));
    }

    [Fact]
    public async Task A_computed_figure_of_another_unit_stands_beside_nothing()
    {
        await Import(Heads + "U-1,年报,services,3,确数,persons,x,2024,S,,\r\n");
        Assert.Null((await Figure("U-1"))["computed"]);
    }

    private Task<JsonNode> Import(string text) => service.AReadImport(text, "published-figures");

    private async Task<JsonNode> Figure(string code) => (await Figures("")).Single(figure => figure.Text("code") == code);

    private async Task<IReadOnlyList<JsonNode>> Figures(string query) =>
        [.. (await service.Officer().Read("/v1/reports/published" + query))["figures"]!.AsArray().Select(figure => figure!)];

    private async Task<IReadOnlyList<JsonNode>> Totals(string query) =>
        [.. (await service.Officer().Read("/v1/reports/published" + query))["totals"]!.AsArray().Select(total => total!)];

    private static IEnumerable<string> Codes(JsonNode total, string member) =>
        total[member]!.AsArray().Select(code => code!.GetValue<string>());

    private static decimal Value(JsonNode node) => decimal.Parse(node["value"]!.ToString(), CultureInfo.InvariantCulture);
}
