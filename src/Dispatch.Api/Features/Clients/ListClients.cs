using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Clients;

/// <summary>All clients with their keys, in the order they were registered.</summary>
internal sealed record ListClients(HttpContext Http, int? PageSize, string? Cursor) : IRequest<Page<ClientView>>;

internal static class ListClientsEndpoint
{
    public static void MapListClients(this IEndpointRouteBuilder clients) =>
        clients.MapGet("/", Get).WithName(nameof(ListClients)).WithSummary("List clients").ShowsMany();

    private static Task<Page<ClientView>> Get(
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListClients(http, pageSize, cursor), ct);
}

internal sealed class ListClientsHandler(Session db, ClientStore clients, Caller caller, TimeProvider clock)
    : IRequestHandler<ListClients, Page<ClientView>>
{
    public async Task<Page<ClientView>> Handle(ListClients request, CancellationToken cancellationToken)
    {
        caller.RequireWholeCountry();
        var size = Paging.Size(request.PageSize);
        var rows = await db.List<ClientRow>(
            $"select {ClientRow.Columns} from api_client where client_id > @after order by client_id limit @limit",
            new { after = Paging.After<Key>(request.Http, request.Cursor)?.Id ?? Guid.Empty, limit = size + 1 }
        );
        var keys = (await clients.KeysOf(rows.Select(row => row.ClientId))).ToLookup(key => key.ClientId);
        var now = clock.GetUtcNow();
        return Paging.Of(request.Http, rows, size, row => ClientView.Of(row, keys[row.ClientId], now), row => new Key(row.ClientId));
    }

    private sealed record Key(Guid Id);
}
