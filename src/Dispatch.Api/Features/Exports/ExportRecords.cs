using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using MediatR;

namespace Dispatch.Api.Features.Exports;

/// <summary>The records that figures come from, as a table: at once where there are few, later where there are many.</summary>
internal sealed record ExportRecords(RecordsAsked Asked, SheetFormat Format, Language Language) : IRequest<SheetFile?>;

/// <summary>They are not waited for.</summary>
internal sealed record BeginExport(RecordsAsked Asked, SheetFormat Format, Language Language) : ICommand<ExportView>;

internal sealed record SheetFile(byte[] Bytes, string FileName, SheetFormat Format) : IFile
{
    public string MediaType => SheetFormats.MediaType(Format);
}

internal static class ExportRecordsEndpoint
{
    public static void MapExportRecords(this IEndpointRouteBuilder exports) =>
        exports
            .MapGet("/records/{kind}", Get)
            .WithName(nameof(ExportRecords))
            .WithSummary("Export the records that figures come from")
            .Produces<string>(StatusCodes.Status200OK, SheetFormats.Csv)
            .Produces<ExportView>(StatusCodes.Status202Accepted)
            .WithMetadata(new OffersSheets(Later: true))
            .ReadAcceptLanguage()
            .Goes(Precedence.Last);

    private static async Task<object> Get(
        string kind,
        HttpContext http,
        IMediator mediator,
        Caller caller,
        Catalogue catalogue,
        TimeProvider clock,
        CancellationToken ct,
        DateOnly? from = null,
        DateOnly? to = null,
        string? region = null,
        string? format = null
    )
    {
        var records = Words.TryTo<RecordKind>(kind, out var known) ? known : throw Refused.Unknown();
        var (first, last) = ReportQuery.Period(from, to, clock);
        var asked = new RecordsAsked(records, first, last, ReportQuery.Scope(region, caller, catalogue.Regions));
        var (wanted, language) = (SheetFormats.Of(format, http), http.Language());
        if (!RespondsLater(http) && await mediator.Send(new ExportRecords(asked, wanted, language), ct) is { } file)
        {
            return file;
        }

        return await mediator.Send(new BeginExport(asked, wanted, language), ct);
    }

    /// <summary>RFC 7240.</summary>
    private static bool RespondsLater(HttpContext http) =>
        http
            .Request.Headers["Prefer"]
            .SelectMany(line => (line ?? "").Split(','))
            .Any(wish => wish.Trim().Equals("respond-async", StringComparison.OrdinalIgnoreCase));
}

internal sealed class ExportRecordsHandler(RecordSheets sheets, SheetsTaken taken, ExportLimits limits)
    : IRequestHandler<ExportRecords, SheetFile?>
{
    public Task<SheetFile?> Handle(ExportRecords query, CancellationToken cancellationToken) =>
        taken.Take(
            nameof(ExportRecords),
            query.Asked.Region,
            sheets.Of(query.Asked),
            query.Format,
            query.Language,
            limits.MostRowsAtOnce,
            cancellationToken
        );
}

internal sealed class BeginExportHandler(Session db, ExportStore exports, RecordSheets sheets, ExportSignal signal)
    : IRequestHandler<BeginExport, ExportView>
{
    public async Task<ExportView> Handle(BeginExport command, CancellationToken cancellationToken)
    {
        var fileName = $"{sheets.Of(command.Asked).FileName}.{Words.Of(command.Format)}";
        var begun = await exports.Begin(command.Asked, command.Format, command.Language, fileName);
        db.AfterCommit(signal.Wake);
        return ExportView.Of(begun);
    }
}
