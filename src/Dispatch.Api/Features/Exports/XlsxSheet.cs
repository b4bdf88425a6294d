using System.Globalization;
using System.IO.Packaging;
using System.Text;
using System.Text.RegularExpressions;
using Dispatch.Api.Http;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;
using CellText = DocumentFormat.OpenXml.Spreadsheet.Text;
using ColumnWidth = DocumentFormat.OpenXml.Spreadsheet.Column;
using Page = DocumentFormat.OpenXml.Spreadsheet.Sheet;

namespace Dispatch.Api.Features.Exports;

/// <summary>
/// A spreadsheet of one page (ECMA-376): typed cells, a heading that stays in view. Text is text, whatever it begins with. The package is only ever
/// written onward: opened to be read too, it would hold all of itself in memory.
/// </summary>
internal sealed partial class XlsxSheet : SheetWriter
{
    private const string Main = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    private const string Relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
    private const int LongestName = 31;
    private const int LongestCell = 32_767;

    // Places in the list of styles, in the order of CellKind after the heading.
    private const uint HeadingStyle = 1;
    private const uint FirstKindStyle = 2;
    private const uint FirstOwnFormat = 164;

    private static readonly DateTime Epoch = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified);
    private static readonly string[] OwnFormats = ["#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"];

    private readonly Package package;
    private readonly Stream page;
    private readonly OpenXmlWriter xml;
    private readonly CellKind[] kinds;
    private readonly string name;

    public XlsxSheet(Stream stream, Sheet sheet, Language language)
    {
        package = Package.Open(stream, FileMode.Create, FileAccess.Write);
        kinds = [.. sheet.Columns.Select(column => column.Kind)];
        name = NameOf(sheet.Name.In(language));
        page = Part("/xl/worksheets/sheet1.xml", Main + "worksheet+xml", out _);
        xml = OpenXmlWriter.Create(page);
        xml.WriteStartElement(new Worksheet());
        xml.WriteElement(
            new SheetViews(
                new SheetView(
                    new Pane
                    {
                        VerticalSplit = 1,
                        TopLeftCell = "A2",
                        ActivePane = PaneValues.BottomLeft,
                        State = PaneStateValues.Frozen,
                    }
                )
                {
                    WorkbookViewId = 0,
                }
            )
        );
        xml.WriteElement(new Columns(sheet.Columns.Select(WidthOf)));
        xml.WriteStartElement(new SheetData());
        xml.WriteStartElement(new Row());
        foreach (var column in sheet.Columns)
        {
            Text(column.Heading.In(language), HeadingStyle);
        }

        xml.WriteEndElement();
    }

    public override void Row(object?[] cells)
    {
        xml.WriteStartElement(new Row());
        for (var at = 0; at < kinds.Length; at++)
        {
            var style = FirstKindStyle + (uint)kinds[at];
            switch (cells[at])
            {
                case null:
                    xml.WriteElement(new Cell { StyleIndex = style });
                    break;
                case string text:
                    Text(text, style);
                    break;
                case var value:
                    Number(Numbered(kinds[at], value), style);
                    break;
            }
        }

        xml.WriteEndElement();
    }

    public override void Dispose()
    {
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.Dispose();
        page.Dispose();
        WriteStyles();
        WriteBook();
        package.Close();
    }

    private static ColumnWidth WidthOf(Column column, int at) =>
        new()
        {
            Min = (uint)at + 1,
            Max = (uint)at + 1,
            Width = column.Width,
            CustomWidth = true,
        };

    private static double Numbered(CellKind kind, object value) =>
        kind switch
        {
            CellKind.Whole => (long)value,
            CellKind.Number => (double)(decimal)value,
            CellKind.Money => (double)Yuan((long)value),
            CellKind.Date => (((DateOnly)value).ToDateTime(TimeOnly.MinValue) - Epoch).TotalDays,
            // To the second: a fraction of a day has no exact milliseconds.
            _ => Math.Round((Local((DateTimeOffset)value) - Epoch).TotalSeconds) / TimeSpan.FromDays(1).TotalSeconds,
        };

    private void Number(double value, uint style) =>
        xml.WriteElement(new Cell(new CellValue(value.ToString("R", CultureInfo.InvariantCulture))) { StyleIndex = style });

    private void Text(string text, uint style) =>
        xml.WriteElement(
            new Cell(new InlineString(new CellText(Escaped(text)) { Space = SpaceProcessingModeValues.Preserve }))
            {
                DataType = CellValues.InlineString,
                StyleIndex = style,
            }
        );

    /// <summary>As a text of the format (ST_Xstring): what XML cannot hold, or would change, by its number; what looks like such a number too.</summary>
    private static string Escaped(string text)
    {
        if (text.Length > LongestCell)
        {
            text = text[..LongestCell];
        }

        var plain = Escape().Replace(text, "_x005F_");
        if (plain.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 && !plain.AsSpan().ContainsAnyInRange('\0', '\u001F'))
        {
            return plain;
        }

        var escaped = new StringBuilder(plain.Length);
        foreach (var rune in plain.EnumerateRunes())
        {
            // Half a letter comes as U+FFFD. A tab and a new line stand in XML as they are.
            if (rune.Value is < ' ' and not '\t' and not '\n')
            {
                escaped.Append(CultureInfo.InvariantCulture, $"_x{rune.Value:X4}_");
            }
            else
            {
                escaped.Append(rune);
            }
        }

        return escaped.ToString();
    }

    private static string NameOf(string wanted)
    {
        var fit = string.Concat(wanted.Select(letter => @"[]:*?/\".Contains(letter, StringComparison.Ordinal) ? ' ' : letter));
        return fit.Length > LongestName ? fit[..LongestName] : fit;
    }

    private Stream Part(string place, string contentType, out PackagePart part)
    {
        part = package.CreatePart(new Uri(place, UriKind.Relative), contentType, CompressionOption.Fast);
        return part.GetStream(FileMode.Create, FileAccess.Write);
    }

    private void WriteBook()
    {
        using (var stream = Part("/xl/workbook.xml", Main + "sheet.main+xml", out var book))
        using (var writer = OpenXmlWriter.Create(stream))
        {
            writer.WriteElement(
                new Workbook(
                    new Sheets(
                        new Page
                        {
                            Name = name,
                            SheetId = 1,
                            Id = "rId1",
                        }
                    )
                )
            );
            book.CreateRelationship(
                new Uri("worksheets/sheet1.xml", UriKind.Relative),
                TargetMode.Internal,
                Relation + "worksheet",
                "rId1"
            );
            book.CreateRelationship(new Uri("styles.xml", UriKind.Relative), TargetMode.Internal, Relation + "styles", "rId2");
        }

        package.CreateRelationship(new Uri("xl/workbook.xml", UriKind.Relative), TargetMode.Internal, Relation + "officeDocument", "rId1");
    }

    private void WriteStyles()
    {
        using var stream = Part("/xl/styles.xml", Main + "styles+xml", out _);
        using var writer = OpenXmlWriter.Create(stream);
        // Built in: 0 as it comes, 1 whole, 49 text.
        uint[] formats = [49, 1, 0, FirstOwnFormat, FirstOwnFormat + 1, FirstOwnFormat + 2, 49];
        writer.WriteElement(
            new Stylesheet(
                new NumberingFormats(
                    OwnFormats.Select((code, at) => new NumberingFormat { NumberFormatId = FirstOwnFormat + (uint)at, FormatCode = code })
                ),
                new Fonts(Letters(), Letters(bold: true)),
                new Fills(
                    new Fill(new PatternFill { PatternType = PatternValues.None }),
                    new Fill(new PatternFill { PatternType = PatternValues.Gray125 }),
                    new Fill(new PatternFill(new ForegroundColor { Rgb = "FFE8EEF4" }) { PatternType = PatternValues.Solid })
                ),
                new Borders(new Border()),
                new CellStyleFormats(new CellFormat()),
                new CellFormats([
                    new CellFormat(),
                    new CellFormat(new Alignment { Vertical = VerticalAlignmentValues.Center, WrapText = true })
                    {
                        NumberFormatId = 49,
                        FontId = 1,
                        FillId = 2,
                        ApplyFont = true,
                        ApplyFill = true,
                        ApplyAlignment = true,
                    },
                    .. formats.Select(format => new CellFormat { NumberFormatId = format, ApplyNumberFormat = true }),
                ])
            )
        );

        static Font Letters(bool bold = false)
        {
            var font = new Font();
            if (bold)
            {
                font.Append(new Bold());
            }

            font.Append(new FontSize { Val = 11 }, new FontName { Val = "Noto Sans CJK SC" });
            return font;
        }
    }

    [GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escape();
}
