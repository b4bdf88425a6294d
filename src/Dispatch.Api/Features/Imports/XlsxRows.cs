using System.Globalization;
using System.IO.Compression;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Dispatch.Api.Features.Imports;

/// <summary>Reads the first sheet of a workbook row by row. Formulas are not worked out: what was saved of them counts.</summary>
internal static class XlsxRows
{
    /// <summary>Bytes once unpacked, all parts together: more is a bomb and no table.</summary>
    public const long LargestUnpacked = 100L * 1024 * 1024;
    private const int MostParts = 500;
    private const int Piece = 64 * 1024;

    public static IReadOnlyList<FileRow> Read(ImportKind kind, byte[] bytes)
    {
        RefuseBomb(bytes);
        try
        {
            using var document = SpreadsheetDocument.Open(new MemoryStream(bytes, writable: false), isEditable: false);
            var book = document.WorkbookPart ?? throw Unreadable();
            if (book.Workbook.WorkbookProperties?.Date1904?.Value == true)
            {
                throw ImportFile.Broken(
                    "xlsx_dates_1904",
                    "工作簿使用 1904 日期系统，请改为 1900 日期系统后再导入。",
                    "The workbook counts its dates from 1904. Set it to 1900 and send it again."
                );
            }

            var sheet = book.Workbook.Sheets?.Elements<Sheet>().FirstOrDefault() ?? throw Unreadable();
            return Rows(kind, (WorksheetPart)book.GetPartById(sheet.Id?.Value ?? ""), SharedTexts(book));
        }
        catch (Exception cause)
            when (cause
                    is OpenXmlPackageException
                        or InvalidDataException
                        or XmlException
                        or FormatException
                        or IOException
                        or ArgumentException
                        or InvalidOperationException
                        or InvalidCastException
                        or NotSupportedException
            )
        {
            throw Unreadable();
        }
    }

    // The sizes a package states of itself may lie: what comes out is counted.
    private static void RefuseBomb(byte[] bytes)
    {
        try
        {
            using var package = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
            if (package.Entries.Count > MostParts)
            {
                throw TooLarge();
            }

            var left = LargestUnpacked;
            var piece = new byte[Piece];
            foreach (var part in package.Entries)
            {
                using var content = part.Open();
                for (int read; (read = content.Read(piece)) > 0; )
                {
                    left -= read;
                    if (left < 0)
                    {
                        throw TooLarge();
                    }
                }
            }
        }
        catch (InvalidDataException)
        {
            throw Unreadable();
        }
    }

    private static List<string> SharedTexts(WorkbookPart book)
    {
        var texts = new List<string>();
        if (book.SharedStringTablePart is not { } part)
        {
            return texts;
        }

        using var reader = OpenXmlReader.Create(part);
        while (reader.Read())
        {
            if (reader.ElementType == typeof(SharedStringItem) && reader.IsStartElement)
            {
                texts.Add(reader.LoadCurrentElement() is SharedStringItem item ? TextOf(item) : "");
            }
        }

        return texts;
    }

    // Without the reading aid over Chinese characters, which is no part of the text.
    private static string TextOf(SharedStringItem item) =>
        item.Text is { } plain ? plain.Text : string.Concat(item.Elements<Run>().Select(run => run.Text?.Text));

    private static List<FileRow> Rows(ImportKind kind, WorksheetPart sheet, List<string> texts)
    {
        IReadOnlyList<ImportColumn?>? columns = null;
        var headingsAt = 0;
        var rows = new List<FileRow>();
        using var reader = OpenXmlReader.Create(sheet);
        while (reader.Read())
        {
            if (reader.ElementType != typeof(Row) || !reader.IsStartElement || reader.LoadCurrentElement() is not Row row)
            {
                continue;
            }

            if (columns is null)
            {
                var headings = Cells(row, texts).ToDictionary(cell => cell.At, cell => cell.Text);
                headingsAt = (int)(row.RowIndex?.Value ?? 1);
                columns = ImportFile.Columns(
                    kind,
                    [
                        .. Enumerable
                            .Range(0, headings.Count == 0 ? 0 : headings.Keys.Max() + 1)
                            .Select(at => headings.GetValueOrDefault(at, "")),
                    ]
                );
                continue;
            }

            ImportFile.RefuseTooMany(rows.Count + 1);
            var number = row.RowIndex?.Value is { } place ? (int)place - headingsAt : rows.Count + 1;
            var cells = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (at, text, isNumber) in Cells(row, texts))
            {
                if (ImportFile.Cell(text, number) is { } cell)
                {
                    var column = (at < columns.Count ? columns[at] : null) ?? throw Beyond(number);
                    cells[column.Key] = isNumber ? OfNumber(cell, column) : cell;
                }
            }

            // Rows without anything are what spreadsheets leave behind.
            if (cells.Count > 0)
            {
                rows.Add(new FileRow(number, cells));
            }
        }

        return rows;
    }

    private static IEnumerable<(int At, string Text, bool IsNumber)> Cells(Row row, List<string> texts)
    {
        var next = 0;
        foreach (var cell in row.Elements<Cell>())
        {
            var at = cell.CellReference?.Value is { } reference ? ColumnOf(reference) : next;
            if (at >= ImportFile.MostColumns)
            {
                throw ImportFile.Broken(
                    "too_many_columns",
                    $"最多 {ImportFile.MostColumns} 列。",
                    $"A file has {ImportFile.MostColumns} columns at most."
                );
            }

            next = at + 1;
            var type = cell.DataType?.Value ?? CellValues.Number;
            var raw = cell.CellValue?.Text ?? "";
            yield return type == CellValues.SharedString ? (at, texts[int.Parse(raw, CultureInfo.InvariantCulture)], false)
            : type == CellValues.InlineString ? (at, cell.InlineString?.InnerText ?? "", false)
            : type == CellValues.Boolean ? (at, raw == "1" ? "true" : "false", false)
            : (at, raw, type == CellValues.Number);
        }
    }

    // AB12 is column 27.
    private static int ColumnOf(string reference)
    {
        var column = 0;
        foreach (var letter in reference.TakeWhile(char.IsAsciiLetter))
        {
            column = (column * 26) + (char.ToUpperInvariant(letter) - 'A' + 1);
            if (column > ImportFile.MostColumns + 1)
            {
                break;
            }
        }

        return column - 1;
    }

    // A telephone number may stand as 1.3800138E10, a time as the days since 1899.
    private static string OfNumber(string raw, ImportColumn column)
    {
        if (column.IsTime && double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var days))
        {
            return DateTime.FromOADate(days).AddMilliseconds(500).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        }

        return decimal.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number.ToString("0.############", CultureInfo.InvariantCulture)
            : raw;
    }

    private static Exception Beyond(int row) =>
        ImportFile.Broken("cell_without_heading", $"第 {row} 行有没有列名的单元格。", $"Row {row} has a cell without a heading.");

    private static Exception TooLarge() =>
        ImportFile.Broken(
            "xlsx_too_large",
            $"工作簿解压后超过 {LargestUnpacked / 1024 / 1024} MB，未读取。",
            $"Unpacked, the workbook is larger than {LargestUnpacked / 1024 / 1024} MB; it was not read."
        );

    private static Exception Unreadable() =>
        ImportFile.Broken("xlsx_unreadable", "这不是可以读取的 XLSX 工作簿。", "This is no XLSX workbook that can be read.");
}
