using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Clients;

/// <summary>A hotline or another system may come in, as far as its scopes go. It has no key yet.</summary>
internal sealed record RegisterClient(string Name, IReadOnlyList<Scope> Scopes) : ICreates<ClientView>;

internal static class RegisterClientEndpoint
{
    public static void MapRegisterClient(this IEndpointRouteBuilder clients) =>
        clients
            .MapPost("/", Post)
            .WithName(nameof(RegisterClient))
            .WithSummary("Register a system that hands requests over")
            .Creates<ClientView>();

    private static Task<ClientView> Post(RegisterClient command, IMediator mediator, CancellationToken ct) => mediator.Send(command, ct);
}

internal sealed class RegisterClientValidator : AbstractValidator<RegisterClient>
{
    public RegisterClientValidator()
    {
        RuleFor(c => c.Name).NotEmpty().MaximumLength(100);
        RuleFor(c => c.Scopes).NotEmpty().MaximumItems(10);
    }
}

internal sealed class RegisterClientHandler(Session db, ClientStore clients, Caller caller, SecurityEvents events)
    : IRequestHandler<RegisterClient, ClientView>
{
    public async Task<ClientView> Handle(RegisterClient command, CancellationToken cancellationToken)
    {
        var client = await clients.Insert(command.Name, command.Scopes);
        events.Note(db, SecurityEvent.ClientMade, client.Subject, caller.Subject);
        return await clients.View(client);
    }
}
