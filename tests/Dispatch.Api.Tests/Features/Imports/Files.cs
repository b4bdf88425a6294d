using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Dispatch.Api.Tests.Features.Imports;

/// <summary>Files as offices hand them over.</summary>
internal static class Files
{
    public const string Members =
        "来源系统*,外部编号*,所属队伍*,姓名*,是否队长\r\n旧台账,M-1,E-331083-1,队员甲,否\r\n旧台账,M-2,E-331083-1,队员乙,是\r\n";

    /// <summary>A service of 2024 with everything a row may tell; each test has numbers of its own.</summary>
    public static string PastServices(params string[] numbers) =>
        "来源系统,外部编号,求助人类型,求助人,电话,求助内容,行政区划代码,技能,服务队伍,受理时间,服务开始,服务结束,服务情况,服务分钟,服务人次,问题与结果,培训主题,培训场次,培训人次,培训学时,效益类别,效益金额元,效益依据,办理结果,结果说明,求助人确认,满意度\r\n"
        + string.Concat(
            numbers.Select(number =>
                $"旧台账,{number},农户,文旦种植户甲,13800138000,文旦叶子发黄,331083,agr-citrus,E-331083-1,2024-05-01 09:00,2024-05-02 14:00,2024-05-02 15:30,根系积水,90,2,根系积水|已解决;缺镁|部分解决,修剪,1,12,1.5,节约成本,1200.50,农户自报,已解决,开沟排水,是,5\r\n"
            )
        );

    public static string Requests(int count, string prefix) =>
        "source;number;requesterKind;name;phone;text;regionCode;skills\n"
        + string.Concat(
            Enumerable
                .Range(1, count)
                .Select(at =>
                    $"12345;{prefix}{at};farmer;种植户{prefix}{at};1390013{at:0000};文旦叶子发黄，请来看看{at};331083;agr-citrus\n"
                )
        );

    public static Task<HttpResponseMessage> PostFile(
        this HttpClient client,
        byte[] file,
        string kind,
        bool dryRun = false,
        string? key = null,
        string mediaType = "text/csv"
    )
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue(mediaType);
        return client.Post($"/v1/imports?kind={kind}&dryRun={(dryRun ? "true" : "false")}&fileName=old.csv", content, key);
    }

    public static Task<JsonNode> AnImport(
        this RunningService service,
        string text,
        string kind,
        bool dryRun = false,
        HttpClient? client = null
    ) => service.AnImport(Encoding.UTF8.GetBytes(text), kind, dryRun, client);

    public static Task<JsonNode> AnImport(
        this RunningService service,
        byte[] file,
        string kind,
        bool dryRun = false,
        HttpClient? client = null
    ) => (client ?? service.Officer()).PostFile(file, kind, dryRun).Must(HttpStatusCode.Accepted);

    /// <summary>The same, read to its end.</summary>
    public static async Task<JsonNode> AReadImport(
        this RunningService service,
        string text,
        string kind,
        bool dryRun = false,
        HttpClient? client = null
    ) => await service.AReadImport(Encoding.UTF8.GetBytes(text), kind, dryRun, client);

    public static async Task<JsonNode> AReadImport(
        this RunningService service,
        byte[] file,
        string kind,
        bool dryRun = false,
        HttpClient? client = null
    )
    {
        var import = (await service.AnImport(file, kind, dryRun, client)).Id();
        await service.WorkImports();
        return await (client ?? service.Officer()).Read($"/v1/imports/{import}");
    }

    public static async Task<IReadOnlyList<string>> Problems(this RunningService service, JsonNode import) =>
        [
            .. (await service.Officer().Read($"/v1/imports/{import.Id()}/problems"))["items"]!
                .AsArray()
                .Select(item => $"{item!["row"]} {item["column"]} {item.Text("code")}"),
        ];

    /// <summary>Taken, there already, refused.</summary>
    public static (int, int, int) Counts(this JsonNode import) =>
        (
            import["rows"]!["taken"]!.GetValue<int>(),
            import["rows"]!["thereAlready"]!.GetValue<int>(),
            import["rows"]!["refused"]!.GetValue<int>()
        );

    /// <summary>A number as a spreadsheet keeps it, which is not how it shows it.</summary>
    public sealed record AsStored(string Text);

    /// <summary>A workbook with shared texts, numbers and dates as spreadsheets write them.</summary>
    public static byte[] Workbook(params object?[][] rows)
    {
        using var bytes = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(bytes, SpreadsheetDocumentType.Workbook))
        {
            var book = document.AddWorkbookPart();
            book.Workbook = new Workbook();
            var texts = book.AddNewPart<SharedStringTablePart>();
            texts.SharedStringTable = new SharedStringTable();
            var data = new SheetData();
            var count = 0;
            foreach (var (row, at) in rows.Select((row, at) => (row, at)))
            {
                var line = new Row { RowIndex = (uint)at + 1 };
                foreach (var (value, column) in row.Select((value, column) => (value, column)))
                {
                    if (value is null)
                    {
                        continue;
                    }

                    var cell = new Cell { CellReference = $"{Letters(column)}{at + 1}" };
                    if (value is string text)
                    {
                        texts.SharedStringTable.AppendChild(new SharedStringItem(new Text(text)));
                        cell.DataType = CellValues.SharedString;
                        cell.CellValue = new CellValue((count++).ToString(System.Globalization.CultureInfo.InvariantCulture));
                    }
                    else if (value is AsStored stored)
                    {
                        cell.CellValue = new CellValue(stored.Text);
                    }
                    else if (value is DateTime moment)
                    {
                        cell.CellValue = new CellValue(moment.ToOADate().ToString("R", System.Globalization.CultureInfo.InvariantCulture));
                    }
                    else
                    {
                        cell.CellValue = new CellValue(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!);
                    }

                    line.AppendChild(cell);
                }

                data.AppendChild(line);
            }

            var sheet = book.AddNewPart<WorksheetPart>();
            sheet.Worksheet = new Worksheet(data);
            book.Workbook.AppendChild(
                new Sheets(
                    new Sheet
                    {
                        Id = book.GetIdOfPart(sheet),
                        SheetId = 1,
                        Name = "1",
                    }
                )
            );
        }

        return bytes.ToArray();
    }

    // Z is followed by AA.
    private static string Letters(int column) =>
        column < 26 ? $"{(char)('A' + column)}" : Letters((column / 26) - 1) + Letters(column % 26);

    /// <summary>Small on the wire, far too large unpacked.</summary>
    public static byte[] Bomb()
    {
        using var bytes = new MemoryStream();
        using (var package = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            using var part = package.CreateEntry("xl/worksheets/sheet1.xml").Open();
            var zeros = new byte[1024 * 1024];
            for (var megabyte = 0; megabyte < 101; megabyte++)
            {
                part.Write(zeros);
            }
        }

        return bytes.ToArray();
    }
}
