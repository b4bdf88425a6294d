namespace Dispatch.Api.Features.Reports;

internal static class ReportsRoutes
{
    public static void MapReports(this IEndpointRouteBuilder v1)
    {
        var group = v1.MapGroup("/reports").WithTags("Reports");
        group.MapShowSummary();
    }
}
