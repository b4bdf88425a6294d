using System.Globalization;
using System.Net;
using System.Text;
using Dispatch.Api.Tests.Features.Rights;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Xunit;

namespace Dispatch.Api.Tests.Features.Imports;

/// <summary>What editors and spreadsheets do to a file, and where exactly its limits are.</summary>
public sealed class FileShapesTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Heading = "source,number,team,name\n";
    private const int MostRows = 20_000;
    private const int LongestCell = 10_000;

    [Fact]
    public async Task Dates_numbers_and_gaps_of_a_workbook_are_read_as_they_look()
    {
        var lines = Files.PastServices("XL-1").Split("\r\n");
        var headings = lines[0].Split(',');
        var cells = lines[1].Split(',').Select(object? (cell) => cell).ToArray();
        var day = new DateTime(2024, 5, 2).ToOADate();
        cells[Array.IndexOf(headings, "电话")] = new Files.AsStored("1.3800138E10");
        cells[Array.IndexOf(headings, "受理时间")] = new DateTime(2024, 5, 1, 9, 0, 0);
        // 14:00 as a spreadsheet that keeps five places would have it: a third of a second too early.
        cells[Array.IndexOf(headings, "服务开始")] = new Files.AsStored((day + 0.58333).ToString("0.00000", CultureInfo.InvariantCulture));
        cells[Array.IndexOf(headings, "服务分钟")] = null;
        var import = await service.AReadImport(Files.Workbook([.. headings], cells), "past_services");
        Assert.True(import.Counts() == (1, 0, 0), string.Join(' ', await service.Problems(import)));
        var id = await service.Stored<string>("select cast(request_id as text) from help_request where external_number = 'XL-1'", new { });
        var request = await service.Officer().Read($"/v1/requests/{id}");
        Assert.Equal("+8613800138000", request["requester"]!.Text("phone"));
        Assert.Equal("2024-05-01T01:00:00Z", request.Text("createdAt"));
        var timeline = (await service.Officer().Read($"/v1/requests/{id}/timeline"))["items"]!.AsArray();
        Assert.Equal(
            "2024-05-02T06:00:00Z",
            timeline.First(entry => entry!.Text("subject") == "visit" && entry!.Text("action") == "begin")!.Text("at")
        );
        Assert.Equal(90, await service.Stored<long>("select minutes from visit where cast(request_id as text) = @id", new { id }));
    }

    [Fact]
    public async Task The_row_of_a_problem_is_the_row_of_the_file()
    {
        var workbook = Files.Workbook(
            ["source", "number", "team", "name"],
            ["旧", "R-1", "E-331083-1", "甲"],
            [null, null, null, null],
            ["旧", "R-2", "nobody", "乙"]
        );
        Assert.Equal(["3 team team_unknown"], await service.Problems(await service.AReadImport(workbook, "members")));
        const string Lines = """
            {"source":"旧","number":"R-3","team":"E-331083-1","name":"甲"}

            {"source":"旧","number":"R-4","team":"nobody","name":"乙"}
            """;
        Assert.Equal(["3 team team_unknown"], await service.Problems(await service.AReadImport(Lines, "members")));
    }

    [Fact]
    public async Task The_column_of_a_problem_is_the_one_it_stands_in_and_not_the_one_before()
    {
        var file =
            "source,number,requesterKind,name,phone,text,regionCode,address\n"
            + $"12345,C-1,farmer,种植户,13900130001,叶子发黄,331083,{new string('路', 201)}\n";
        var problems = await service.Problems(await service.AReadImport(file, "requests", dryRun: true));
        Assert.Equal(["1 address maximum_length"], problems);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task A_line_break_within_quotes_is_part_of_the_cell(string lineBreak)
    {
        var number = $"Q{lineBreak.Length}";
        var file =
            $"source,number,requesterKind,name,phone,text,regionCode,skills\n12345,{number},farmer,种植户,13900130001,\"叶子发黄。{lineBreak}果子小，\"\"请来看看\"\"\",331083,agr-citrus\n";
        Assert.Equal((1, 0, 0), (await service.AReadImport(file, "requests")).Counts());
        var id = await service.Stored<string>(
            "select cast(request_id as text) from help_request where external_number = @number",
            new { number }
        );
        Assert.Equal(
            "叶子发黄。\n果子小，\"请来看看\"",
            (await service.Officer().Read($"/v1/requests/{id}")).Text("text").Replace("\r\n", "\n", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_apostrophe_before_a_formula_of_our_own_files_is_no_part_of_the_cell()
    {
        Assert.Equal((1, 0, 0), (await service.AReadImport(Heading + "旧,'=A-1,E-331083-1,甲\n", "members")).Counts());
        Assert.Equal((0, 1, 0), (await service.AReadImport(Heading + "旧,=A-1,E-331083-1,甲\n", "members")).Counts());
    }

    [Fact]
    public async Task A_file_of_problems_starts_no_formula_in_a_spreadsheet()
    {
        using var answer = await service
            .Officer()
            .Post(
                "/v1/imports?kind=members&fileName=%3Dcmd.csv",
                new StringContent(Heading + "旧,F-1,nobody,甲\n", Encoding.UTF8, "text/csv")
            );
        var import = (await answer.Json()).Id();
        await service.WorkImports();
        var file = await service.Officer().GetStringAsync($"/v1/imports/{import}/problems/file");
        Assert.Contains("\n'=cmd.csv,1,", file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_is_what_it_says_and_one_more_is_refused()
    {
        await Taken(Heading + string.Concat(Enumerable.Range(0, MostRows).Select(at => $"旧,{at},E,甲\n")));
        await Taken(Heading + $"旧,1,E,{new string('甲', LongestCell)}\n");
        await Refused(Heading + $"旧,1,E,{new string('甲', LongestCell + 1)}\n", "cell_too_long");
        await service.Officer().PostNamed(new string('a', 100)).Must(HttpStatusCode.Accepted);
        await service.Officer().PostNamed(new string('a', 101)).MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        // Bytes: what is left of ten megabytes is spaces, which are no cells.
        var most = Encoding.UTF8.GetBytes(Heading + "旧,1,E,甲\n");
        await Taken([.. most, .. Enumerable.Repeat((byte)' ', (10 * 1024 * 1024) - most.Length)]);
        await service.WorkImports();
    }

    [Fact]
    public async Task A_published_text_may_be_as_long_as_it_says()
    {
        static string Row(string code, int length) => $"{code},年报,services,1,确数,services,{new string('说', length)},2024,S,\n";
        var import = await service.AReadImport(
            "code,document,indicator,value,qualifier,unit,what,period,kind,regionCode\n"
                + Row("T-1", 500)
                + Row("T-2", 501)
                + Row(new string('T', 40), 1)
                + Row(new string('U', 41), 1),
            "published_figures"
        );
        Assert.Equal((2, 0, 2), import.Counts());
        Assert.Equal(["2 what maximum_length", "4 code maximum_length"], await service.Problems(import));
    }

    [Fact]
    public async Task A_workbook_that_counts_its_dates_from_1904_is_refused()
    {
        using var bytes = new MemoryStream();
        bytes.Write(Files.Workbook(["source", "number", "team", "name"], ["旧", "1", "E", "甲"]));
        using (var document = SpreadsheetDocument.Open(bytes, isEditable: true))
        {
            document.WorkbookPart!.Workbook.InsertAt(new WorkbookProperties { Date1904 = true }, 0);
        }

        await Refused(bytes.ToArray(), "xlsx_dates_1904");
    }

    private Task Taken(string text) => Taken(Encoding.UTF8.GetBytes(text));

    private async Task Taken(byte[] file)
    {
        var import = (await service.Officer().PostFile(file, "members", dryRun: true).Must(HttpStatusCode.Accepted)).Id();
        // Nothing is to be read here: that it is taken is what counts.
        await service.Write("update import_run set state = 'failed' where import_id = @import", new { import });
    }

    private Task Refused(string text, string code) => Refused(Encoding.UTF8.GetBytes(text), code);

    private async Task Refused(byte[] file, string code)
    {
        var problem = await service.Officer().PostFile(file, "members").MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Equal(code, problem["errors"]![0]!.Text("code"));
    }
}

file static class Named
{
    public static Task<HttpResponseMessage> PostNamed(this HttpClient client, string fileName) =>
        client.Post(
            $"/v1/imports?kind=members&dryRun=true&fileName={fileName}",
            new StringContent("source,number,team,name\n旧,1,E,甲\n", Encoding.UTF8, "text/csv")
        );
}
