using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>An officer has looked: no danger after all, or it is in other hands. Dispatch may go on.</summary>
internal sealed record LiftSafetyHold(string Reason, string? Note = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class LiftSafetyHoldEndpoint
{
    public static void MapLiftSafetyHold(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/lift-safety-hold", Post)
            .WithName(nameof(LiftSafetyHold))
            .WithSummary("Lift a safety hold, with a reason")
            .Acts();

    private static Task<RequestView> Post(Guid requestId, LiftSafetyHold command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class LiftSafetyHoldValidator : AbstractValidator<LiftSafetyHold>
{
    public LiftSafetyHoldValidator()
    {
        RuleFor(c => c.Reason).NotEmpty().MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class LiftSafetyHoldHandler(
    RequestStore requests,
    RequestReader reader,
    TimelineStore timeline,
    Desks desks,
    Preconditions preconditions
) : IRequestHandler<LiftSafetyHold, RequestView>
{
    public async Task<RequestView> Handle(LiftSafetyHold command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        if (!request.SafetyHeld)
        {
            throw new Refused(ProblemKinds.NotHeld, "该求助没有安全保留。", "There is no safety hold on this request.")
            {
                State = request.State,
            };
        }

        requests.RefuseOtherHandler(request);
        preconditions.Demand(request.RequestId, request.Version);
        var lifted = await requests.LiftSafetyHold(request);
        await timeline.Write(
            request.RequestId,
            new Entry(
                TimelineSubject.Request,
                request.RequestId,
                "lift_safety_hold",
                request.State,
                request.State,
                command.Reason,
                command.Note
            )
        );
        if (lifted.StateNow == HelpRequestState.Open)
        {
            lifted = await desks.ToItsDesk(lifted);
        }

        return await reader.View(lifted);
    }
}
