using System.Text;
using System.Text.Json.Nodes;
using CsvHelper;
using Dispatch.Api.Features.Exports;
using Dispatch.Api.Http;
using Xunit;

namespace Dispatch.Api.Tests.Features.Exports;

/// <summary>What is written is read back by those who read it: by CsvHelper, by LibreOffice, as JSON.</summary>
public sealed class SheetWriterTests
{
    private static readonly Column[] Columns =
    [
        new("name", new Text("名称", "Name"), CellKind.Text, 20),
        new("times", new Text("次数", "Times"), CellKind.Whole),
        new("hours", new Text("学时", "Hours"), CellKind.Number),
        new("amount_yuan", new Text("金额（元）", "Amount (yuan)"), CellKind.Money),
        new("day", new Text("日期", "Day"), CellKind.Date),
        new("done_at", new Text("完成时间", "Done at"), CellKind.Instant, 20),
        new("link", new Text("记录", "Record"), CellKind.Link),
    ];

    private static readonly DateTimeOffset Evening = new(2026, 6, 30, 16, 30, 5, TimeSpan.Zero);

    /// <summary>What somebody could type into a name so that a spreadsheet runs it: S-CSV.</summary>
    private static readonly string[] Hostile =
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1:A9)",
        "=cmd|' /C calc'!A0",
        "=HYPERLINK(\"http://example.test\",\"看\")",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "  =1+1",
        "　=1+1",
        "\"=1+1\"",
        "\"\"=1+1",
        "'=1+1",
        "＝1+1",
        "＋1+1",
        "－1+1",
        "＠SUM(A1)",
        ",=1+1",
        ";=1+1",
    ];

    [Fact]
    public async Task A_csv_is_read_back_by_its_columns()
    {
        var bytes = await Written(SheetFormat.Csv);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var text = Encoding.UTF8.GetString(bytes[3..]);
        Assert.Equal("name,times,hours,amount_yuan,day,done_at,link", text.Split("\r\n")[0]);
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        using var csv = CsvReader.FromText(text);
        Assert.True(csv.Read());
        Assert.Equal("玉环文旦“一号”队, \"甲\"\n第二行", csv.GetString("name"));
        Assert.Equal("6176", csv.GetString("times"));
        Assert.Equal("2.5", csv.GetString("hours"));
        Assert.Equal("1000000000.01", csv.GetString("amount_yuan"));
        Assert.Equal("2026-06-30", csv.GetString("day"));
        Assert.Equal("2026-07-01T00:30:05+08:00", csv.GetString("done_at"));
        Assert.Equal("/v1/requests/1", csv.GetString("link"));
        Assert.True(csv.Read());
        Assert.All(Columns, column => Assert.Equal("", csv.GetString(column.Name)));
        Assert.False(csv.Read());
    }

    [Fact]
    public async Task A_json_is_an_array_of_objects_with_every_column()
    {
        var rows = JsonNode.Parse(await Written(SheetFormat.Json))!.AsArray();
        Assert.Equal(2, rows.Count);
        Assert.Equal(["name", "times", "hours", "amountYuan", "day", "doneAt", "link"], rows[0]!.AsObject().Select(member => member.Key));
        Assert.Equal(1000000000.01m, rows[0]!["amountYuan"]!.GetValue<decimal>());
        Assert.Equal("2026-06-30T16:30:05.000Z", rows[0]!["doneAt"]!.GetValue<string>());
        Assert.All(rows[1]!.AsObject(), member => Assert.Null(member.Value));
    }

    [OfficeFact]
    public async Task A_spreadsheet_opens_with_typed_cells_and_a_heading_in_the_language_of_the_reader()
    {
        var chinese = await Opened.ByOffice(await Written(SheetFormat.Xlsx), "xlsx");
        Assert.Equal(Columns.Select(column => column.Heading.Zh), chinese[0].Take(Columns.Length).Select(cell => cell.Text));
        var row = chinese[1];
        Assert.Equal(["string", "float", "float", "float", "date", "date", "string"], row.Take(Columns.Length).Select(cell => cell.Type));
        Assert.Equal("玉环文旦“一号”队, \"甲\"\n第二行", row[0].Text);
        Assert.Equal("6176", row[1].Value);
        Assert.Equal("2.5", row[2].Value);
        Assert.Equal("1000000000.01", row[3].Value);
        Assert.Equal("1,000,000,000.01", row[3].Text);
        Assert.Equal("2026-06-30", row[4].Value);
        Assert.Equal("2026-07-01T00:30:05", row[5].Value);
        Assert.Equal("2026-07-01 00:30:05", row[5].Text);
        var english = await Opened.ByOffice(await Written(SheetFormat.Xlsx, Language.English), "xlsx");
        Assert.Equal(Columns.Select(column => column.Heading.En), english[0].Take(Columns.Length).Select(cell => cell.Text));
    }

    [OfficeFact]
    public async Task No_text_of_a_spreadsheet_is_a_formula_and_each_opens_as_it_was_written()
    {
        string[] texts = [.. Hostile, "_x0041_", "+8613800138000", "\u0001\u000b", "half \ud83d a letter", "007", "1e5", "2026-06-01"];
        var opened = await Opened.ByOffice(await Written(SheetFormat.Xlsx, texts), "xlsx");
        Assert.Equal(texts.Length + 1, opened.Count);
        foreach (var (text, cell) in texts.Zip(opened.Skip(1).Select(row => row[0])))
        {
            Assert.Null(cell.Formula);
            Assert.Equal("string", cell.Type);
            var shown = text.Replace("\r", "", StringComparison.Ordinal).Replace('\ud83d', '\ufffd');
            Assert.True(text.Any(char.IsControl) || cell.Text == shown, $"{text} opens as {cell.Text}");
        }
    }

    [OfficeFact]
    public async Task No_cell_of_a_csv_is_a_formula()
    {
        var opened = await Opened.ByOffice(await Written(SheetFormat.Csv, Hostile), "csv");
        Assert.Equal(Hostile.Length + 1, opened.Count);
        foreach (var (text, cell) in Hostile.Zip(opened.Skip(1).Select(row => row[0])))
        {
            Assert.Null(cell.Formula);
            Assert.True(cell.Type == "string", $"{text} opens as a {cell.Type}: {cell.Text}");
        }
    }

    [OfficeFact]
    public async Task A_csv_opens_with_numbers_days_and_a_phone_that_keeps_its_plus()
    {
        var opened = await Opened.ByOffice(await Written(SheetFormat.Csv), "csv");
        Assert.Equal(["string", "float", "float", "float", "date"], opened[1].Take(5).Select(cell => cell.Type));
        Assert.Equal("玉环文旦“一号”队, \"甲\"\n第二行", opened[1][0].Text);
        var phone = (await Opened.ByOffice(await Written(SheetFormat.Xlsx, ["+8613800138000"]), "xlsx"))[1][0];
        Assert.Equal("+8613800138000", phone.Text);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("xlsx")]
    [InlineData("json")]
    public async Task A_row_is_written_before_the_next_is_read_and_little_waits(string format)
    {
        const int Rows = 20_000;
        using var stream = new Outflow();
        var (read, most) = (0, 0L);
        var sheet = new Sheet(new Text("表", "Table"), "table", Columns, Source().ToAsyncEnumerable());
        var given = 0L;
        using (var writer = SheetFormats.Writer(Enum.Parse<SheetFormat>(format, ignoreCase: true), stream, sheet, Language.Chinese))
        {
            var written = 0;
            await foreach (var row in sheet.Rows)
            {
                writer.Row(row);
                Assert.Equal(++written, read);
                most = Math.Max(most, stream.Length - given);
                given += stream.Take()?.Length ?? 0;
            }
        }

        given += stream.Take(all: true)?.Length ?? 0;
        Assert.Equal(stream.Length, given);
        Assert.InRange(most, 1, Outflow.Piece + 128 * 1024);
        Assert.True(given > Outflow.Piece, $"{given} bytes are one piece");

        IEnumerable<object?[]> Source()
        {
            while (read < Rows)
            {
                read++;
                yield return [Guid.NewGuid().ToString(), (long)read, 1.5m, 100L, new DateOnly(2026, 6, 1), Evening, "/v1/requests/" + read];
            }
        }
    }

    [Fact]
    public async Task More_rows_than_are_wanted_are_not_written()
    {
        var sheet = Sheet([
            ["甲", null, null, null, null, null, null],
            ["乙", null, null, null, null, null, null],
        ]);
        Assert.Null(await SheetWriter.AllOf(sheet, SheetFormat.Csv, Language.Chinese, 1, CancellationToken.None));
        Assert.NotNull(await SheetWriter.AllOf(sheet, SheetFormat.Csv, Language.Chinese, 2, CancellationToken.None));
    }

    private static Task<byte[]> Written(SheetFormat format, Language language = Language.Chinese) =>
        Written(
            format,
            Sheet([
                ["玉环文旦“一号”队, \"甲\"\n第二行", 6176L, 2.5m, 100_000_000_001L, new DateOnly(2026, 6, 30), Evening, "/v1/requests/1"],
                [null, null, null, null, null, null, null],
            ]),
            language
        );

    private static Task<byte[]> Written(SheetFormat format, string[] texts) =>
        Written(format, Sheet([.. texts.Select(text => new object?[] { text, 1L, null, null, null, null, null })]), Language.Chinese);

    private static async Task<byte[]> Written(SheetFormat format, Sheet sheet, Language language) =>
        (await SheetWriter.AllOf(sheet, format, language, int.MaxValue, CancellationToken.None))!;

    private static Sheet Sheet(object?[][] rows) => new(new Text("表", "Table"), "table", Columns, rows.ToAsyncEnumerable());
}
