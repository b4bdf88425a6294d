using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

/// <summary>Gives each operation what its endpoint's metadata promises: headers, refusals, security and examples.</summary>
internal sealed class OperationAnswers : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document =
            context.Document ?? throw new InvalidOperationException("An operation outside a document has no components to refer to.");
        var endpoint = new Endpoint(context);

        if (endpoint.Anonymous)
        {
            operation.Security = [new OpenApiSecurityRequirement()];
        }

        LimitParameters(operation, context);
        MapAnswers.Describe(operation, context.Description.ActionDescriptor.EndpointMetadata, document);
        SheetAnswers.Describe(operation, context.Description.ActionDescriptor.EndpointMetadata, document);
        PatchBodies.Describe(operation, context.Description.ActionDescriptor.EndpointMetadata, document);
        FileBodies.Describe(operation, context.Description.ActionDescriptor.EndpointMetadata);
        AddHeaderParameters(operation, endpoint, document);
        var successes = Successes(operation);
        foreach (var (status, response) in successes)
        {
            response.Headers = SuccessHeaders(status, endpoint, document);
        }

        foreach (var status in Refusals(operation, endpoint))
        {
            operation.Responses![status] = new OpenApiResponseReference(ContractProblems.ByStatus[status].Name, document);
        }

        AddExamples(operation, successes);
        return Task.CompletedTask;
    }

    // A key sent with a reading or deleting method is ignored, also where a whole group accepts keys.
    private static bool TakesKey(string method) => HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method);

    private sealed record Endpoint(
        bool Anonymous,
        bool SignIn,
        bool Write,
        bool Key,
        bool KeyRequired,
        bool IfMatch,
        bool MayBeAbsent,
        bool Map,
        bool Conditional,
        bool Tagged,
        bool Language,
        bool Worded
    )
    {
        public Endpoint(OpenApiOperationTransformerContext context)
            : this(context.Description.ActionDescriptor.EndpointMetadata, context.Description.HttpMethod ?? HttpMethods.Get) { }

        private Endpoint(IList<object> metadata, string method)
            : this(
                metadata.OfType<IAllowAnonymous>().Any(),
                metadata.OfType<RefusesSignIn>().Any(),
                !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method),
                TakesKey(method) && metadata.Any(item => item is AcceptsIdempotencyKey or RequiresIdempotencyKey),
                TakesKey(method) && metadata.OfType<RequiresIdempotencyKey>().Any(),
                metadata.OfType<RequiresIfMatch>().Any(),
                metadata.OfType<MakesWhereAbsent>().Any(),
                metadata.OfType<OffersGeoJson>().Any(),
                metadata.OfType<ConditionalGet>().Any(),
                metadata.OfType<AnswersWithETag>().Any(),
                metadata.OfType<ReadsAcceptLanguage>().Any(),
                metadata.OfType<IProducesResponseTypeMetadata>().Any(answer => answer.Type is { } type && Languages.Words(type))
            ) { }
    }

    private static IEnumerable<string> Refusals(OpenApiOperation operation, Endpoint endpoint)
    {
        var body = operation.RequestBody is not null;
        return new (string Status, bool Applies)[]
        {
            ("400", true),
            ("401", !endpoint.Anonymous || endpoint.SignIn),
            ("403", !endpoint.Anonymous || endpoint.SignIn),
            ("404", operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Path) == true),
            ("409", endpoint.Write),
            ("412", endpoint.IfMatch),
            ("413", body),
            ("415", body),
            ("422", body || endpoint.Key),
            ("428", endpoint.IfMatch),
            ("429", true),
            ("500", true),
            ("503", true),
            ("default", true),
        }
            .Where(refusal => refusal.Applies)
            .Select(refusal => refusal.Status);
    }

    private static List<(string Status, OpenApiResponse Response)> Successes(OpenApiOperation operation) =>
        [
            .. (operation.Responses ?? [])
                .Where(answer => answer.Key.StartsWith('2'))
                .OrderBy(answer => answer.Key, StringComparer.Ordinal)
                .Select(answer => (answer.Key, answer.Value))
                .Where(answer => answer.Value is OpenApiResponse)
                .Select(answer => (answer.Key, (OpenApiResponse)answer.Value)),
        ];

    private static Dictionary<string, IOpenApiHeader> SuccessHeaders(string status, Endpoint endpoint, OpenApiDocument document)
    {
        var headers = ContractHeaders.Everywhere(document);
        var created = string.Equals(status, "201", StringComparison.Ordinal);
        Add(ContractHeaders.ContentLanguage, endpoint.Worded);
        Add(ContractHeaders.Location, created || string.Equals(status, "202", StringComparison.Ordinal));
        Add(ContractHeaders.ETag, created || endpoint.Conditional || endpoint.IfMatch || endpoint.Tagged);
        Add(ContractHeaders.IdempotentReplayed, endpoint.Key);
        Add(ContractHeaders.Link, endpoint.Map);
        return headers;

        void Add(string name, bool applies)
        {
            if (applies)
            {
                headers[name] = new OpenApiHeaderReference(name, document);
            }
        }
    }

    private static void LimitParameters(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        foreach (var described in context.Description.ParameterDescriptions)
        {
            if (operation.Parameters?.FirstOrDefault(parameter => parameter.Name == described.Name) is not OpenApiParameter parameter)
            {
                continue;
            }

            // A query read as one record reaches the document member by member; the record's validator still bounds each.
            if (
                described.ParameterDescriptor is IParameterInfoParameterDescriptor { ParameterInfo.Member: PropertyInfo member }
                && parameter.Schema is { } schema
            )
            {
                ValidatedLimits.Apply(schema, member.DeclaringType!, member.Name, context.ApplicationServices);
            }

            if (parameter is { In: ParameterLocation.Query, Name: { } name })
            {
                parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(name);
            }
        }
    }

    private static void AddHeaderParameters(OpenApiOperation operation, Endpoint endpoint, OpenApiDocument document)
    {
        Add(ContractHeaders.IdempotencyKeyRequired, endpoint.KeyRequired);
        Add(ContractHeaders.IdempotencyKey, endpoint is { Key: true, KeyRequired: false });
        Add(ContractHeaders.IfMatch, endpoint is { IfMatch: true, MayBeAbsent: false });
        Add(ContractHeaders.IfMatchWhereThere, endpoint.MayBeAbsent);
        Add(ContractHeaders.IfAbsent, endpoint.MayBeAbsent);
        Add(ContractHeaders.IfNoneMatch, endpoint.Conditional);
        Add(ContractHeaders.AcceptLanguage, endpoint.Language);

        if (endpoint.Conditional)
        {
            var headers = ContractHeaders.Everywhere(document);
            headers[ContractHeaders.ETag] = new OpenApiHeaderReference(ContractHeaders.ETag, document);
            operation.Responses!["304"] = new OpenApiResponse { Description = "What the caller holds is still right.", Headers = headers };
        }

        void Add(string component, bool applies)
        {
            if (applies)
            {
                (operation.Parameters ??= []).Add(new OpenApiParameterReference(component, document));
            }
        }
    }

    private static void AddExamples(OpenApiOperation operation, List<(string Status, OpenApiResponse Response)> successes)
    {
        if (operation.OperationId is not { } id)
        {
            return;
        }

        if (operation.RequestBody is OpenApiRequestBody { Content: { } read } && ContractExamples.Request(id) is { } request)
        {
            foreach (var media in read.Values)
            {
                media.Example = request.DeepClone();
            }
        }

        var shown = successes.SelectMany(answer => answer.Response.Content?.Values ?? []);
        if (ContractExamples.Response(id) is not { } response)
        {
            return;
        }

        foreach (var media in shown)
        {
            media.Example ??= response.DeepClone();
        }
    }
}
