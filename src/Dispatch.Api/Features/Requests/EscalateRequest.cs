using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>提级: the request goes one tier up; after the last tier a person decides.</summary>
internal sealed record EscalateRequest(string? Reason = null, string? Note = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class EscalateRequestEndpoint
{
    public static void MapEscalateRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/escalate", Post)
            .WithName(nameof(EscalateRequest))
            .WithSummary("Raise a request to the next tier")
            .For(Role.Officer)
            .Acts();

    private static Task<RequestView> Post(Guid requestId, EscalateRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class EscalateRequestValidator : AbstractValidator<EscalateRequest>
{
    public EscalateRequestValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class EscalateRequestHandler(RequestStore requests, RequestReader reader, Dispatcher dispatcher)
    : IRequestHandler<EscalateRequest, RequestView>
{
    public async Task<RequestView> Handle(EscalateRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RequestStore.Check(request, HelpRequestAction.Escalate);
        return await reader.View(await dispatcher.Escalate(request, command.Reason ?? "by_officer", command.Note));
    }
}
