using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Contract;
using FluentValidation;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Http.Contract;

/// <summary>The contract says what the service does: the same routes, the same bodies.</summary>
public sealed class ContractTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly string[] OutsideTheContract = ["GET /openapi/{documentName}.json"];

    [Fact]
    public async Task Every_route_is_in_the_contract_and_the_reverse()
    {
        var served = Endpoints().SelectMany(endpoint => Methods(endpoint).Select(method => $"{method} {Path(endpoint)}")).ToList();
        var document = await Document();
        var written = document["paths"]!
            .AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));
        Assert.Equal(
            served.Except(OutsideTheContract, StringComparer.Ordinal).Order(StringComparer.Ordinal),
            written.Order(StringComparer.Ordinal)
        );
        Assert.Equal(served.Count, served.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task The_contract_leaves_nothing_out() => Assert.Empty(ContractGaps.In(await Document()));

    [Fact]
    public void Every_request_example_passes_the_validators()
    {
        var shown = 0;
        foreach (var endpoint in Endpoints())
        {
            if (endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is not { } type)
            {
                continue;
            }

            Assert.True(ContractExamples.Request(Id(endpoint)) is not null, $"{Id(endpoint)}: no request example");
            var body = JsonSerializer.Deserialize(ContractExamples.Request(Id(endpoint))!, type, JsonShape.Options)!;
            foreach (var validator in service.Services.GetServices(typeof(IValidator<>).MakeGenericType(type)).Cast<IValidator>())
            {
                var result = validator.Validate(new ValidationContext<object>(body));
                Assert.True(result.IsValid, $"{Id(endpoint)}: {result}");
            }

            shown++;
        }

        Assert.Equal(shown, ContractExamples.Files.Count(file => file.EndsWith(".request.json", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_response_example_is_what_the_service_would_write()
    {
        var shown = 0;
        foreach (var endpoint in Endpoints().Where(endpoint => ContractExamples.Response(Id(endpoint)) is not null))
        {
            // Where it depends on the size whether an answer is waited for, the one at once is shown.
            var answers = endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().ToList();
            var type = (
                answers.FindLast(answer => answer.StatusCode is 200 or 201) ?? answers.Last(answer => answer.StatusCode is 202)
            ).Type!;
            var example = ContractExamples.Response(Id(endpoint))!;
            var view = JsonSerializer.Deserialize(example, type, JsonShape.Options);
            Assert.True(JsonNode.DeepEquals(example, JsonSerializer.SerializeToNode(view, type, JsonShape.Options)), Id(endpoint));
            shown++;
        }

        Assert.Equal(shown, ContractExamples.Files.Count(file => file.EndsWith(".response.json", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_list_or_a_yes_or_no_of_an_answer_is_never_null()
    {
        var schemas = (await Document())["components"]!["schemas"]!.AsObject();
        var answers = schemas.Where(schema =>
            schema.Key.EndsWith("View", StringComparison.Ordinal) || schema.Key.EndsWith("Item", StringComparison.Ordinal)
        );
        foreach (var (name, schema) in answers)
        {
            foreach (var (member, value) in schema!["properties"]!.AsObject())
            {
                var types = value!["type"] is JsonArray several ? several.Select(type => type!.GetValue<string>()).ToArray() : [];
                Assert.False(types.Contains("null") && (types.Contains("array") || types.Contains("boolean")), $"{name}.{member}");
            }
        }
    }

    [Fact]
    public async Task Who_needs_no_token_is_said()
    {
        var open = (await Document())["paths"]!
            .AsObject()
            .SelectMany(path => path.Value!.AsObject())
            .Where(operation => operation.Value!["security"]?.AsArray() is [JsonObject { Count: 0 }])
            .Select(operation => operation.Value!.Text("operationId"));
        var anonymous = Endpoints()
            .Where(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is not null)
            .Select(Id)
            .Where(id => id.Length > 0);
        Assert.Equal(anonymous.Order(StringComparer.Ordinal), open.Order(StringComparer.Ordinal));
    }

    private async Task<JsonNode> Document() => JsonNode.Parse(await service.Anonymous().GetStringAsync("/openapi/v1.json"))!;

    private IEnumerable<RouteEndpoint> Endpoints() =>
        service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static string Id(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? "";

    private static IEnumerable<string> Methods(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods;

    private static string Path(RouteEndpoint endpoint)
    {
        var path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(Part))));
        return path;

        static string Part(Microsoft.AspNetCore.Routing.Patterns.RoutePatternPart part) =>
            part switch
            {
                Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
                Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
                Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
                _ => throw new InvalidOperationException(part.GetType().Name),
            };
    }
}
