using System.Text.Json.Serialization;
using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>An officer takes a held request in hand: from now on its text is his to read, and nobody else's in the office.</summary>
internal sealed record HandleSafetyHold(string? Reason = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class HandleSafetyHoldEndpoint
{
    public static void MapHandleSafetyHold(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/handle-safety-hold", Post)
            .WithName(nameof(HandleSafetyHold))
            .WithSummary("Take a request held for safety in hand, or take it over with a reason")
            .Acts();

    private static Task<RequestView> Post(Guid requestId, HandleSafetyHold command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class HandleSafetyHoldValidator : AbstractValidator<HandleSafetyHold>
{
    public HandleSafetyHoldValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
    }
}

internal sealed class HandleSafetyHoldHandler(
    Caller caller,
    RequestStore requests,
    RequestReader reader,
    DeadlineStore deadlines,
    TimelineStore timeline,
    Veil veil,
    Preconditions preconditions
) : IRequestHandler<HandleSafetyHold, RequestView>
{
    public async Task<RequestView> Handle(HandleSafetyHold command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        if (!request.SafetyHeld)
        {
            throw new Refused(ProblemKinds.NotHeld, "该求助没有安全保留。", "There is no safety hold on this request.")
            {
                State = request.State,
            };
        }

        if (request.SafetyHandler == caller.Subject)
        {
            return await reader.View(request);
        }

        if (string.IsNullOrWhiteSpace(command.Reason))
        {
            requests.RefuseOtherHandler(request);
        }

        preconditions.Demand(request.RequestId, request.Version);
        if (request.SafetyHandler is not null)
        {
            await veil.OverAnswers(request);
        }

        var handled = await requests.HandleSafetyHold(request);
        await timeline.Write(
            request.RequestId,
            new Entry(TimelineSubject.Request, request.RequestId, "handle_safety_hold", request.State, request.State, command.Reason)
        );
        if (handled.StateNow == HelpRequestState.Open)
        {
            // The alarm is met; what is left is to refer or to lift, in the time a desk has.
            await deadlines.Meet(handled.RequestId, DeadlineKind.Triage);
            await deadlines.Start(handled, DeadlineKind.Triage);
        }

        return await reader.View(handled);
    }
}
