using System.Text;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Imports;

/// <summary>A file that was handed over, read whole before anything is kept of it: what cannot be read is refused at once.</summary>
internal static class ImportFile
{
    /// <summary>Bytes.</summary>
    public const int Largest = 10 * 1024 * 1024;
    public const int MostRows = 20_000;
    public const int MostColumns = 100;

    /// <summary>Characters.</summary>
    public const int LongestCell = 10_000;

    private static readonly Encoding StrictUtf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    public static (ImportFormat Format, IReadOnlyList<FileRow> Rows) Read(ImportKind kind, byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            throw Broken("file_empty", "文件是空的。", "The file is empty.");
        }

        var (format, rows) =
            bytes is [(byte)'P', (byte)'K', ..] ? (ImportFormat.Xlsx, XlsxRows.Read(kind, bytes))
            : TextOf(bytes) is var text && text.AsSpan().TrimStart() is ['{', ..] ? (ImportFormat.Ndjson, NdjsonRows.Read(kind, text))
            : (ImportFormat.Csv, CsvRows.Read(kind, text));
        if (rows.Count == 0)
        {
            throw Broken("no_rows", "文件里没有数据行。", "The file has no rows.");
        }

        RefuseMissing(kind, rows);
        RefuseTwice(rows);
        return (format, rows);
    }

    /// <summary>The columns under these headings; null where a heading is empty.</summary>
    public static IReadOnlyList<ImportColumn?> Columns(ImportKind kind, IReadOnlyList<string> headings)
    {
        if (headings.Count > MostColumns)
        {
            throw Broken("too_many_columns", $"最多 {MostColumns} 列。", $"A file has {MostColumns} columns at most.");
        }

        var columns = headings.Select((heading, at) => heading.Trim().Length == 0 ? null : Known(kind, heading, at)).ToList();
        var twice = columns
            .OfType<ImportColumn>()
            .GroupBy(column => column.Key, StringComparer.Ordinal)
            .FirstOrDefault(same => same.Count() > 1);
        return twice is null
            ? columns
            : throw Broken("heading_twice", $"“{twice.First().Zh}”一列出现了两次。", $"The column {twice.Key} stands there twice.");
    }

    public static void RefuseTooMany(int rows)
    {
        if (rows > MostRows)
        {
            throw Broken("too_many_rows", $"一个文件最多 {MostRows} 行，请拆分后导入。", $"A file has {MostRows} rows at most. Split it.");
        }
    }

    /// <summary>A cell as it is kept; null where nothing stands in it.</summary>
    public static string? Cell(string text, int row)
    {
        var cell = text.Trim();
        if (cell.Length > LongestCell)
        {
            throw Broken(
                "cell_too_long",
                $"第 {row} 行有单元格超过 {LongestCell} 个字符。",
                $"A cell of row {row} has more than {LongestCell} characters."
            );
        }

        if (cell.Contains('\0', StringComparison.Ordinal))
        {
            throw Broken("nul_character", $"第 {row} 行含有字符 U+0000。", $"Row {row} holds the character U+0000.");
        }

        return cell.Length == 0 ? null : cell;
    }

    public static Refused Broken(string code, string zh, string en) => Refused.Field("#", code, zh, en);

    private static ImportColumn Known(ImportKind kind, string heading, int at) =>
        ImportColumns.Find(kind, heading)
        ?? throw Broken(
            "heading_unknown",
            $"第 {at + 1} 列的列名不认识。可用的列：{ImportColumns.Headings(kind).Zh}。模板见 GET /v1/imports/templates/{Words.Of(kind)}。",
            $"The heading of column {at + 1} is not known. Columns are: {ImportColumns.Headings(kind).En}. For a template see GET /v1/imports/templates/{Words.Of(kind)}."
        );

    // A column that no row has was left out by mistake: that is said once and not for every row.
    private static void RefuseMissing(ImportKind kind, IReadOnlyList<FileRow> rows)
    {
        var missing = ImportColumns
            .Of(kind)
            .Where(column => column.Required && rows.All(row => !row.Cells.ContainsKey(column.Key)))
            .ToList();
        if (missing.Count > 0)
        {
            throw Broken(
                "column_missing",
                $"缺少必填列：{string.Join("、", missing.Select(column => column.Zh))}。",
                $"These columns are missing or empty: {string.Join(", ", missing.Select(column => column.Key))}."
            );
        }
    }

    // Which of the two is meant nobody could say.
    private static void RefuseTwice(IReadOnlyList<FileRow> rows)
    {
        var known = new Dictionary<(string? Source, string Number), int>();
        foreach (var row in rows)
        {
            var number = row.Cells.GetValueOrDefault("number") ?? row.Cells.GetValueOrDefault("code");
            if (number is not null && !known.TryAdd((row.Cells.GetValueOrDefault("source"), number), row.Number))
            {
                var first = known[(row.Cells.GetValueOrDefault("source"), number)];
                throw Broken(
                    "number_twice",
                    $"第 {first} 行和第 {row.Number} 行的编号相同。",
                    $"Rows {first} and {row.Number} have the same number."
                );
            }
        }
    }

    /// <summary>UTF-8 with or without a mark; else GB18030, which spreadsheets in China write. What is neither is refused.</summary>
    private static string TextOf(byte[] bytes)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw Broken(
                "encoding_unknown",
                "文件是 UTF-16 编码，请另存为“CSV UTF-8”后再导入。",
                "The file is UTF-16. Save it as UTF-8 and send it again."
            );
        }

        var start = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        try
        {
            return StrictUtf8.GetString(bytes, start, bytes.Length - start);
        }
        catch (DecoderFallbackException)
        {
            return start == 0 ? OfGb18030(bytes) : throw Neither();
        }
    }

    private static string OfGb18030(byte[] bytes)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(
            "GB18030",
            EncoderFallback.ExceptionFallback,
            DecoderFallback.ExceptionFallback
        )!;
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Neither();
        }
    }

    private static Refused Neither() =>
        Broken(
            "encoding_unknown",
            "看不出文件的编码。请用 UTF-8（或 GB18030）保存后再导入。",
            "The file is neither UTF-8 nor GB18030. Save it as UTF-8 and send it again."
        );
}
