using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using MediatR;

namespace Dispatch.Api.Features.Exports;

/// <summary>The file of an export, for whoever asked for it, piece by piece.</summary>
internal sealed record FetchExport(Guid ExportId) : IRequest<ExportFile>;

/// <summary>Its pieces are read one by one as they are sent: none waits in memory for a slow reader, and no view of the database is held for him.</summary>
internal sealed record ExportFile(ExportRow Export, Func<int, Task<byte[]?>> Piece) : IPoured
{
    public string MediaType => SheetFormats.MediaType(Export.FormatNow);

    public string FileName => Export.FileName;

    public long Length => Export.Bytes!.Value;

    public async Task Pour(HttpContext http)
    {
        for (var position = 0; await Piece(position) is { } piece; position++)
        {
            await Answer.Pour(http, piece);
        }
    }
}

internal static class FetchExportEndpoint
{
    public static void MapFetchExport(this IEndpointRouteBuilder exports) =>
        exports
            .MapGet(
                "/{exportId:guid}/file",
                (Guid exportId, IMediator mediator, CancellationToken ct) => mediator.Send(new FetchExport(exportId), ct)
            )
            .WithName(nameof(FetchExport))
            .WithSummary("Fetch the file of an export")
            .Produces<string>(StatusCodes.Status200OK, SheetFormats.Csv)
            .WithMetadata(new OffersSheets(Later: false))
            .ReadAcceptLanguage()
            .Goes(Precedence.Last);
}

internal sealed class FetchExportHandler(Session db, Database database, ExportStore exports, ExportPieces pieces, AuditTrail trail)
    : IRequestHandler<FetchExport, ExportFile>
{
    public async Task<ExportFile> Handle(FetchExport request, CancellationToken cancellationToken)
    {
        var export = await exports.Find(request.ExportId);
        await db.CloseReading();
        if (export.StateNow != ExportState.Ready)
        {
            throw new Refused(
                ProblemKinds.ExportNotReady,
                export.StateNow == ExportState.Failed ? "导出没有成功，请重新申请。" : "导出还在生成，请稍后再取。",
                export.StateNow == ExportState.Failed
                    ? "The export failed. Ask for it again."
                    : "The export is still in the making. Fetch it later."
            )
            {
                State = export.State,
            };
        }

        // The first before anything is said: that it cannot be opened is an answer of its own.
        var first = await Read(export, 0) ?? throw Refused.Unknown();
        trail.Concerns(export.RegionCode);
        await database.Write(
            db,
            () => trail.Did(nameof(FetchExport), new AuditObject("export", export.ExportId.ToString("D"))),
            cancellationToken
        );
        return new ExportFile(export, position => position == 0 ? Task.FromResult<byte[]?>(first) : Read(export, position));
    }

    private async Task<byte[]?> Read(ExportRow export, int position)
    {
        await using var piece = new Session(database);
        return await ExportStore.Piece(piece, export, position) is { } closed ? pieces.Open(export, position, closed) : null;
    }
}
