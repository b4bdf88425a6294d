using System.Globalization;
using CsvHelper;

namespace Dispatch.Api.Features.Exports;

/// <summary>RFC 4180 in UTF-8, with a mark in front, so that spreadsheets read Chinese.</summary>
internal sealed class CsvSheet : SheetWriter
{
    private readonly CsvWriter csv;
    private readonly CellKind[] kinds;
    private readonly string[] cells;

    public CsvSheet(Stream stream, Sheet sheet)
    {
        csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\r\n", WriteByteOrderMark = true }, leaveOpen: true);
        kinds = [.. sheet.Columns.Select(column => column.Kind)];
        cells = [.. sheet.Columns.Select(column => column.Name)];
        csv.WriteRecord(cells);
    }

    public override void Row(object?[] cells)
    {
        for (var at = 0; at < kinds.Length; at++)
        {
            this.cells[at] = cells[at] is { } value ? Written(kinds[at], value) : "";
        }

        csv.WriteRecord(this.cells);
    }

    public override void Dispose() => csv.Dispose();

    private static string Written(CellKind kind, object value) =>
        kind switch
        {
            // A minus sign in front of a number begins no formula: no program makes anything but the number of it.
            CellKind.Whole => ((long)value).ToString(CultureInfo.InvariantCulture),
            CellKind.Number => ((decimal)value).ToString(CultureInfo.InvariantCulture),
            CellKind.Money => Yuan((long)value).ToString("0.00", CultureInfo.InvariantCulture),
            CellKind.Date => ((DateOnly)value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            CellKind.Instant => Local((DateTimeOffset)value).ToString("yyyy-MM-dd'T'HH:mm:ss'+08:00'", CultureInfo.InvariantCulture),
            _ => SafeCell.Of((string)value),
        };
}
