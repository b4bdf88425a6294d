namespace Dispatch.Api.Features.Reports;

internal static class ReportsRoutes
{
    public static void MapReports(this IEndpointRouteBuilder v1)
    {
        var indicators = v1.MapGroup("/indicators").WithTags("Reports");
        indicators.MapListIndicators();
        indicators.MapShowIndicator();
        var reports = v1.MapGroup("/reports").WithTags("Reports");
        reports.MapShowSummary();
        reports.MapShowFunnel();
        reports.MapShowUnmetNeeds();
        reports.MapShowTeamRecord();
        reports.MapCompareRegions();
        reports.MapListFigureRecords();
        var periods = v1.MapGroup("/report-periods").WithTags("Reports");
        periods.MapListReportPeriods();
        periods.MapShowReportPeriod();
        periods.MapCloseReportPeriod();
    }
}
