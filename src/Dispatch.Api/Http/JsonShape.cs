using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Http;

/// <summary>JSON as the contract says it: camelCase, exact names, no duplicates, no NUL, finite numbers, instants with an offset, UTC out.</summary>
internal static class JsonShape
{
    public const int MostLevels = 32;

    private static readonly SearchValues<char> OffsetMarks = SearchValues.Create("Zz+-");

    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerOptions.Strict));

    private static readonly JsonSerializerOptions English = Configure(
        new JsonSerializerOptions(JsonSerializerOptions.Strict),
        Language.English
    );

    public static JsonSerializerOptions In(Language language) => language == Language.English ? English : Options;

    public static JsonSerializerOptions Configure(JsonSerializerOptions options, Language language = Language.Chinese)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.AllowDuplicateProperties = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = MostLevels;
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { ForgetIgnored } };
        // Chinese stays readable on the wire; what HTML could misread is still escaped.
        options.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        options.Converters.Add(new ExactWords());
        options.Converters.Add(new PlainText());
        options.Converters.Add(new Instant());
        options.Converters.Add(new FiniteNumber());
        options.Converters.Add(new SpokenText(language));
        return options;
    }

    // The serializer passes over a member marked as ignored. What the URL says (a request's id) is no member of the body: sent there, it is
    // refused like any other that is unknown.
    private static void ForgetIgnored(JsonTypeInfo type)
    {
        foreach (var member in type.Properties.Where(member => member is { Get: null, Set: null }).ToList())
        {
            type.Properties.Remove(member);
        }
    }

    /// <summary>RFC 3339 with its offset: a time of day without one means another instant in every place.</summary>
    public static bool TryInstant(string text, out DateTimeOffset instant)
    {
        instant = default;
        return text is [_, _, _, _, '-', _, _, '-', _, _, 'T' or 't', ..]
            && text.Length > 19
            && text.AsSpan(19).ContainsAny(OffsetMarks)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out instant);
    }

    private sealed class PlainText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                throw new JsonException("The value could not be converted to text.");
            }

            var text = Whole(ref reader);
            return text is not null && text.Contains('\0', StringComparison.Ordinal)
                ? throw new JsonException("The character U+0000 is not text.")
                : text;
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

        private static string? Whole(ref Utf8JsonReader reader)
        {
            try
            {
                return reader.GetString();
            }
            catch (InvalidOperationException cause)
            {
                throw new JsonException("The text holds half of a UTF-16 surrogate pair.", cause);
            }
        }
    }

    // The serializer's own converter reads any case, and "normal, high" as the sum of both.
    private sealed class ExactWords : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(Word<>).MakeGenericType(typeToConvert))!;

        private sealed class Word<T> : JsonConverter<T>
            where T : struct, Enum
        {
            public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
                reader.TokenType == JsonTokenType.String && Words.TryTo<T>(reader.GetString()!, out var value)
                    ? value
                    : throw new JsonException("The value could not be converted to one of the known words.");

            public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
                writer.WriteStringValue(Words.Of(value));
        }
    }

    private sealed class Instant : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryInstant(reader.GetString()!, out var instant)
                ? instant.ToUniversalTime()
                : throw new JsonException("The value could not be converted to an instant: RFC 3339 with an offset is needed.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture));
    }

    // 1e999 is well-formed JSON and becomes Infinity in every preset of the serializer.
    private sealed class FiniteNumber : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number)
                ? number
                : throw new JsonException("The value could not be converted to a finite number.");

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}
