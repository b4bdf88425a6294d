namespace Dispatch.Api.Features.Imports;

internal static class ImportsRoutes
{
    public static void MapImports(this IEndpointRouteBuilder v1)
    {
        var group = v1.MapGroup("/imports").WithTags("Imports");
        group.MapStartImport();
        group.MapListImports();
        group.MapShowImport();
        group.MapListImportProblems();
        group.MapTakeImportProblems();
        group.MapTakeImportTemplate();
    }
}
