using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

/// <summary>
/// Gives text, instants and numbers the type that is lost when a converter of our own reads them: the generator
/// then knows nothing of the member and would allow anything.
/// </summary>
internal sealed class ScalarTypes : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (schema.Enum is { Count: > 0 })
        {
            schema.Type ??= JsonSchemaType.String;
        }

        var property = context.JsonPropertyInfo;
        var type = property?.PropertyType ?? context.JsonTypeInfo.Type;
        var mayBeNull = property is not null && (Nullable.GetUnderlyingType(type) is not null || property.IsGetNullable);
        Complete(schema, type, mayBeNull);

        if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } item } && Scalar(item))
        {
            schema.Items ??= new OpenApiSchema();
            Complete(schema.Items, item, Nullable.GetUnderlyingType(item) is not null);
        }

        if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Dictionary, ElementType: { } value } && Scalar(value))
        {
            schema.AdditionalProperties ??= new OpenApiSchema();
            Complete(schema.AdditionalProperties, value, Nullable.GetUnderlyingType(value) is not null);
        }

        return Task.CompletedTask;
    }

    private static bool Scalar(Type type) => Written(type) is not null;

    private static void Complete(IOpenApiSchema schema, Type type, bool mayBeNull)
    {
        if (schema is not OpenApiSchema { Type: null, OneOf: null, AnyOf: null, AllOf: null } target || Written(type) is not { } written)
        {
            return;
        }

        target.Format ??= written.Format;
        if ((Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } words)
        {
            // One component for all its uses: where null is possible, the generator writes "this or null" around it.
            (target.Type, target.Enum) = (written.Type, [.. WordsOf(words)]);
            return;
        }

        target.Type = mayBeNull ? written.Type | JsonSchemaType.Null : written.Type;
    }

    private static IEnumerable<JsonNode> WordsOf(Type type) =>
        Enum.GetNames(type).Select(name => (JsonNode)JsonValue.Create(JsonNamingPolicy.SnakeCaseLower.ConvertName(name)));

    private static (JsonSchemaType Type, string? Format)? Written(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) || type == typeof(Text) => (JsonSchemaType.String, null),
            _ when type == typeof(DateTimeOffset) => (JsonSchemaType.String, "date-time"),
            _ when type == typeof(DateOnly) => (JsonSchemaType.String, "date"),
            _ when type == typeof(Guid) => (JsonSchemaType.String, "uuid"),
            _ when type == typeof(double) => (JsonSchemaType.Number, "double"),
            _ when type == typeof(decimal) => (JsonSchemaType.Number, "double"),
            _ when type == typeof(int) => (JsonSchemaType.Integer, "int32"),
            _ when type == typeof(long) => (JsonSchemaType.Integer, "int64"),
            _ when type.IsEnum => (JsonSchemaType.String, null),
            _ when type == typeof(bool) => (JsonSchemaType.Boolean, null),
            _ => null,
        };
    }
}
