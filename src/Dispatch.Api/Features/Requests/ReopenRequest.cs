using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>Not solved after all: it goes round again, to the same team first unless the requester says no.</summary>
internal sealed record ReopenRequest(string? Reason = null, bool? SameTeam = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class ReopenRequestEndpoint
{
    public static void MapReopenRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/reopen", Post)
            .WithName(nameof(ReopenRequest))
            .WithSummary("Reopen a resolved or closed request")
            .Acts();

    private static Task<RequestView> Post(Guid requestId, ReopenRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class ReopenRequestValidator : AbstractValidator<ReopenRequest>
{
    public ReopenRequestValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(2000);
    }
}

internal sealed class ReopenRequestHandler(RequestStore requests, RequestReader reader, Confirmations confirmations)
    : IRequestHandler<ReopenRequest, RequestView>
{
    public async Task<RequestView> Handle(ReopenRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        return await reader.View(await confirmations.Reopen(request, command.Reason, command.SameTeam ?? true));
    }
}
