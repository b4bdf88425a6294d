using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

internal static class ContractSetup
{
    /// <summary>Served at <c>/openapi/v1.json</c>.</summary>
    public const string DocumentName = "v1";

    public static IServiceCollection AddContract(this IServiceCollection services) =>
        services.AddOpenApi(
            DocumentName,
            document =>
            {
                document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                // Written as text, and null where it may be: a component of its own would never say that.
                document.CreateSchemaReferenceId = type =>
                    type.Type == typeof(Text) || type.Type == typeof(Text?) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
                document.AddSchemaTransformer<ScalarTypes>();
                document.AddSchemaTransformer<ValidatedLimits>();
                document.AddOperationTransformer<OperationAnswers>();
                document.AddDocumentTransformer<ServiceDescription>();
                document.AddDocumentTransformer<PatchBodies>();
                document.AddDocumentTransformer<RemainingLimits>();
                document.AddDocumentTransformer<NullBefore31>();
            }
        );
}
