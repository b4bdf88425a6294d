using Dispatch.Api.Http;
using MediatR;

namespace Dispatch.Api.Features.Exports;

/// <summary>How far an export is, for whoever asked for it.</summary>
internal sealed record ShowExport(Guid ExportId) : IRequest<ExportView>;

internal static class ShowExportEndpoint
{
    public static void MapShowExport(this IEndpointRouteBuilder exports) =>
        exports
            .MapGet(
                "/{exportId:guid}",
                (Guid exportId, IMediator mediator, CancellationToken ct) => mediator.Send(new ShowExport(exportId), ct)
            )
            .WithName(nameof(ShowExport))
            .WithSummary("Read how far an export is, and where its file is")
            .ShowsOne();
}

internal sealed class ShowExportHandler(ExportStore exports) : IRequestHandler<ShowExport, ExportView>
{
    public async Task<ExportView> Handle(ShowExport request, CancellationToken cancellationToken) =>
        ExportView.Of(await exports.Find(request.ExportId));
}
