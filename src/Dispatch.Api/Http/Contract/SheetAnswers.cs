using Dispatch.Api.Features.Exports;
using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

/// <summary>Tables are answered in three formats; where one is not waited for, the answer says where it will be.</summary>
internal static class SheetAnswers
{
    private const int MostShownMembers = 100;

    public static void Describe(OpenApiOperation operation, IList<object> metadata, OpenApiDocument document)
    {
        if (metadata.OfType<OffersSheets>().LastOrDefault() is not { } sheets)
        {
            return;
        }

        var example = ContractExamples.Response(operation.OperationId!);
        operation.Responses!["200"] = new OpenApiResponse
        {
            Description = "The table as a file.",
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [SheetFormats.Csv] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.String,
                        Description = "UTF-8 with a mark, lines after RFC 4180, the names of the columns first.",
                    },
                    Example = example,
                },
                [SheetFormats.Xlsx] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.String,
                        Format = "binary",
                        Description = "A spreadsheet with typed cells.",
                    },
                    Example = "UEsDBBQAAAAI",
                },
                [SheetFormats.Json] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Array,
                        MaxItems = int.MaxValue,
                        Description = "An object for each line, with every column.",
                        Items = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Object,
                            MaxProperties = MostShownMembers,
                            Description = "The columns by their names, in camel case.",
                        },
                    },
                    Example = new System.Text.Json.Nodes.JsonArray(),
                },
            },
        };
        if (sheets.Later && operation.Responses["202"] is OpenApiResponse { Content: { } later } awaited)
        {
            awaited.Description = "It is not waited for: `Location` says where it will be.";
            foreach (var media in later.Values)
            {
                media.Example = ContractExamples.Response(nameof(ShowExport));
            }
        }
    }
}
