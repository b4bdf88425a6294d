using System.Buffers.Text;
using System.Text.Json;

namespace Dispatch.Api.Http.Access;

/// <summary>
/// A signed token as it is written, before anything in it is believed: who says to have issued it, which key is named, what it claims.
/// A header that names a place or a key to check with (<c>jku</c>, <c>x5u</c>, <c>jwk</c>) is not read.
/// </summary>
internal sealed record TokenShape(string Issuer, string? KeyId, JsonElement Claims)
{
    public const int Longest = 8 * 1024;

    // A member that stands twice is read by one parser as the first and by another as the last.
    private static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false };

    /// <summary>Null for what is no signed token, or says a thing twice, or demands to be understood in a way that is not known here.</summary>
    public static TokenShape? Of(string token)
    {
        if (token.Length is 0 or > Longest || token.Split('.') is not [var head, var body, { Length: > 0 }])
        {
            return null;
        }

        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(head), Once);
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(body), Once);
            return
                header.RootElement.ValueKind == JsonValueKind.Object
                && claims.RootElement.ValueKind == JsonValueKind.Object
                && !header.RootElement.TryGetProperty("crit", out _)
                && Text(claims.RootElement, "iss") is { } issuer
                ? new TokenShape(issuer, Text(header.RootElement, "kid"), claims.RootElement.Clone())
                : null;
        }
        catch (Exception cause) when (cause is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>A claim that is text; null for anything else.</summary>
    public string? Text(string claim) => Text(Claims, claim);

    /// <summary>A claim that is text, or several.</summary>
    public IReadOnlyList<string> Texts(string claim) =>
        !Claims.TryGetProperty(claim, out var value) ? []
        : value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
        : Text(claim) is { } text ? [text]
        : [];

    private static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
