using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

/// <summary>Lists that are answered as a map too: the second media type of their answer.</summary>
internal static class MapAnswers
{
    private const string SchemaName = "FeatureCollection";

    public static void Describe(OpenApiOperation operation, IList<object> metadata, OpenApiDocument document)
    {
        if (!metadata.OfType<OffersGeoJson>().Any() || operation.Responses?["200"] is not OpenApiResponse { Content: { } content })
        {
            return;
        }

        document.AddComponent(SchemaName, Schema());
        content[GeoJson.MediaType] = new OpenApiMediaType
        {
            Schema = new OpenApiSchemaReference(SchemaName, document),
            Example = ContractExamples.Map(operation.OperationId!),
        };
    }

    private static OpenApiSchema Schema() =>
        Object(
            "The same page as a map (RFC 7946): longitude before latitude, WGS-84 unless `coord_type` asks for another system.",
            ["type", "features", "self"],
            new()
            {
                ["type"] = Word("FeatureCollection"),
                ["bbox"] = Numbers("West, south, east, north of all that is on this page.", 4),
                ["features"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = Object(
                        "One item of the list.",
                        ["type", "id", "geometry", "properties"],
                        new()
                        {
                            ["type"] = Word("Feature"),
                            ["id"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The id or code of the item." },
                            ["geometry"] = Object(
                                "Where it is; null where it has no place.",
                                ["type", "coordinates"],
                                new()
                                {
                                    ["type"] = Word("Point", "MultiPoint"),
                                    ["coordinates"] = new OpenApiSchema
                                    {
                                        Type = JsonSchemaType.Array,
                                        Description = "Longitude and latitude in degrees; of a `MultiPoint` a list of such pairs.",
                                        Items = new OpenApiSchema
                                        {
                                            OneOf =
                                            [
                                                new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
                                                Numbers("Longitude, latitude.", 2),
                                            ],
                                        },
                                    },
                                },
                                orNull: true
                            ),
                            ["properties"] = new OpenApiSchema
                            {
                                Type = JsonSchemaType.Object,
                                Description = "The item as the list has it.",
                            },
                        }
                    ),
                },
                ["self"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "This page." },
                ["next"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The next page; absent on the last." },
                ["coordType"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Description = "The system of the coordinates, where the caller asked for another than WGS-84.",
                    Enum = ["gcj02", "bd09", "cgcs2000"],
                },
            }
        );

    private static OpenApiSchema Object(
        string description,
        string[] required,
        Dictionary<string, IOpenApiSchema> properties,
        bool orNull = false
    ) =>
        new()
        {
            Type = orNull ? JsonSchemaType.Object | JsonSchemaType.Null : JsonSchemaType.Object,
            Description = description,
            Required = required.ToHashSet(StringComparer.Ordinal),
            Properties = properties,
        };

    private static OpenApiSchema Word(params string[] words) => new() { Type = JsonSchemaType.String, Enum = [.. words] };

    private static OpenApiSchema Numbers(string description, int count) =>
        new()
        {
            Type = JsonSchemaType.Array,
            Description = description,
            Items = new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
            MinItems = count,
            MaxItems = count,
        };
}
