using System.Net;
using System.Text;
using Xunit;

namespace Dispatch.Api.Tests.Features.Imports;

public sealed class StartImportTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Heading = "来源系统,外部编号,所属队伍,姓名\r\n";

    [Fact]
    public async Task A_file_is_taken_at_once_and_read_in_the_background()
    {
        using var answer = await service.Officer("331083").PostFile(Encoding.UTF8.GetBytes(Members("S")), "members");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var begun = await answer.Json();
        Assert.Equal($"/v1/imports/{begun.Id()}", answer.Headers.Location!.OriginalString);
        Assert.Equal("waiting", begun.Text("state"));
        Assert.Equal(2, begun["rows"]!["ofAll"]!.GetValue<int>());
        await service.WorkImports();
        var done = await service.Officer("331083").Read($"/v1/imports/{begun.Id()}");
        Assert.Equal("done", done.Text("state"));
        Assert.Equal((2, 0, 0), done.Counts());
        Assert.Equal(2, done["rows"]!["done"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-8 with mark")]
    [InlineData("gb18030")]
    [InlineData("semicolons")]
    [InlineData("english")]
    [InlineData("ndjson")]
    [InlineData("xlsx")]
    public async Task Files_are_read_as_offices_have_them(string form)
    {
        var text = $"来源系统,外部编号,所属队伍,姓名,是否队长\r\n旧台账,{form}-1,E-331083-1,\"队员甲，原工会\",是\r\n";
        var file = form switch
        {
            "utf-8 with mark" => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
            "gb18030" => CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!.GetBytes(text),
            "semicolons" => Encoding.UTF8.GetBytes(text.Replace(',', ';')),
            "english" => Encoding.UTF8.GetBytes(
                text.Replace("来源系统,外部编号,所属队伍,姓名,是否队长", "source,number,team,name,leader", StringComparison.Ordinal)
            ),
            "ndjson" => Encoding.UTF8.GetBytes(
                $$"""{"source":"旧台账","number":"{{form}}-1","team":"E-331083-1","name":"队员甲，原工会","leader":true}"""
            ),
            "xlsx" => Files.Workbook(
                ["来源系统", "外部编号", "所属队伍", "姓名", "是否队长"],
                ["旧台账", "xlsx-1", "E-331083-1", "队员甲，原工会", "是"]
            ),
            _ => Encoding.UTF8.GetBytes(text),
        };
        Assert.Equal((1, 0, 0), (await service.AReadImport(file, "members")).Counts());
        Assert.Equal((0, 1, 0), (await service.AReadImport(file, "members")).Counts());
        var team = await service.Officer().Read($"/v1/teams/{RunningService.TeamId(Given.Expert)}");
        Assert.Contains(
            team["members"]!.AsArray(),
            member => member!["name"]!.GetValue<string>() == "队员甲，原工会" && member!["leader"]!.GetValue<bool>()
        );
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_at_once_and_says_why()
    {
        await Refused("", "file_empty");
        await Refused(Heading, "no_rows");
        await Refused("来源系统,外部编号,所属队伍,姓名,星座\r\n旧,1,E,甲,狮子\r\n", "heading_unknown");
        await Refused("来源系统,外部编号,姓名,姓名\r\n旧,1,甲,乙\r\n", "heading_twice");
        await Refused("来源系统,外部编号,姓名\r\n旧,1,甲\r\n", "column_missing");
        await Refused(Heading + "旧,1,E,甲,多\r\n", "cell_without_heading");
        await Refused(Heading + "旧,1,E,甲\r\n旧,1,E,乙\r\n", "number_twice");
        await Refused(Heading + "旧,1,E,\"甲\r\n", "csv_malformed");
        await Refused(Heading + $"旧,1,E,{new string('甲', 10_001)}\r\n", "cell_too_long");
        await Refused("""{"source":"旧","number":["1"]}""", "ndjson_malformed");
        await Refused("{\"source\":\"旧\"\n", "ndjson_malformed");
        await Refused([0xFF, 0xFE, 0x41, 0x00], "encoding_unknown");
        await Refused([0x61, 0xFF, 0xFF, 0x2C], "encoding_unknown");
        await Refused("PK\u0003\u0004 nothing"u8.ToArray(), "xlsx_unreadable");
        await Refused(Files.Bomb(), "xlsx_too_large");
        await Refused(Heading + string.Concat(Enumerable.Range(0, 20_001).Select(at => $"旧,{at},E,甲\r\n")), "too_many_rows");
    }

    [Fact]
    public async Task A_file_in_UTF_16_is_told_what_it_is()
    {
        var file = (byte[])[.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Members("U"))];
        var problem = await service.Officer().PostFile(file, "members").MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Contains("UTF-16", problem["errors"]![0]!.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_beyond_ten_megabytes_is_refused_in_words()
    {
        var problem = await service
            .Officer()
            .PostFile(new byte[(10 * 1024 * 1024) + 1], "members")
            .MustRefuse(HttpStatusCode.RequestEntityTooLarge, "body.too_large");
        Assert.Contains("10 MB", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kind_nobody_knows_is_refused()
    {
        await service.Officer().PostFile([1], "wishes").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
    }

    [Fact]
    public async Task The_same_send_twice_is_one_import_and_another_file_under_its_key_is_refused()
    {
        var (officer, key) = (service.Officer(), Guid.NewGuid().ToString());
        var file = Encoding.UTF8.GetBytes(Members("K"));
        var first = await officer.PostFile(file, "members", key: key).Must(HttpStatusCode.Accepted);
        using var again = await officer.PostFile(file, "members", key: key);
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(first.Id(), (await again.Json()).Id());
        await officer
            .PostFile(Encoding.UTF8.GetBytes(Members("L")), "members", key: key)
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "idempotency.key_reused");
        await officer
            .PostFile(file, "members", dryRun: true, key: key)
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "idempotency.key_reused");
    }

    [Fact]
    public async Task A_dry_run_says_what_would_come_of_it_and_keeps_nothing()
    {
        var before = await Members();
        var file = Members("D") + "旧台账,D-9,nobody,队员丁\r\n";
        var dry = await service.AReadImport(file, "members", dryRun: true);
        Assert.Equal((2, 0, 1), dry.Counts());
        Assert.True(dry["dryRun"]!.GetValue<bool>());
        Assert.Equal(["3 team team_unknown"], await service.Problems(dry));
        Assert.Equal(before, await Members());
        Assert.Equal((2, 0, 1), (await service.AReadImport(file, "members")).Counts());
        Assert.Equal((0, 2, 1), (await service.AReadImport(file, "members", dryRun: true)).Counts());
        Assert.Equal(before + 2, await Members());
    }

    [Fact]
    public async Task Problems_say_row_column_and_reason_in_both_languages_and_are_a_file_too()
    {
        var import = await service.AReadImport(
            "source,number,team,name,leader\nold,P-1,E-331083-1,好人,maybe\nold,P-2,E-331083-1,,no\nold,P-3,E-331083-1,队员戊,no\n",
            "members"
        );
        Assert.Equal((1, 0, 2), import.Counts());
        Assert.Equal(["1 leader wrong_type", "2 name missing"], await service.Problems(import));
        var page = await service.Officer().Read($"/v1/imports/{import.Id()}/problems?page_size=1");
        Assert.Equal("是否队长", page["items"]![0]!.Text("columnZh"));
        Assert.Equal("须为 是 或 否。", page["items"]![0]!.Text("reasonZh"));
        Assert.Equal("It must be yes or no.", page["items"]![0]!.Text("reasonEn"));
        Assert.Equal("name", (await service.Officer().Read(page.Text("next")))["items"]![0]!.Text("column"));
        var file = await service.Officer().GetByteArrayAsync($"/v1/imports/{import.Id()}/problems/file");
        Assert.Equal([0xEF, 0xBB, 0xBF], file[..3]);
        Assert.Contains(
            "old.csv,2,姓名,name,missing,必填。,It must not be empty.\r\n",
            Encoding.UTF8.GetString(file),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_template_is_read_back_by_its_own_headings()
    {
        foreach (var kind in new[] { "requests", "teams", "members", "past_services", "published_figures" })
        {
            var template = Encoding.UTF8.GetString(await service.Anonymous().GetByteArrayAsync($"/v1/imports/templates/{kind}"));
            var rows = template.TrimEnd() + "\r\n" + string.Join(',', template.TrimEnd().Split(',').Select(_ => "1")) + "\r\n";
            var import = await service.AReadImport(rows, kind, dryRun: true);
            Assert.Equal(1, import["rows"]!["done"]!.GetValue<int>());
        }

        await service.Anonymous().GetAsync("/v1/imports/templates/wishes").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task More_than_twenty_imports_do_not_wait_at_once()
    {
        for (var at = 0; at < 20; at++)
        {
            await service.AnImport(Members($"W{at}"), "members", dryRun: true);
        }

        await service
            .Officer()
            .PostFile(Encoding.UTF8.GetBytes(Members("W20")), "members", dryRun: true)
            .MustRefuse(HttpStatusCode.ServiceUnavailable, "service.overloaded");
        await service.WorkImports();
        await service.AReadImport(Members("W20"), "members", dryRun: true);
    }

    [Fact]
    public async Task An_import_is_its_region_s_and_nobody_else_s()
    {
        var import = (await service.AnImport(Members("R"), "members", client: service.Officer("331083"))).Id();
        await service.Officer("331000").Read($"/v1/imports/{import}");
        await service.Officer("331102").GetAsync($"/v1/imports/{import}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service.WorkImports();
    }

    private static string Members(string prefix) =>
        Heading + $"旧台账,{prefix}-1,E-331083-1,队员甲\r\n旧台账,{prefix}-2,E-331083-1,队员乙\r\n";

    private async Task<int> Members() =>
        (await service.Officer().Read($"/v1/teams/{RunningService.TeamId(Given.Expert)}"))["members"]!.AsArray().Count;

    private Task Refused(string text, string code) => Refused(Encoding.UTF8.GetBytes(text), code);

    private async Task Refused(byte[] file, string code)
    {
        var problem = await service.Officer().PostFile(file, "members").MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Equal(code, problem["errors"]![0]!.Text("code"));
    }
}
