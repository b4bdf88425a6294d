using System.Text.Json;

namespace Dispatch.Api.Features.Imports;

/// <summary>Reads a JSON object a line; its members are the columns, its values texts, numbers and yes or no.</summary>
internal static class NdjsonRows
{
    private static readonly JsonDocumentOptions Shape = new() { MaxDepth = 2, AllowDuplicateProperties = false };

    public static IReadOnlyList<FileRow> Read(ImportKind kind, string text)
    {
        var rows = new List<FileRow>();
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (!line.IsWhiteSpace())
            {
                ImportFile.RefuseTooMany(rows.Count + 1);
                rows.Add(Row(kind, line.ToString(), number));
            }
        }

        return rows;
    }

    private static FileRow Row(ImportKind kind, string line, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Shape);
            var cells = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                var column = ImportColumns.Find(kind, member.Name) ?? throw Malformed(number);
                if (Value(member.Value, number) is { } cell)
                {
                    cells[column.Key] = cell;
                }
            }

            return new FileRow(number, cells);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw Malformed(number);
        }
    }

    private static string? Value(JsonElement value, int number) =>
        value.ValueKind switch
        {
            JsonValueKind.String => ImportFile.Cell(value.GetString()!, number),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Null => null,
            _ => throw Malformed(number),
        };

    private static Exception Malformed(int line) =>
        ImportFile.Broken(
            "ndjson_malformed",
            $"第 {line} 行不是一个只含文字、数字、真假值和已知字段的 JSON 对象。",
            $"Line {line} is no JSON object of known members with texts, numbers, true or false."
        );
}
