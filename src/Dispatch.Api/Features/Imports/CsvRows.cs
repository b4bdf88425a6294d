using CsvHelper;

namespace Dispatch.Api.Features.Imports;

/// <summary>Reads comma or semicolon separated values (RFC 4180).</summary>
internal static class CsvRows
{
    public static IReadOnlyList<FileRow> Read(ImportKind kind, string text)
    {
        try
        {
            using var csv = CsvReader.FromText(
                text,
                new CsvReaderOptions { Separator = SeparatorOf(text), MalformedData = CsvMalformedDataHandling.Throw }
            );
            csv.ReadHeader();
            return Rows(ImportFile.Columns(kind, csv.Headers ?? []), csv);
        }
        catch (CsvFormatException)
        {
            throw ImportFile.Broken(
                "csv_malformed",
                "CSV 格式不对：请检查引号是否成对。",
                "The CSV is not well-formed: check that every quote is closed."
            );
        }
    }

    private static List<FileRow> Rows(IReadOnlyList<ImportColumn?> columns, CsvReader csv)
    {
        var rows = new List<FileRow>();
        while (csv.Read())
        {
            var number = rows.Count + 1;
            ImportFile.RefuseTooMany(number);
            var cells = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var at = 0; at < csv.FieldCount; at++)
            {
                if (ImportFile.Cell(csv.GetString(at), number) is not { } cell)
                {
                    continue;
                }

                cells[(at < columns.Count ? columns[at] : null)?.Key ?? throw Beyond(number)] = Opened(cell);
            }

            rows.Add(new FileRow(number, cells));
        }

        return rows;
    }

    // What our own files put in front, so that no spreadsheet takes the cell for a formula.
    private static string Opened(string cell) => cell.Length > 1 && cell[0] == '\'' && "=+-@".Contains(cell[1]) ? cell[1..] : cell;

    // The first line decides, outside quotes: a semicolon in a heading is no sign of anything.
    private static char SeparatorOf(string text)
    {
        var (commas, semicolons, quoted) = (0, 0, false);
        foreach (var letter in text)
        {
            if (letter == '\n' && !quoted)
            {
                break;
            }

            quoted ^= letter == '"';
            commas += !quoted && letter == ',' ? 1 : 0;
            semicolons += !quoted && letter == ';' ? 1 : 0;
        }

        return semicolons > commas ? ';' : ',';
    }

    private static Exception Beyond(int row) =>
        ImportFile.Broken("cell_without_heading", $"第 {row} 行有没有列名的单元格。", $"Row {row} has a cell without a heading.");
}
