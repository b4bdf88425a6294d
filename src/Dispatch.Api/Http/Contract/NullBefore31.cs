using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

/// <summary>
/// Version 3.0 has no null type: "this record or null" would be written as a <c>nullable</c> without a type, which
/// is invalid there. The build asks for this spelling when it writes the 3.0 document.
/// </summary>
internal sealed class NullBefore31(IConfiguration configuration) : IOpenApiDocumentTransformer
{
    public const string Setting = "Dispatch:Contract:Before31";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        if (!configuration.GetValue<bool>(Setting))
        {
            return Task.CompletedTask;
        }

        var properties = (document.Components?.Schemas?.Values ?? []).SelectMany(schema => schema.Properties?.Values ?? []);
        foreach (var branch in properties.SelectMany(property => property.OneOf ?? []).OfType<OpenApiSchema>())
        {
            if (branch.Type == JsonSchemaType.Null)
            {
                branch.Type = JsonSchemaType.Object | JsonSchemaType.Null;
                branch.Enum = [JsonNullSentinel.JsonNull];
            }
        }

        return Task.CompletedTask;
    }
}
