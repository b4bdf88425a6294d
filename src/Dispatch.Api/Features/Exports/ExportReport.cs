using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using MediatR;

namespace Dispatch.Api.Features.Exports;

/// <summary>A report as a table: a line for each figure.</summary>
internal sealed record ExportReport(SummaryView Report, Sheet Sheet, SheetFormat Format, Language Language) : IRequest<SheetFile>;

internal static class ExportReportEndpoint
{
    public static void MapExportReport(this IEndpointRouteBuilder exports) =>
        exports
            .MapGet("/reports/{report}", Get)
            .WithName(nameof(ExportReport))
            .WithSummary("Export a report")
            .Produces<string>(StatusCodes.Status200OK, SheetFormats.Csv)
            .WithMetadata(new OffersSheets(Later: false))
            .ReadAcceptLanguage()
            .Goes(Precedence.Last);

    private static async Task<SheetFile> Get(
        string report,
        HttpContext http,
        IMediator mediator,
        Caller caller,
        Catalogue catalogue,
        TimeProvider clock,
        CancellationToken ct,
        DateOnly? from = null,
        DateOnly? to = null,
        string? region = null,
        string? indicators = null,
        string? rows = null,
        string? columns = null,
        string? format = null
    )
    {
        if (report != "summary")
        {
            throw Refused.Unknown();
        }

        if (columns is not null && rows is null)
        {
            throw QueryNames.Wrong("columns", "rows_missing", "有 columns 时须有 rows。", "Columns need rows.");
        }

        var (first, last) = ReportQuery.Period(from, to, clock);
        var (wanted, language) = (SheetFormats.Of(format, http), http.Language());
        var summary = await mediator.Send(
            new ShowSummary(
                first,
                last,
                ReportQuery.Scope(region, caller, catalogue.Regions),
                null,
                ReportQuery.Indicators(indicators, catalogue),
                ReportQuery.Word<ReportAxis>("rows", rows),
                ReportQuery.Word<ReportAxis>("columns", columns)
            ),
            ct
        );
        return await mediator.Send(new ExportReport(summary, SummarySheet.Of(summary, catalogue, language), wanted, language), ct);
    }
}

internal sealed class ExportReportHandler(Session db, Database database, AuditTrail trail) : IRequestHandler<ExportReport, SheetFile>
{
    public async Task<SheetFile> Handle(ExportReport query, CancellationToken cancellationToken)
    {
        var bytes = await SheetWriter.AllOf(query.Sheet, query.Format, query.Language, int.MaxValue, cancellationToken);
        await db.CloseReading();
        trail.Concerns(query.Report.Region);
        await database.Write(db, () => trail.Did(nameof(ExportReport), null), cancellationToken);
        return new SheetFile(bytes!, $"{query.Sheet.FileName}.{Words.Of(query.Format)}", query.Format);
    }
}
