using System.Text.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

/// <summary>The body of a PATCH: the members of the PUT of the same thing, none required, each of them null to take it away.</summary>
internal sealed class PatchBodies : IOpenApiDocumentTransformer
{
    private const string Suffix = "Patch";

    /// <summary>Refers to the body by its name; what it is called after exists only when all operations are written.</summary>
    public static void Describe(OpenApiOperation operation, IList<object> metadata, OpenApiDocument document)
    {
        if (metadata.OfType<Patches>().FirstOrDefault() is not { } patches)
        {
            return;
        }

        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [MergePatch.MediaType] = new() { Schema = new OpenApiSchemaReference(patches.Body.Name + Suffix, document) },
            },
        };
    }

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var wanted = document
            .Paths.Values.SelectMany(path => path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>())
            .SelectMany(operation => operation.RequestBody?.Content?.Values ?? [])
            .Select(media => media.Schema)
            .OfType<OpenApiSchemaReference>()
            .Select(reference => reference.Reference.Id!)
            .Where(name => name.EndsWith(Suffix, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);
        foreach (var name in wanted)
        {
            var whole = (OpenApiSchema)document.Components!.Schemas![name[..^Suffix.Length]];
            document.AddComponent(
                name,
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Description = "A merge patch (RFC 7396): what is left out stays, null takes a member away.",
                    Properties = whole.Properties!.ToDictionary(
                        member => member.Key,
                        member => OrNull(member.Value),
                        StringComparer.Ordinal
                    ),
                }
            );
        }

        // What the framework took the bodies for.
        document.Components?.Schemas?.Remove(nameof(JsonElement));
        return Task.CompletedTask;
    }

    private static IOpenApiSchema OrNull(IOpenApiSchema schema)
    {
        switch (schema)
        {
            case OpenApiSchema { Type: { } type } own:
                var copy = (OpenApiSchema)own.CreateShallowCopy();
                copy.Type = type | JsonSchemaType.Null;
                return copy;
            case OpenApiSchemaReference:
                return new OpenApiSchema { OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, schema] };
            default:
                return schema;
        }
    }
}
