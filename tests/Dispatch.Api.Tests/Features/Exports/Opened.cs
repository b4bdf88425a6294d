using System.Globalization;
using System.Xml.Linq;

namespace Dispatch.Api.Tests.Features.Exports;

/// <summary>A cell as LibreOffice holds it.</summary>
/// <param name="Type">As OpenDocument says it: <c>string</c>, <c>float</c>, <c>date</c>; null: an empty cell.</param>
internal sealed record OpenedCell(string? Type, string Text, string? Value, string? Formula);

/// <summary>A table that LibreOffice has opened: every cell with its type.</summary>
internal static class Opened
{
    private static readonly XNamespace Table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0";
    private static readonly XNamespace Office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
    private static readonly XNamespace Words = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";

    /// <param name="ending">csv or xlsx.</param>
    public static async Task<IReadOnlyList<IReadOnlyList<OpenedCell>>> ByOffice(byte[] file, string ending)
    {
        var folder = Directory.CreateTempSubdirectory("dispatch-office-").FullName;
        try
        {
            var path = Path.Combine(folder, "table." + ending);
            await File.WriteAllBytesAsync(path, file);
            // Comma, double quote, UTF-8; every column as a person who opens the file gets it.
            string[] how = ending == "csv" ? ["--infilter=CSV:44,34,76,1"] : [];
            await OutsideProgram.Run(
                OutsideProgram.Office,
                [
                    "--headless",
                    "--norestore",
                    $"-env:UserInstallation=file://{folder}/profile",
                    .. how,
                    "--convert-to",
                    "fods",
                    "--outdir",
                    folder,
                    path,
                ]
            );
            return Cells(XDocument.Load(Path.Combine(folder, "table.fods"), LoadOptions.PreserveWhitespace));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<IReadOnlyList<OpenedCell>> Cells(XDocument document) =>
        [
            .. document
                .Descendants(Table + "table")
                .First()
                .Descendants(Table + "table-row")
                .Select(row => (IReadOnlyList<OpenedCell>)[.. row.Elements(Table + "table-cell").SelectMany(Repeated)])
                .Where(row => row.Any(cell => cell.Type is not null)),
        ];

    private static IEnumerable<OpenedCell> Repeated(XElement cell)
    {
        var times = (int?)cell.Attribute(Table + "number-columns-repeated") ?? 1;
        var opened = new OpenedCell(
            (string?)cell.Attribute(Office + "value-type"),
            string.Join('\n', cell.Elements(Words + "p").Select(Plain)),
            (string?)cell.Attribute(Office + "value") ?? (string?)cell.Attribute(Office + "date-value"),
            (string?)cell.Attribute(Table + "formula")
        );
        return Enumerable.Repeat(opened, Math.Min(times, 100));
    }

    // Several blanks, and tabs, are elements there.
    private static string Plain(XElement paragraph) =>
        string.Concat(
            paragraph
                .DescendantNodes()
                .Select(node =>
                    node switch
                    {
                        XText text => text.Value,
                        XElement blank when blank.Name == Words + "s" => new string(
                            ' ',
                            int.Parse((string?)blank.Attribute(Words + "c") ?? "1", CultureInfo.InvariantCulture)
                        ),
                        XElement tab when tab.Name == Words + "tab" => "\t",
                        _ => "",
                    }
                )
        );
}
