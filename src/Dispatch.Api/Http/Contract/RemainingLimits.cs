using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

/// <summary>
/// Writes the limits that follow from a format or from the server itself. A body that is read gets no limit here
/// that no rule enforces: the linter then names the member, and its validator is the place to answer.
/// </summary>
internal sealed class RemainingLimits : IOpenApiDocumentTransformer
{
    // No part of a URL is longer than the whole.
    private const int LongestUrlPart = RequestSizes.LongestUrl;

    // What the service itself writes: every text it keeps is shorter, every page and list too.
    private const int LongestAnswerText = 10_000;
    private const int MostAnswerItems = 10_000;

    private readonly HashSet<OpenApiSchema> _seen = [];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var operations = document.Paths.Values.SelectMany(path => path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>()).ToList();

        // Bodies first: a schema both read and written keeps to the rules of what is read.
        foreach (var media in operations.SelectMany(operation => operation.RequestBody?.Content?.Values ?? []))
        {
            Visit(media.Schema, document, texts: null, items: null);
        }

        foreach (var parameter in operations.SelectMany(operation => operation.Parameters ?? []))
        {
            Visit(parameter.Schema, document, LongestUrlPart, LongestUrlPart);
        }

        foreach (var response in operations.SelectMany(operation => operation.Responses?.Values ?? Enumerable.Empty<IOpenApiResponse>()))
        {
            foreach (var media in response.Content?.Values ?? [])
            {
                Visit(media.Schema, document, LongestAnswerText, MostAnswerItems);
            }
        }

        foreach (var schema in document.Components?.Schemas?.Values ?? [])
        {
            Visit(schema, document, LongestAnswerText, MostAnswerItems);
        }

        return Task.CompletedTask;
    }

    private void Visit(IOpenApiSchema? schema, OpenApiDocument document, int? texts, int? items)
    {
        switch (schema)
        {
            case OpenApiSchemaReference { Reference.Id: { } id }:
                if (document.Components?.Schemas?.TryGetValue(id, out var target) == true)
                {
                    Visit(target, document, texts, items);
                }

                break;
            case OpenApiSchema own when _seen.Add(own):
                Limit(own, texts, items);
                IEnumerable<IOpenApiSchema?> inner =
                [
                    own.Items,
                    own.AdditionalProperties,
                    .. own.Properties?.Values ?? [],
                    .. own.OneOf ?? [],
                    .. own.AnyOf ?? [],
                    .. own.AllOf ?? [],
                ];
                foreach (var next in inner)
                {
                    Visit(next, document, texts, items);
                }

                break;
        }
    }

    private static void Limit(OpenApiSchema schema, int? texts, int? items)
    {
        if (schema.Type?.HasFlag(JsonSchemaType.String) == true && schema.Enum is not { Count: > 0 })
        {
            schema.MaxLength ??= schema.Format switch
            {
                "uuid" => 36,
                "date" => 10,
                "date-time" => 40,
                "time" => 20,
                _ => texts,
            };
        }

        if (schema.Type?.HasFlag(JsonSchemaType.Array) == true)
        {
            schema.MaxItems ??= items;
        }

        if (schema.Type?.HasFlag(JsonSchemaType.Integer) == true)
        {
            schema.Format ??= "int32";
            var isLong = string.Equals(schema.Format, "int64", StringComparison.Ordinal);
            if (schema.Minimum is null && schema.ExclusiveMinimum is null)
            {
                schema.Minimum = (isLong ? long.MinValue : int.MinValue).ToString(CultureInfo.InvariantCulture);
            }

            if (schema.Maximum is null && schema.ExclusiveMaximum is null)
            {
                schema.Maximum = (isLong ? long.MaxValue : int.MaxValue).ToString(CultureInfo.InvariantCulture);
            }
        }
    }
}
