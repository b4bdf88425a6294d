using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Lessons;

/// <summary>The versions of reading, newest first.</summary>
internal sealed record ListSuggestionVersions(HttpContext Http, int? PageSize, string? Cursor) : IRequest<Page<SuggestionVersionView>>;

internal static class ListSuggestionVersionsEndpoint
{
    public static void MapListSuggestionVersions(this IEndpointRouteBuilder versions) =>
        versions
            .MapGet("/", Get)
            .WithName(nameof(ListSuggestionVersions))
            .WithSummary("List the versions of reading with their figures")
            .ShowsMany();

    private static Task<Page<SuggestionVersionView>> Get(
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListSuggestionVersions(http, pageSize, cursor), ct);
}

internal sealed class ListSuggestionVersionsHandler(Session db, ReadingInUse reading)
    : IRequestHandler<ListSuggestionVersions, Page<SuggestionVersionView>>
{
    public async Task<Page<SuggestionVersionView>> Handle(ListSuggestionVersions query, CancellationToken cancellationToken)
    {
        var size = Paging.Size(query.PageSize);
        var after = Paging.After<Key>(query.Http, query.Cursor)?.Number ?? int.MaxValue;
        var rows = await db.List<VersionRow>(
            $"select {VersionRow.Columns} from suggestion_version where number < @after order by number desc limit @limit",
            new { after, limit = size + 1 }
        );
        return Paging.Of(query.Http, rows, size, row => SuggestionVersionView.Of(row, reading), row => new Key(row.Number));
    }

    private sealed record Key(int Number);
}
