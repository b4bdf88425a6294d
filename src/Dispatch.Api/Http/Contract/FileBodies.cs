using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

/// <summary>The body is a file as it is, of one of these media types.</summary>
/// <param name="Largest">Bytes.</param>
internal sealed record TakesFile(IReadOnlyList<string> MediaTypes, int Largest, string Example);

/// <summary>Bodies that the framework does not bind.</summary>
internal static class FileBodies
{
    public static void Describe(OpenApiOperation operation, IList<object> metadata)
    {
        if (metadata.OfType<TakesFile>().FirstOrDefault() is not { } file)
        {
            return;
        }

        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "The file itself. What it is, is read from it and not from its media type.",
            Content = file.MediaTypes.ToDictionary(
                type => type,
                _ => new OpenApiMediaType
                {
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = file.Largest },
                    Example = JsonValue.Create(file.Example),
                },
                StringComparer.Ordinal
            ),
        };
    }
}
