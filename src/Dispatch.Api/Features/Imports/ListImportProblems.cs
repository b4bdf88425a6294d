using Dispatch.Api.Http;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Imports;

/// <summary>What is wrong with which row and column, in the order of the file.</summary>
internal sealed record ListImportProblems(HttpContext Http, Guid ImportId, int? PageSize, string? Cursor)
    : IRequest<Page<ImportProblemView>>;

internal static class ListImportProblemsEndpoint
{
    public static void MapListImportProblems(this IEndpointRouteBuilder imports) =>
        imports
            .MapGet("/{importId:guid}/problems", Get)
            .WithName(nameof(ListImportProblems))
            .WithSummary("List what is wrong with the rows of an import")
            .ShowsMany();

    private static Task<Page<ImportProblemView>> Get(
        Guid importId,
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListImportProblems(http, importId, pageSize, cursor), ct);
}

internal sealed class ListImportProblemsHandler(ImportStore imports) : IRequestHandler<ListImportProblems, Page<ImportProblemView>>
{
    public async Task<Page<ImportProblemView>> Handle(ListImportProblems query, CancellationToken cancellationToken)
    {
        var size = Paging.Size(query.PageSize);
        var after = Paging.After<Key>(query.Http, query.Cursor)?.Position ?? 0;
        var import = await imports.Find(query.ImportId);
        var rows = await imports.Problems(import.ImportId, after, size + 1);
        return Paging.Of(query.Http, rows, size, row => View(import.KindNow, row), row => new Key(row.Position));
    }

    private static ImportProblemView View(ImportKind kind, ImportProblemRow row) =>
        new(
            row.RowNumber,
            row.ColumnName,
            row.ColumnName is null ? null : ImportColumns.Find(kind, row.ColumnName)?.Zh,
            row.Code,
            row.Zh,
            row.En
        );

    private sealed record Key(int Position);
}
