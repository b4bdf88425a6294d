using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>What the plan says of every request, in the order of arrival.</summary>
internal sealed record ListDispatchRunItems(HttpContext Http, Guid RunId, string? State, int? PageSize, string? Cursor)
    : IRequest<Page<RunItemView>>;

internal static class ListDispatchRunItemsEndpoint
{
    public static void MapListDispatchRunItems(this IEndpointRouteBuilder runs) =>
        runs.MapGet("/{runId:guid}/items", Get)
            .WithName(nameof(ListDispatchRunItems))
            .WithSummary("List what a dispatch run says of every request")
            .ShowsMany();

    private static Task<Page<RunItemView>> Get(
        Guid runId,
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        string? state = null,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListDispatchRunItems(http, runId, state, pageSize, cursor), ct);
}

internal sealed class ListDispatchRunItemsHandler(DispatchRunStore runs, DispatchRunReader reader)
    : IRequestHandler<ListDispatchRunItems, Page<RunItemView>>
{
    public async Task<Page<RunItemView>> Handle(ListDispatchRunItems query, CancellationToken cancellationToken)
    {
        var size = Paging.Size(query.PageSize);
        var after = Paging.After<Key>(query.Http, query.Cursor);
        var condition = "1 = 1";
        if (query.State is { } state)
        {
            var known = string.Join(", ", Words.All<RunItemState>());
            condition = Words.TryTo<RunItemState>(state, out var wanted)
                ? $"item.state = '{Words.Of(wanted)}'"
                : throw QueryNames.Wrong("state", "unknown", $"state 只能是：{known}。", $"state is one of: {known}.");
        }

        var rows = await reader.Rows(await runs.Find(query.RunId), condition, after?.Position ?? -1, size + 1);
        return Paging.Of(query.Http, rows, size, DispatchRunReader.Item, row => new Key(row.Position));
    }

    private sealed record Key(int Position);
}
