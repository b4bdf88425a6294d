namespace Dispatch.Api.Http;

/// <summary>An answer of many lines, each a JSON text of its own.</summary>
/// <param name="Next">Where it goes on; absent at the end.</param>
internal sealed record Lines(IReadOnlyList<string> Items, string? Next)
{
    public const string MediaType = "application/x-ndjson";
}
