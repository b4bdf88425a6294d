using System.Text.Json.Serialization;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>派单 by one click: the best team is asked, then the next, then the next tier, by itself.</summary>
/// <param name="Together">Several teams are asked to take it together, also where no groups of skills are asked for.</param>
internal sealed record DispatchRequest(string? Reason = null, string? Note = null, bool? Together = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class DispatchRequestEndpoint
{
    public static void MapDispatchRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/dispatch", Post)
            .WithName(nameof(DispatchRequest))
            .WithSummary("Dispatch by one click")
            .ActsOnce();

    private static Task<RequestView> Post(Guid requestId, DispatchRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class DispatchRequestValidator : AbstractValidator<DispatchRequest>
{
    public DispatchRequestValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class DispatchRequestHandler(RequestStore requests, RequestReader reader, Dispatcher dispatcher, LookAlikes lookAlikes)
    : IRequestHandler<DispatchRequest, RequestView>
{
    public async Task<RequestView> Handle(DispatchRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RequestStore.Check(request, HelpRequestAction.Offer);
        RequestStore.RefuseHeld(request);
        RequestStore.RefuseUnknownSkill(request);
        Offering.RefuseSecondOffer(request);
        request = await lookAlikes.Deny(request, "dispatched");
        if (command.Together == true && !request.Joint)
        {
            request = await requests.SetJoint(request, joint: true);
        }

        return await reader.View(await dispatcher.GoOn(await requests.SetAutomatic(request, automatic: true)));
    }
}
