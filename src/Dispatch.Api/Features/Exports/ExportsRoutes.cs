namespace Dispatch.Api.Features.Exports;

internal static class ExportsRoutes
{
    public static void MapExports(this IEndpointRouteBuilder v1)
    {
        var exports = v1.MapGroup("/exports").WithTags("Exports");
        exports.MapExportRecords();
        exports.MapExportReport();
        exports.MapShowExport();
        exports.MapFetchExport();
    }
}
