using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Dispatch.Api.Features.Exports;

/// <summary>An array of objects, each with every column of its sheet.</summary>
internal sealed class JsonSheet : SheetWriter
{
    private readonly Utf8JsonWriter json;
    private readonly CellKind[] kinds;
    private readonly JsonEncodedText[] names;

    public JsonSheet(Stream stream, Sheet sheet)
    {
        var encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = encoder });
        kinds = [.. sheet.Columns.Select(column => column.Kind)];
        names = [.. sheet.Columns.Select(column => JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(CamelOf(column.Name))))];
        json.WriteStartArray();
    }

    public override void Row(object?[] cells)
    {
        json.WriteStartObject();
        for (var at = 0; at < kinds.Length; at++)
        {
            json.WritePropertyName(names[at]);
            Write(kinds[at], cells[at]);
        }

        json.WriteEndObject();
        json.Flush();
    }

    public override void Dispose()
    {
        json.WriteEndArray();
        json.Dispose();
    }

    private void Write(CellKind kind, object? value)
    {
        switch (kind)
        {
            case var _ when value is null:
                json.WriteNullValue();
                break;
            case CellKind.Whole:
                json.WriteNumberValue((long)value);
                break;
            case CellKind.Number:
                json.WriteNumberValue((decimal)value);
                break;
            case CellKind.Money:
                json.WriteNumberValue(Yuan((long)value));
                break;
            case CellKind.Date:
                json.WriteStringValue(((DateOnly)value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case CellKind.Instant:
                json.WriteStringValue(
                    ((DateTimeOffset)value).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
                );
                break;
            default:
                json.WriteStringValue((string)value);
                break;
        }
    }

    // The API's members are in camel case, its columns like those of the tables.
    private static string CamelOf(string name) => string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
