using System.Text.Json.Nodes;

namespace Dispatch.Api.Http.Contract;

/// <summary>The bodies shown in the contract, one embedded file per operation, direction and form.</summary>
internal static class ContractExamples
{
    public static JsonNode? Request(string operationId) => Read($"{operationId}.request.json");

    public static JsonNode? Response(string operationId) => Read($"{operationId}.response.json");

    /// <summary>The answer as a map.</summary>
    public static JsonNode? Map(string operationId) => Read($"{operationId}.map.json");

    /// <summary>Names of all files, so that one that no operation uses can be found.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        .. typeof(ContractExamples)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..])
            .Order(StringComparer.Ordinal),
    ];

    private const string Folder = "Examples/";

    private static JsonNode? Read(string file)
    {
        using var stream = typeof(ContractExamples).Assembly.GetManifestResourceStream(Folder + file);
        return stream is null ? null : JsonNode.Parse(stream);
    }
}
