using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Features.Exports;

internal enum SheetFormat
{
    /// <summary>UTF-8 with a mark, lines after RFC 4180; a cell that would be taken for a formula begins with an apostrophe.</summary>
    Csv,

    /// <summary>A spreadsheet: typed cells, headings in the language of the caller.</summary>
    Xlsx,

    /// <summary>One array of objects.</summary>
    Json,
}

internal static class SheetFormats
{
    public const string Csv = "text/csv";
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    public const string Json = "application/json";

    /// <summary>As it is said with an answer.</summary>
    public static string MediaType(SheetFormat format) =>
        format switch
        {
            SheetFormat.Csv => Csv + "; charset=utf-8",
            SheetFormat.Xlsx => Xlsx,
            _ => Json + "; charset=utf-8",
        };

    /// <summary>The format that is named in the query, or the one <c>Accept</c> likes best; CSV where neither says.</summary>
    public static SheetFormat Of(string? named, HttpContext http)
    {
        if (named is not null)
        {
            var known = string.Join(", ", Words.All<SheetFormat>());
            return Words.TryTo<SheetFormat>(named, out var format)
                ? format
                : throw QueryNames.Wrong("format", "unknown", $"format 只能是：{known}。", $"format is one of: {known}.");
        }

        var ranges = http.Request.GetTypedHeaders().Accept;
        return new[] { (SheetFormat.Csv, Csv), (SheetFormat.Xlsx, Xlsx), (SheetFormat.Json, Json) }
            .OrderByDescending(known => Welcome(ranges, known.Item2))
            .First()
            .Item1;
    }

    public static SheetWriter Writer(SheetFormat format, Stream stream, Sheet sheet, Language language) =>
        format switch
        {
            SheetFormat.Csv => new CsvSheet(stream, sheet),
            SheetFormat.Xlsx => new XlsxSheet(stream, sheet, language),
            _ => new JsonSheet(stream, sheet),
        };

    private static double Welcome(IList<MediaTypeHeaderValue> ranges, string type) =>
        ranges
            .Where(range => range.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
            .Select(range => range.Quality ?? 1)
            .DefaultIfEmpty(0)
            .Max();
}

/// <summary>On an endpoint that answers in the formats of a sheet, at once or later.</summary>
internal sealed record OffersSheets(bool Later);
