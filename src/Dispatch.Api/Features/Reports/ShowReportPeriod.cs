using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;

namespace Dispatch.Api.Features.Reports;

/// <summary>The figures of a closed month as they were frozen, and beside them what was corrected later.</summary>
/// <param name="Region">The caller's own unless given; of the whole country the widest that was closed.</param>
internal sealed record ShowReportPeriod(string Month, string? Region) : IRequest<ReportPeriodView>;

internal static class ShowReportPeriodEndpoint
{
    public static void MapShowReportPeriod(this IEndpointRouteBuilder periods) =>
        periods
            .MapGet("/{month}", Get)
            .WithName(nameof(ShowReportPeriod))
            .WithSummary("Read the frozen figures of a closed month")
            .ShowsOne();

    private static Task<ReportPeriodView> Get(
        string month,
        IMediator mediator,
        Caller caller,
        Catalogue catalogue,
        CancellationToken ct,
        string? region = null
    ) => mediator.Send(new ShowReportPeriod(month, ReportQuery.Scope(region, caller, catalogue.Regions)), ct);
}

internal sealed class ShowReportPeriodHandler(Session db, Catalogue catalogue, ReportPeriods periods)
    : IRequestHandler<ShowReportPeriod, ReportPeriodView>
{
    public async Task<ReportPeriodView> Handle(ShowReportPeriod query, CancellationToken cancellationToken)
    {
        ReportPeriods.FirstDay(query.Month);
        var region = query.Region ?? await Widest(query.Month) ?? throw Refused.Unknown();
        return await periods.View(await periods.Find(query.Month, region) ?? throw Refused.Unknown());
    }

    private async Task<string?> Widest(string month) =>
        (await db.List<ClosedRow>("select region_code from report_period where month = @month order by region_code", new { month }))
            .OrderBy(row => catalogue.Regions.Find(row.RegionCode)!.Level)
            .FirstOrDefault()
            ?.RegionCode;

    private sealed record ClosedRow
    {
        public string RegionCode { get; init; } = "";
    }
}
