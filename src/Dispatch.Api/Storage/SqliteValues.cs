using System.Buffers;
using System.Buffers.Text;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Dispatch.Api.Storage;

/// <summary>How values stand in SQLite's columns: the same forms as <see cref="ColumnTypes"/> has, straight from and to the engine.</summary>
internal static class SqliteValues
{
    private const string InstantForm = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const string DayForm = "yyyy-MM-dd";
    private const int InstantLength = 24;
    private const int LongestForm = 64;

    public static void Bind(nint statement, int at, string? value) => SqliteNative.BindText(statement, at, value);

    public static void Bind(nint statement, int at, long value) => _ = SqliteNative.BindInteger(statement, at, value);

    public static void Bind(nint statement, int at, bool value) => _ = SqliteNative.BindInteger(statement, at, value ? 1 : 0);

    public static void Bind(nint statement, int at, double value) => _ = SqliteNative.BindReal(statement, at, value);

    public static void Bind(nint statement, int at, Guid value)
    {
        Span<byte> form = stackalloc byte[LongestForm];
        Utf8Formatter.TryFormat(value, form, out var length);
        SqliteNative.BindBytes(statement, at, form[..length]);
    }

    public static void Bind(nint statement, int at, DateTimeOffset value)
    {
        Span<byte> form = stackalloc byte[LongestForm];
        value.UtcDateTime.TryFormat(form, out var length, InstantForm, CultureInfo.InvariantCulture);
        SqliteNative.BindBytes(statement, at, form[..length]);
    }

    public static void Bind(nint statement, int at, DateOnly value)
    {
        Span<byte> form = stackalloc byte[LongestForm];
        value.TryFormat(form, out var length, DayForm, CultureInfo.InvariantCulture);
        SqliteNative.BindBytes(statement, at, form[..length]);
    }

    /// <summary>A list as a JSON array, for <c>json_each</c>.</summary>
    public static void Bind(nint statement, int at, IEnumerable list)
    {
        var form = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(form))
        {
            json.WriteStartArray();
            foreach (var value in list)
            {
                switch (value)
                {
                    case string text:
                        json.WriteStringValue(text);
                        break;
                    case Guid id:
                        json.WriteStringValue(id);
                        break;
                    case int or long:
                        json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                        break;
                    default:
                        throw new NotSupportedException($"{value?.GetType().Name ?? "Nothing"} has no form in a list for SQLite.");
                }
            }

            json.WriteEndArray();
        }

        SqliteNative.BindBytes(statement, at, form.WrittenSpan);
    }

    public static void Bind(nint statement, int at, object? value)
    {
        switch (value)
        {
            case null:
                _ = SqliteNative.BindNull(statement, at);
                break;
            case string text:
                Bind(statement, at, text);
                break;
            case Guid id:
                Bind(statement, at, id);
                break;
            case DateTimeOffset instant:
                Bind(statement, at, instant);
                break;
            case DateOnly day:
                Bind(statement, at, day);
                break;
            case bool truth:
                Bind(statement, at, truth);
                break;
            case double or float:
                Bind(statement, at, Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case int or long or short or byte:
                Bind(statement, at, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case IEnumerable list:
                Bind(statement, at, list);
                break;
            default:
                throw new NotSupportedException($"{value.GetType().Name} has no form in SQLite's columns.");
        }
    }

    public static string Text(nint statement, int column) => Encoding.UTF8.GetString(SqliteNative.Bytes(statement, column));

    public static Guid Id(nint statement, int column) =>
        Utf8Parser.TryParse(SqliteNative.Bytes(statement, column), out Guid id, out _, 'D') ? id : throw Unreadable(statement, column);

    public static DateTimeOffset Instant(nint statement, int column)
    {
        var bytes = SqliteNative.Bytes(statement, column);
        return bytes.Length == InstantLength && bytes[^1] == (byte)'Z'
            ? new DateTimeOffset(
                (Two(bytes, 0) * 100) + Two(bytes, 2),
                Two(bytes, 5),
                Two(bytes, 8),
                Two(bytes, 11),
                Two(bytes, 14),
                Two(bytes, 17),
                (Two(bytes, 20) * 10) + (bytes[22] - '0'),
                TimeSpan.Zero
            )
            : DateTimeOffset.Parse(Encoding.UTF8.GetString(bytes), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }

    public static DateOnly Day(nint statement, int column)
    {
        Span<char> text = stackalloc char[LongestForm];
        return DateOnly.TryParseExact(Letters(statement, column, text), DayForm, out var day) ? day : throw Unreadable(statement, column);
    }

    public static bool Truth(nint statement, int column) => SqliteNative.Integer(statement, column) != 0;

    private static int Two(ReadOnlySpan<byte> digits, int at) => ((digits[at] - '0') * 10) + (digits[at + 1] - '0');

    private static ReadOnlySpan<char> Letters(nint statement, int column, Span<char> text)
    {
        var bytes = SqliteNative.Bytes(statement, column);
        return bytes.Length > text.Length ? [] : text[..Encoding.UTF8.GetChars(bytes, text)];
    }

    private static FormatException Unreadable(nint statement, int column)
    {
        var found = Text(statement, column);
        return new FormatException($"The column holds {found}.");
    }
}
