using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Dispatch.Api.Tests.Features.MonthlyReport;

/// <summary>The monthly report of a union: its figures, that nothing in it runs, and how it prints.</summary>
public sealed partial class ShowMonthlyReportTests(ShowMonthlyReportTests.AMonth service) : IClassFixture<ShowMonthlyReportTests.AMonth>
{
    private const string Yuhuan = "331083";
    private const string Hostile = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>{{7*7}}</style></svg>";

    /// <summary>A month in which something happened.</summary>
    public sealed class AMonth : RunningService
    {
        protected override async Task Begin()
        {
            for (var at = 0; at < 3; at++)
            {
                await Given.ACompletedVisit(
                    report: new
                    {
                        findings = "根系积水，缺镁。",
                        minutes = 80,
                        personTimes = 4,
                        problems = new[]
                        {
                            new
                            {
                                title = "叶片发黄",
                                skill = "agr-citrus",
                                result = "solved",
                            },
                            new
                            {
                                title = "果子小",
                                skill = "agr-citrus",
                                result = "partly",
                            },
                        },
                        trainings = new[]
                        {
                            new
                            {
                                topic = "文旦施肥",
                                skill = "agr-citrus",
                                sessions = 1,
                                attendances = 40,
                                people = 30,
                                hours = 2.5,
                            },
                        },
                        benefits = new[]
                        {
                            new
                            {
                                kind = "cost_saved",
                                amountFen = 123_456_700,
                                basis = "少用肥料",
                            },
                        },
                    }
                );
            }

            await using var raw = Raw();
            await raw.OpenAsync();
            await using var rename = raw.CreateCommand();
            rename.CommandText = "update team set name = @name where code = @code";
            Add("name", Hostile);
            Add("code", Tests.Given.Expert);
            Assert.Equal(1, await rename.ExecuteNonQueryAsync());
            Clock.SetShanghai("2026-07-02 09:00");

            void Add(string name, string value)
            {
                var parameter = rename.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, value);
                rename.Parameters.Add(parameter);
            }
        }
    }

    [Fact]
    public async Task It_says_the_figures_of_the_month_with_unit_qualifier_and_definition()
    {
        var page = await Page();
        Assert.Contains("玉环市 · 2026 年 6 月", page, StringComparison.Ordinal);
        Assert.Contains("统计期间 2026-06-01 至 2026-06-30（北京时间）", page, StringComparison.Ordinal);
        Assert.Contains(
            "开展服务 <b>3</b> 次、<b>12</b> 人次，发现问题 <b>6</b> 个，解决 <b>3</b> 个（解决率 50.0%），培训 <b>120</b> 人次",
            Flat(page),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "产生经济效益 <b>3,703,701</b> 元，其中凭证据确认 <b>0</b> 元、预计 <b>3,703,701</b> 元",
            Flat(page),
            StringComparison.Ordinal
        );
        Assert.Contains("销售额、产值、缓交、捐赠一律不计", page, StringComparison.Ordinal);
        Assert.Contains("人次 · 确数", page, StringComparison.Ordinal);
        Assert.Contains("由记录计算", page, StringComparison.Ordinal);
        Assert.DoesNotContain("本月尚未结束", page, StringComparison.Ordinal);
        Assert.Contains("本月尚未结束", await Page("2026-07"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_the_same_in_English()
    {
        using var answer = await Ask("2026-06", "en");
        Assert.Equal("en", answer.Content.Headers.ContentLanguage.Single());
        var page = Flat(await answer.Content.ReadAsStringAsync());
        Assert.Contains("<html lang=\"en\">", page, StringComparison.Ordinal);
        Assert.Contains("gave <b>3</b> services with <b>12</b> person-times", page, StringComparison.Ordinal);
        Assert.Contains("sales, output, deferred fees and donations never enter", page, StringComparison.Ordinal);
        Assert.DoesNotContain("月报", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_what_was_asked_and_nobody_had_the_skill_for()
    {
        await new LonelyCounty(service, "cra-pottery").Dispatched();
        var officer = service.Officer(LonelyCounty.Province);
        var chinese = Flat(await Page("2026-07", null, officer));
        Assert.Contains("未满足的需求", chinese, StringComparison.Ordinal);
        Assert.Contains("<td>坭兴陶与陶艺制作</td><td>宜宾市</td><td>0</td><td>1</td><td>0</td>", chinese, StringComparison.Ordinal);
        var english = Flat(await Page("2026-07", "en", officer));
        Assert.Contains("Unmet needs", english, StringComparison.Ordinal);
        Assert.Contains(
            "<td>Nixing and studio pottery</td><td>宜宾市</td><td>0</td><td>1</td><td>0</td>",
            english,
            StringComparison.Ordinal
        );
        Assert.Contains("所需技能都有队伍", await Page(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_totals_are_those_of_the_summary_and_of_the_regions_below()
    {
        var page = await Page("2026-06", null, service.Officer("331000"));
        var rows = Row().Matches(page).Select(row => (Name: row.Groups["name"].Value, Services: row.Groups["first"].Value)).ToList();
        Assert.Equal("3", rows.Single(row => row.Name == "玉环市").Services);
        Assert.Equal("3", rows.Single(row => row.Name == "合计").Services);
        var summary = await service.Officer("331000").Read("/v1/reports/summary?from=2026-06-01&to=2026-06-30");
        var services = summary["figures"]!.AsArray().Single(figure => figure!.Text("indicator") == "services")![
            "value"
        ]!.GetValue<decimal>();
        Assert.Equal(services.ToString("0", CultureInfo.InvariantCulture), rows.Single(row => row.Name == "合计").Services);
    }

    [Fact]
    public async Task A_name_cannot_become_a_tag_and_the_page_may_load_nothing_but_its_own_style()
    {
        using var answer = await Ask("2026-06");
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(
            @"\son\w+\s*=",
            Tag().Replace(page, tag => tag.Value.Contains("<td>", StringComparison.Ordinal) ? "" : tag.Value)
        );
        Assert.DoesNotMatch(@"<[^>]+\s(style|href|src)\s*=", page);
        Assert.Equal(2, Style().Count(page) + Regex.Count(page, "</style>"));
        var style = Style().Match(page).Groups["css"].Value;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.Equal(
            $"default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            answer.Headers.GetValues("Content-Security-Policy").Single()
        );
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("2026-13")]
    [InlineData("2026-6")]
    [InlineData("2026-08")]
    [InlineData("0001-01")]
    [InlineData("junk")]
    public async Task What_is_no_month_or_is_yet_to_come_has_no_report(string month) =>
        await service.Officer(Yuhuan).GetAsync($"/v1/reports/monthly/{month}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");

    [Fact]
    public async Task It_is_for_the_officers_of_the_region()
    {
        await service
            .Officer("331102")
            .GetAsync($"/v1/reports/monthly/2026-06?region={Yuhuan}")
            .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        Assert.DoesNotContain("alert(1)", await Page("2026-06", null, service.Officer("331102")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_month_without_anything_is_a_page_too()
    {
        var page = await Page("2025-01");
        Assert.Contains("本月没有完成的服务", page, StringComparison.Ordinal);
        Assert.Contains("开展服务 <b>0</b> 次", Flat(page), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task It_prints_on_A4_with_running_heads_and_page_numbers()
    {
        var printed = await PrintedPage.Of(service.Officer(Yuhuan), "/v1/reports/monthly/2026-06");
        Assert.InRange(printed.WidthMm, 209.5, 210.5);
        Assert.InRange(printed.HeightMm, 296.5, 297.5);
        Assert.InRange(printed.Pages, 2, 4);
        foreach (var words in new[] { "劳模工匠技术服务月报", "近十二个月走势", "分地区情况", "各项数字如何得出", "3,703,701" })
        {
            Assert.Contains(words, printed.Text, StringComparison.Ordinal);
        }

        for (var at = 1; at <= printed.Pages; at++)
        {
            Assert.Matches($@"\b{at}\s*/\s*{printed.Pages}\b", printed.Text);
        }

        // What a browser would have run is there to be read.
        Assert.Contains("<script>alert(1)</script>", printed.Text, StringComparison.Ordinal);
        var heads = printed.Text.Split('\f', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(page => page.TrimStart().Split('\n')[0]);
        Assert.All(heads, head => Assert.Contains("玉环市", head, StringComparison.Ordinal));
    }

    private async Task<string> Page(string month = "2026-06", string? language = null, HttpClient? client = null)
    {
        using var answer = await Ask(month, language, client);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<HttpResponseMessage> Ask(string month, string? language = null, HttpClient? client = null)
    {
        using var asking = new HttpRequestMessage(HttpMethod.Get, $"/v1/reports/monthly/{month}");
        if (language is not null)
        {
            asking.Headers.Add("Accept-Language", language);
        }

        return await (client ?? service.Officer(Yuhuan)).SendAsync(asking);
    }

    private static string Flat(string page) => Spaces().Replace(page, " ");

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex("<td>.*?</td>", RegexOptions.Singleline, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex("<style>(?<css>.*?)</style>", RegexOptions.Singleline, 1000)]
    private static partial Regex Style();

    [GeneratedRegex("<tr class=\"[a-z]*\"><td>(?<name>[^<]*)</td><td>(?<first>[^<]*)</td>", RegexOptions.None, 1000)]
    private static partial Regex Row();
}
