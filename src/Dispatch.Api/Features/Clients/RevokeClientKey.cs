using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;

namespace Dispatch.Api.Features.Clients;

/// <summary>A key is good no longer, from the next call on.</summary>
internal sealed record RevokeClientKey(Guid ClientId, Guid KeyId) : ICommand<ClientView>;

internal static class RevokeClientKeyEndpoint
{
    public static void MapRevokeClientKey(this IEndpointRouteBuilder clients) =>
        clients
            .MapPost("/{clientId:guid}/keys/{keyId:guid}/revoke", Post)
            .WithName(nameof(RevokeClientKey))
            .WithSummary("Revoke a key of a client")
            .Acts();

    private static Task<ClientView> Post(Guid clientId, Guid keyId, IMediator mediator, CancellationToken ct) =>
        mediator.Send(new RevokeClientKey(clientId, keyId), ct);
}

internal sealed class RevokeClientKeyHandler(Session db, ClientStore clients, Caller caller, SecurityEvents events)
    : IRequestHandler<RevokeClientKey, ClientView>
{
    public async Task<ClientView> Handle(RevokeClientKey command, CancellationToken cancellationToken)
    {
        var client = await clients.Touch(command.ClientId);
        if (!await clients.Revoke(client.ClientId, command.KeyId))
        {
            throw Refused.Unknown();
        }

        events.Note(db, SecurityEvent.ClientKeyRevoked, client.Subject, caller.Subject);
        return await clients.View(client);
    }
}
