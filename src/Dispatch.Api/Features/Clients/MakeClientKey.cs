using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Clients;

/// <summary>A key for a client. Two may live beside each other, so that the new one is in place before the old one is revoked.</summary>
internal sealed record MakeClientKey(int? Days = null) : ICreates<HandedKeyView>
{
    [JsonIgnore]
    public Guid ClientId { get; init; }
}

internal static class MakeClientKeyEndpoint
{
    public static void MapMakeClientKey(this IEndpointRouteBuilder clients) =>
        clients
            .MapPost("/{clientId:guid}/keys", Post)
            .WithName(nameof(MakeClientKey))
            .WithSummary("Make a key for a client; it is shown once")
            .CreatesSecret<HandedKeyView>();

    private static Task<HandedKeyView> Post(Guid clientId, MakeClientKey command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { ClientId = clientId }, ct);
}

internal sealed class MakeClientKeyValidator : AbstractValidator<MakeClientKey>
{
    public MakeClientKeyValidator() => RuleFor(c => c.Days).InclusiveBetween(1, 365);
}

internal sealed class MakeClientKeyHandler(Session db, ClientStore clients, Caller caller, SecurityEvents events, TimeProvider clock)
    : IRequestHandler<MakeClientKey, HandedKeyView>
{
    private const int MostLive = 2;
    private const int DaysUnlessSaid = 90;

    public async Task<HandedKeyView> Handle(MakeClientKey command, CancellationToken cancellationToken)
    {
        var (client, now) = (await clients.Touch(command.ClientId), clock.GetUtcNow());
        if ((await clients.KeysOf([client.ClientId])).Count(key => key.IsLive(now)) >= MostLive)
        {
            throw new Refused(
                ProblemKinds.TwoKeys,
                "该接入系统已有两个有效密钥，请先作废一个。",
                "The client has two live keys. Revoke one first."
            );
        }

        var (key, expiresAt) = (Secrets.Make(Secrets.ClientKey), now.AddDays(command.Days ?? DaysUnlessSaid));
        var id = await clients.InsertKey(client, Secrets.HashOf(key), expiresAt);
        events.Note(db, SecurityEvent.ClientKeyMade, client.Subject, caller.Subject);
        return new HandedKeyView(id, key, expiresAt, await clients.View(client));
    }
}
