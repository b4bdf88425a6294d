using Dispatch.Api.Http;
using Dispatch.Api.Http.Contract;
using MediatR;

namespace Dispatch.Api.Features.Exports;

/// <summary>A report as a table: a line for each figure.</summary>
internal sealed record ExportReport(ReportSheet Report, SheetFormat Format, Language Language) : IRequest<SheetFile>;

internal static class ExportReportEndpoint
{
    public static void MapExportReport(this IEndpointRouteBuilder exports) =>
        exports
            .MapGet("/reports/{report}", Get)
            .WithName(nameof(ExportReport))
            .WithSummary("Export a report: summary, funnel, unmet-needs, team-record, region-comparison or published")
            .Produces<string>(StatusCodes.Status200OK, SheetFormats.Csv)
            .WithMetadata(new OffersSheets(Later: false))
            .ReadAcceptLanguage()
            .Goes(Precedence.Last);

    private static async Task<SheetFile> Get(
        string report,
        HttpContext http,
        IMediator mediator,
        ReportSheets sheets,
        CancellationToken ct,
        DateOnly? from = null,
        DateOnly? to = null,
        string? region = null,
        string? indicators = null,
        string? rows = null,
        string? columns = null,
        string? skill = null,
        Guid? team = null,
        string? document = null,
        string? indicator = null,
        string? format = null
    )
    {
        var (wanted, language) = (SheetFormats.Of(format, http), http.Language());
        var asked = new ReportParameters(from, to, region, indicators, rows, columns, skill, team, document, indicator);
        return await mediator.Send(
            new ExportReport(await sheets.Read(report, asked, http.Request.Query, language, ct), wanted, language),
            ct
        );
    }
}

internal sealed class ExportReportHandler(SheetsTaken taken) : IRequestHandler<ExportReport, SheetFile>
{
    public async Task<SheetFile> Handle(ExportReport query, CancellationToken cancellationToken) =>
        (
            await taken.Take(
                nameof(ExportReport),
                query.Report.Region,
                query.Report.Sheet,
                query.Format,
                query.Language,
                int.MaxValue,
                cancellationToken
            )
        )!;
}
