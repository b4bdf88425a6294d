using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>裁定派单: a person decides which team is asked; this ends the bouncing.</summary>
internal sealed record ArbitrateRequest(Guid TeamId, string Reason) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class ArbitrateRequestEndpoint
{
    public static void MapArbitrateRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/arbitrate", Post)
            .WithName(nameof(ArbitrateRequest))
            .WithSummary("Decide by hand which team is asked")
            .For(Role.Officer)
            .Acts();

    private static Task<RequestView> Post(Guid requestId, ArbitrateRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class ArbitrateRequestValidator : AbstractValidator<ArbitrateRequest>
{
    public ArbitrateRequestValidator()
    {
        RuleFor(c => c.Reason).NotEmpty().MaximumLength(500);
    }
}

internal sealed class ArbitrateRequestHandler(RequestStore requests, RequestReader reader, Dispatcher dispatcher)
    : IRequestHandler<ArbitrateRequest, RequestView>
{
    public async Task<RequestView> Handle(ArbitrateRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RequestStore.Check(request, HelpRequestAction.Arbitrate);
        return await reader.View(await dispatcher.Arbitrate(request, command.TeamId, command.Reason));
    }
}
