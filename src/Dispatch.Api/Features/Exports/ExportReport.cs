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
        string? groupBy = null,
        string? format = null
    )
    {
        if (report != "summary")
        {
            throw Refused.Unknown();
        }

        var (first, last) = ExportPeriod.Of(from, to, clock);
        var scope = ExportPeriod.Scope(region, caller, catalogue.Regions);
        var (wanted, language) = (SheetFormats.Of(format, http), http.Language());
        var summary = await mediator.Send(new ShowSummary(first, last, scope, Grouping(groupBy)), ct);
        return await mediator.Send(new ExportReport(summary, SummarySheet.Of(summary, language), wanted, language), ct);
    }

    private static SummaryGrouping? Grouping(string? named)
    {
        if (named is null)
        {
            return null;
        }

        var known = string.Join(", ", Words.All<SummaryGrouping>());
        return Words.TryTo<SummaryGrouping>(named, out var grouping)
            ? grouping
            : throw QueryNames.Wrong("groupBy", "unknown", $"groupBy 只能是：{known}。", $"groupBy is one of: {known}.");
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
