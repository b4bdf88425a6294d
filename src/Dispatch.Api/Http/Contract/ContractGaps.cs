using System.Text.Json.Nodes;

namespace Dispatch.Api.Http.Contract;

/// <summary>What a written contract still leaves out, one sentence each.</summary>
internal static class ContractGaps
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    private static readonly string[] TypeKeywords = ["type", "$ref", "oneOf", "anyOf", "allOf", "enum", "const"];

    /// <summary>Reads the document as served or as written by the build.</summary>
    public static IReadOnlyList<string> In(JsonNode document)
    {
        var gaps = new List<string>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var tags = (document["tags"]?.AsArray() ?? []).Select(tag => tag?["name"]?.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, item) in document["paths"]?.AsObject() ?? [])
        {
            foreach (var method in Methods)
            {
                if (item?[method] is not { } operation)
                {
                    continue;
                }

                var id = operation["operationId"]?.GetValue<string>();
                if (id is null)
                {
                    gaps.Add($"{method} {path}: no operation id");
                    continue;
                }

                gaps.AddRange(InOperation(id, operation, tags));
                if (!ids.Add(id))
                {
                    gaps.Add($"{id}: the name of two operations");
                }
            }
        }

        gaps.AddRange(Untyped(document["components"]?["schemas"], "schemas"));
        gaps.AddRange(Untyped(document["paths"], "paths"));
        gaps.AddRange(
            ContractExamples.Files.Where(file => !ids.Contains(file.Split('.')[0])).Select(file => $"{file}: the example of no operation")
        );
        return gaps;
    }

    private static IEnumerable<string> InOperation(string id, JsonNode operation, HashSet<string?> tags)
    {
        if (string.IsNullOrWhiteSpace(operation["summary"]?.GetValue<string>()))
        {
            yield return $"{id}: no summary";
        }

        var tag = operation["tags"]?.AsArray().FirstOrDefault()?.GetValue<string>();
        if (tag is null || !tags.Contains(tag))
        {
            yield return $"{id}: no tag that is described";
        }

        if (operation["requestBody"]?["content"] is JsonObject body && !Shown(body))
        {
            yield return $"{id}: no request example";
        }

        var answers = (operation["responses"]?.AsObject() ?? []).Where(answer => answer.Key.StartsWith('2')).ToList();
        if (answers.Count == 0)
        {
            yield return $"{id}: no answer when all goes well";
        }

        var written = answers.Select(answer => answer.Value?["content"] as JsonObject).Where(content => content is { Count: > 0 }).ToList();
        if (written.Count > 0 && !written.Exists(content => Shown(content!)))
        {
            yield return $"{id}: no response example";
        }
    }

    // A schema without a type allows anything, and no linter minds.
    private static IEnumerable<string> Untyped(JsonNode? node, string where)
    {
        if (node is JsonArray list)
        {
            return list.SelectMany((item, index) => Untyped(item, $"{where}/{index}"));
        }

        if (node is not JsonObject here)
        {
            return [];
        }

        var schemas = (here["properties"] as JsonObject ?? [])
            .Concat(here.Where(member => member.Key is "schema" or "items" or "additionalProperties"))
            .Where(member => member.Value is JsonObject schema && !TypeKeywords.Any(schema.ContainsKey))
            .Select(member => $"{where}/{member.Key}: no type");
        return schemas.Concat(
            here.Where(member => member.Key is not "example").SelectMany(member => Untyped(member.Value, $"{where}/{member.Key}"))
        );
    }

    private static bool Shown(JsonObject content) => content.All(media => media.Value?["example"] is not null);
}
