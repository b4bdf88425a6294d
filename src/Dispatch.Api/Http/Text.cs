using System.Text.Json;
using System.Text.Json.Serialization;
using Dispatch.Domain.Matching;

namespace Dispatch.Api.Http;

/// <summary>A sentence in both languages of the service. Slices say both; the answer's language chooses when it is written.</summary>
internal readonly record struct Text(string Zh, string En)
{
    public string In(Language language) => language == Language.English ? En : Zh;

    /// <summary>What a person wrote: it stands as written in every language.</summary>
    public static Text AsWritten(string words) => new(words, words);

    public static Text Of(Phrase phrase) => new(phrase.Zh, phrase.En);
}

/// <summary>Writes each <see cref="Text"/> in the one language of an answer.</summary>
internal sealed class SpokenText(Language language) : JsonConverter<Text>
{
    public override Text Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Text.AsWritten(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, Text value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.In(language));
}
