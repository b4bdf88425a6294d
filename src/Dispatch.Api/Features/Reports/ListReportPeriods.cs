using Dispatch.Api.Features.Reference;
using Dispatch.Api.Generating;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Reports;

/// <summary>Closed months, newest first.</summary>
internal sealed record ListReportPeriods(HttpContext Http, string? Region, int? PageSize, string? Cursor)
    : IRequest<Page<ClosedPeriodView>>;

/// <param name="Synthetic">Whether it is a month of a made-up year.</param>
internal sealed record ClosedPeriodView(
    string Month,
    string Region,
    DateTimeOffset ClosedAt,
    string ClosedBy,
    string Digest,
    bool Synthetic
);

internal static class ListReportPeriodsEndpoint
{
    public static void MapListReportPeriods(this IEndpointRouteBuilder periods) =>
        periods.MapGet("/", Get).WithName(nameof(ListReportPeriods)).WithSummary("List closed months").ShowsMany();

    private static Task<Page<ClosedPeriodView>> Get(
        HttpContext http,
        IMediator mediator,
        Caller caller,
        Catalogue catalogue,
        CancellationToken ct,
        string? region = null,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListReportPeriods(http, ReportQuery.Scope(region, caller, catalogue.Regions), pageSize, cursor), ct);
}

internal sealed class ListReportPeriodsHandler(Session db, Catalogue catalogue) : IRequestHandler<ListReportPeriods, Page<ClosedPeriodView>>
{
    public async Task<Page<ClosedPeriodView>> Handle(ListReportPeriods query, CancellationToken cancellationToken)
    {
        var size = Paging.Size(query.PageSize);
        var after = Paging.After<Key>(query.Http, query.Cursor);
        var closed = await db.List<ReportPeriodRow>(
            "select month, region_code, closed_at, closed_by, digest from report_period order by month desc, region_code"
        );
        // Twelve a year for a region: fewer than there are regions.
        var rows = closed
            .Where(row => query.Region is null || catalogue.Regions.IsWithin(row.RegionCode, query.Region))
            .Where(row => after is null || IsAfter(row, after))
            .Take(size + 1)
            .ToList();
        var isSynthetic = await SyntheticYear.Of(db) is not null;
        return Paging.Of(
            query.Http,
            rows,
            size,
            row => new ClosedPeriodView(row.Month, row.RegionCode, row.ClosedAt, row.ClosedBy, row.Digest, isSynthetic),
            row => new Key(row.Month, row.RegionCode)
        );
    }

    private static bool IsAfter(ReportPeriodRow row, Key key) =>
        string.CompareOrdinal(row.Month, key.Month) < 0
        || (row.Month == key.Month && string.CompareOrdinal(row.RegionCode, key.Region) > 0);

    private sealed record Key(string Month, string Region);
}
