using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;

namespace Dispatch.Api.Features.Clients;

/// <summary>One client with its keys.</summary>
internal sealed record ShowClient(Guid ClientId) : IRequest<ClientView>;

internal static class ShowClientEndpoint
{
    public static void MapShowClient(this IEndpointRouteBuilder clients) =>
        clients.MapGet("/{clientId:guid}", Get).WithName(nameof(ShowClient)).WithSummary("Read one client").ShowsOne();

    private static Task<ClientView> Get(Guid clientId, IMediator mediator, CancellationToken ct) =>
        mediator.Send(new ShowClient(clientId), ct);
}

internal sealed class ShowClientHandler(ClientStore clients) : IRequestHandler<ShowClient, ClientView>
{
    public async Task<ClientView> Handle(ShowClient request, CancellationToken cancellationToken) =>
        await clients.View(await clients.Find(request.ClientId));
}
