using Dispatch.Api.Http;
using MediatR;

namespace Dispatch.Api.Features.Imports;

/// <summary>How far an import is, and what came of its rows.</summary>
internal sealed record ShowImport(Guid ImportId) : IRequest<ImportView>;

internal static class ShowImportEndpoint
{
    public static void MapShowImport(this IEndpointRouteBuilder imports) =>
        imports.MapGet("/{importId:guid}", Get).WithName(nameof(ShowImport)).WithSummary("Read how far an import is").ShowsOne();

    private static Task<ImportView> Get(Guid importId, IMediator mediator, CancellationToken ct) =>
        mediator.Send(new ShowImport(importId), ct);
}

internal sealed class ShowImportHandler(ImportStore imports) : IRequestHandler<ShowImport, ImportView>
{
    public async Task<ImportView> Handle(ShowImport query, CancellationToken cancellationToken) =>
        ImportView.Of(await imports.Find(query.ImportId));
}
