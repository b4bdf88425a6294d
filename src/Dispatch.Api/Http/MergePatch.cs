using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http;

/// <summary>What PUT would send to leave a thing as it is, and the version that was read.</summary>
internal sealed record Basis<TBody>(Guid Id, long Version, TBody Body);

/// <summary>On an endpoint that takes a merge patch of this body.</summary>
internal sealed record Patches(Type Body);

/// <summary>Which types a PATCH may have: <c>Accept-Patch</c> (RFC 5789).</summary>
internal static class MergePatch
{
    public const string MediaType = "application/merge-patch+json";
    public const string AcceptPatch = "Accept-Patch";

    /// <summary>RFC 7396: null takes a member away, an object goes into the member it names, anything else takes its place.</summary>
    public static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var merged = target as JsonObject ?? [];
        foreach (var (name, change) in changes)
        {
            if (change is null)
            {
                merged.Remove(name);
            }
            else
            {
                merged[name] = Merge(merged[name], change);
            }
        }

        return merged;
    }
}

/// <summary>A merge patch of a body that PUT takes. What comes out of it is judged as that body: there is no second set of rules.</summary>
/// <param name="Json">The patch, read and written again: well-formed, no member twice.</param>
internal sealed record Patch<TBody>(string Json) : IEndpointParameterMetadataProvider
{
    /// <summary>The body of the PUT that has the same effect. It is stored only upon the version it was made from.</summary>
    public TBody On(Basis<TBody> basis, Preconditions preconditions)
    {
        preconditions.StandOn(basis.Id, basis.Version);
        try
        {
            var patch = JsonNode.Parse(Json);
            RefuseUnknown(patch, typeof(TBody), "$");
            return MergePatch
                    .Merge(JsonSerializer.SerializeToNode(basis.Body, JsonShape.Options), patch)
                    .Deserialize<TBody>(JsonShape.Options)
                ?? throw new JsonException("The value could not be converted to an object.", "$", null, null);
        }
        catch (JsonException cause)
        {
            throw Malformed(cause);
        }
    }

    /// <summary>Whether it says anything about a member of the body.</summary>
    public bool Names(string member) => JsonNode.Parse(Json) is JsonObject changes && changes.ContainsKey(member);

    public static async ValueTask<Patch<TBody>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (
            !MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals(MergePatch.MediaType, StringComparison.OrdinalIgnoreCase)
        )
        {
            throw new BadHttpRequestException("type", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            var options = new JsonDocumentOptions { MaxDepth = JsonShape.MostLevels, AllowDuplicateProperties = false };
            var patch = await JsonNode.ParseAsync(context.Request.Body, null, options, context.RequestAborted);
            return new Patch<TBody>(patch?.ToJsonString() ?? "null");
        }
        catch (JsonException cause)
        {
            throw Malformed(cause);
        }
        catch (InvalidOperationException cause)
        {
            throw Malformed(new JsonException("The text holds half of a UTF-16 surrogate pair.", cause));
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new AcceptsMetadata([MergePatch.MediaType], typeof(JsonElement)));
        builder.Metadata.Add(new Patches(typeof(TBody)));
    }

    private static BadHttpRequestException Malformed(JsonException cause) => new("body", StatusCodes.Status400BadRequest, cause);

    // Merging forgets a member that is null: an unknown one would pass unseen.
    private static void RefuseUnknown(JsonNode? patch, Type type, string path)
    {
        if (patch is not JsonObject changes || JsonShape.Options.GetTypeInfo(type) is not { Kind: JsonTypeInfoKind.Object } shape)
        {
            return;
        }

        foreach (var (name, change) in changes)
        {
            var member =
                shape.Properties.FirstOrDefault(property => property.Name == name)
                ?? throw new JsonException("The member could not be mapped.", $"{path}.{name}", null, null);
            RefuseUnknown(change, member.PropertyType, $"{path}.{name}");
        }
    }
}
