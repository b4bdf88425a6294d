using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CsvHelper;
using Dispatch.Api.Tests.Http;
using Xunit;

namespace Dispatch.Api.Tests.Features.Exports;

/// <summary>The records behind the figures, for those whose region it is.</summary>
public sealed class ExportRecordsTests(ExportRecordsTests.Roomy service) : IClassFixture<ExportRecordsTests.Roomy>
{
    private const string Yuhuan = "331083";

    /// <summary>Many requests wait for one team.</summary>
    public sealed class Roomy : RunningService
    {
        protected override Task Begin() => this.MakeRoom();
    }

    private static readonly object Report = new
    {
        findings = "根系积水，缺镁。",
        minutes = 80,
        personTimes = 3,
        problems = new[]
        {
            new
            {
                title = "找王师傅 13800138000 看叶片发黄",
                skill = "agr-citrus",
                result = "solved",
            },
        },
        trainings = new[]
        {
            new
            {
                topic = "文旦施肥",
                skill = "agr-citrus",
                sessions = 2,
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
                amountFen = 1_234_567,
                basis = "少用肥料",
            },
        },
        results = new[]
        {
            new
            {
                kind = "method",
                title = "开沟排水法",
                number = (string?)null,
            },
        },
    };

    [Theory]
    [InlineData("requests")]
    [InlineData("visits")]
    [InlineData("problems")]
    [InlineData("trainings")]
    [InlineData("benefits")]
    [InlineData("achievements")]
    public async Task Every_kind_is_exported_in_every_format(string kind)
    {
        var (request, _) = await service.Given.ACompletedVisit(report: Report);
        var rows = await Rows($"/v1/exports/records/{kind}?region={Yuhuan}");
        var row = rows.Single(row => row!.Text("requestId") == request.ToString())!;
        Assert.Equal(Yuhuan, row.Text("regionCode"));
        Assert.Equal("玉环市", row.Text("regionName"));
        Assert.Equal($"/v1/requests/{request}", row.Text("link"));

        using var csv = await service.Officer(Yuhuan).GetAsync($"/v1/exports/records/{kind}");
        Assert.Equal("text/csv", csv.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith(
            $"{kind}-{Yuhuan}-20260101-20260601.csv",
            csv.Content.Headers.ContentDisposition?.FileName,
            StringComparison.Ordinal
        );
        Assert.True(csv.Headers.CacheControl?.NoStore);
        using var read = CsvReader.FromText((await csv.Content.ReadAsStringAsync()).TrimStart('\uFEFF'));
        var (lines, names) = (0, row.AsObject().Select(member => member.Key).ToList());
        while (read.Read())
        {
            lines++;
        }

        Assert.Equal(rows.Count, lines);
        Assert.Equal(names, read.Headers!.Select(Camel));

        using var xlsx = await service.Officer(Yuhuan).GetAsync($"/v1/exports/records/{kind}?format=xlsx");
        Assert.Equal("PK"u8.ToArray(), (await xlsx.Content.ReadAsByteArrayAsync())[..2]);
    }

    [Fact]
    public async Task What_is_exported_is_what_was_recorded()
    {
        var (request, visit) = await service.Given.ACompletedVisit(report: Report);
        var one = (await Rows("/v1/exports/records/visits")).Single(row => row!.Text("visitId") == visit.ToString())!;
        Assert.Equal("2026-06-01", one.Text("day"));
        Assert.Equal(3, one["personTimes"]!.GetValue<int>());
        Assert.Equal("lead", one.Text("role"));
        Assert.Equal(one.Text("teamId"), one.Text("leadTeamId"));
        var problem = Of(await Rows("/v1/exports/records/problems"), request);
        Assert.Equal("solved", problem.Text("result"));
        Assert.Equal(visit.ToString(), problem.Text("firstVisitId"));
        Assert.Equal("agr-citrus", problem.Text("skill"));
        var training = Of(await Rows("/v1/exports/records/trainings"), request);
        Assert.Equal(
            (40, 30, 2.5m),
            (training["attendances"]!.GetValue<int>(), training["people"]!.GetValue<int>(), training["hours"]!.GetValue<decimal>())
        );
        var benefit = Of(await Rows("/v1/exports/records/benefits"), request);
        Assert.Equal(
            ("yes", 12345.67m, "estimated"),
            (benefit.Text("isEconomic"), benefit["amountYuan"]!.GetValue<decimal>(), benefit.Text("proof"))
        );
        Assert.Equal("开沟排水法", Of(await Rows("/v1/exports/records/achievements"), request).Text("title"));
        var asked = Of(await Rows("/v1/exports/records/requests"), request);
        Assert.Equal(("in_progress", "2026-06-01"), (asked.Text("state"), asked.Text("receivedDay")));
    }

    [Fact]
    public async Task Nobody_is_named_in_it_and_words_are_masked()
    {
        var (request, _) = await service.Given.ACompletedVisit(report: Report, call: Given.PomeloCall(phone: "13911119999"));
        foreach (var kind in new[] { "requests", "visits", "problems", "trainings", "benefits", "achievements" })
        {
            var text = await service.Officer(Yuhuan).GetStringAsync($"/v1/exports/records/{kind}");
            Assert.Contains(request.ToString(), text, StringComparison.Ordinal);
            foreach (var secret in new[] { "13911119999", "13800138000", "文旦种植户甲", "清港镇", "王师傅" })
            {
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
            }
        }

        Assert.Contains("叶片发黄", Of(await Rows("/v1/exports/records/problems"), request).Text("title"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_what_is_confidential_there_are_no_words()
    {
        var (request, _) = await service.Given.ACompletedVisit(report: Report);
        await using (var raw = service.Raw())
        {
            await raw.OpenAsync();
            await using var change = raw.CreateCommand();
            change.CommandText =
                $"update help_request set confidentiality = 'process_secret' where reference = '{await Reference(request)}'";
            Assert.Equal(1, await change.ExecuteNonQueryAsync());
        }

        Assert.Null(Of(await Rows("/v1/exports/records/problems"), request)["title"]);
        Assert.Null(Of(await Rows("/v1/exports/records/trainings"), request)["topic"]);
        Assert.Null(Of(await Rows("/v1/exports/records/achievements"), request)["title"]);
    }

    [Fact]
    public async Task It_holds_the_region_and_the_days_that_were_asked_for()
    {
        var (request, _) = await service.Given.ACompletedVisit();
        Assert.Contains(request.ToString(), await Text("?from=2026-06-01&to=2026-06-01"), StringComparison.Ordinal);
        Assert.DoesNotContain(request.ToString(), await Text("?from=2026-05-01&to=2026-05-31"), StringComparison.Ordinal);
        Assert.DoesNotContain(
            request.ToString(),
            await service.Officer("331102").GetStringAsync("/v1/exports/records/visits"),
            StringComparison.Ordinal
        );
        await service
            .Officer(Yuhuan)
            .GetAsync("/v1/exports/records/visits?region=331102")
            .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        await service.Officer().GetAsync("/v1/exports/records/visits?format=pdf").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        await service
            .Officer()
            .GetAsync("/v1/exports/records/visits?from=2026-06-02&to=2026-06-01")
            .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        await service.Officer().GetAsync("/v1/exports/records/secrets").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");

        async Task<string> Text(string query) => await service.Officer(Yuhuan).GetStringAsync("/v1/exports/records/visits" + query);
    }

    [Theory]
    [InlineData("application/json", "application/json")]
    [InlineData(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, text/csv;q=0.5",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )]
    [InlineData("*/*", "text/csv")]
    public async Task Accept_chooses_the_format_where_the_query_does_not(string accept, string expected)
    {
        using var asking = new HttpRequestMessage(HttpMethod.Get, "/v1/exports/records/benefits");
        asking.Headers.Add("Accept", accept);
        using var answer = await service.Officer().SendAsync(asking);
        Assert.Equal(expected, answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Accept", string.Join(", ", answer.Headers.GetValues("Vary")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_summary_is_exported_with_unit_qualifier_and_source()
    {
        await service.Given.ACompletedVisit(report: Report);
        var summary = await service.Officer(Yuhuan).Read("/v1/reports/summary?groupBy=month");
        var rows = await Rows("/v1/exports/reports/summary?rows=month&columns=form");
        var total = rows.Single(row => row!["row"] is null && row.Text("indicator") == "services")!;
        Assert.Equal(
            summary["figures"]!.AsArray().Single(figure => figure!.Text("indicator") == "services")!["value"]!.GetValue<decimal>(),
            total["value"]!.GetValue<decimal>()
        );
        Assert.Equal(("services", "exact", "computed"), (total.Text("unit"), total.Text("qualifier"), total.Text("source")));
        Assert.Contains(rows, row => row!["row"]?.GetValue<string>() == "2026-06" && row["columnName"] is not null);
        Assert.Equal("/v1/indicators/services", total.Text("definition"));
        Assert.StartsWith("/v1/reports/records?indicator=services", total.Text("records"), StringComparison.Ordinal);
        await service.Officer().GetAsync("/v1/exports/reports/summary?columns=form").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        await service.Officer().GetAsync("/v1/exports/reports/secrets").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service.Officer().GetAsync("/v1/exports/reports/summary?rows=luck").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
    }

    [Fact]
    public async Task What_is_exported_adds_up_to_the_summary()
    {
        await service.Given.ACompletedVisit(report: Report);
        await service.Given.ACompletedVisit(report: Report);
        var (visits, problems, trainings, benefits) = (
            await Rows("/v1/exports/records/visits"),
            await Rows("/v1/exports/records/problems"),
            await Rows("/v1/exports/records/trainings"),
            await Rows("/v1/exports/records/benefits")
        );
        var figures = (await service.Officer(Yuhuan).Read("/v1/reports/summary"))["figures"]!.AsArray();
        // Every visit of the lead is a service; what supports did alone on one day is one.
        Assert.Equal(
            Figure("services"),
            visits
                .GroupBy(visit => (visit!.Text("requestId"), visit!.Text("day")))
                .Sum(day => Math.Max(1, day.Count(visit => visit!.Text("role") == "lead")))
        );
        Assert.Equal(Figure("service_person_times"), visits.Sum(visit => visit!["personTimes"]!.GetValue<decimal>()));
        Assert.Equal(Figure("problems_found"), problems.Count);
        Assert.Equal(Figure("problems_solved"), problems.Count(problem => problem!.Text("result") == "solved"));
        Assert.Equal(Figure("trained_person_times"), trainings.Sum(training => training!["attendances"]!.GetValue<decimal>()));
        Assert.Equal(
            Figure("economic_benefit_yuan"),
            benefits.Where(benefit => benefit!.Text("isEconomic") == "yes").Sum(benefit => benefit!["amountYuan"]!.GetValue<decimal>())
        );

        decimal Figure(string indicator) => figures.Single(figure => figure!.Text("indicator") == indicator)!["value"]!.GetValue<decimal>();
    }

    [Fact]
    public async Task Who_takes_records_away_stands_in_the_audit()
    {
        await service.As("officer", Yuhuan, subject: "taker").GetStringAsync("/v1/exports/records/visits");
        await service.As("officer", Yuhuan, subject: "taker").GetStringAsync("/v1/exports/reports/summary");
        var lines = (await service.As("auditor").Read("/v1/audit?actor=taker"))["items"]!.AsArray();
        Assert.Equal(["ExportRecords", "ExportReport"], lines.Select(line => line!.Text("action")).Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.Equal(Yuhuan, line!.Text("regionCode")));
    }

    private async Task<string> Reference(Guid request) => (await service.Officer().Read($"/v1/requests/{request}")).Text("reference");

    private static JsonNode Of(JsonArray rows, Guid request) => rows.Single(row => row!.Text("requestId") == request.ToString())!;

    private async Task<JsonArray> Rows(string path)
    {
        var client = service.Officer(Yuhuan);
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return (await client.Read(path)).AsArray();
    }

    private static string Camel(string name)
    {
        var words = name.Split('_');
        return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
