using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Offers;

/// <summary>An officer gives a joint plan up before it is complete: everybody is let go, and the request waits at its desk again.</summary>
internal sealed record WithdrawPlan(string? Reason = null, string? Note = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class WithdrawPlanEndpoint
{
    public static void MapWithdrawPlan(this IEndpointRouteBuilder requests) =>
        requests.MapPost("/{requestId:guid}/withdraw-plan", Post).WithName(nameof(WithdrawPlan)).WithSummary("Give a joint plan up").Acts();

    private static Task<RequestView> Post(Guid requestId, WithdrawPlan command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class WithdrawPlanValidator : AbstractValidator<WithdrawPlan>
{
    public WithdrawPlanValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class WithdrawPlanHandler(
    RequestStore requests,
    RequestReader reader,
    RequestContent content,
    JointStore parts,
    JointWay joint,
    Desks desks,
    TimelineStore timeline,
    Preconditions preconditions
) : IRequestHandler<WithdrawPlan, RequestView>
{
    public async Task<RequestView> Handle(WithdrawPlan command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        JointWay.RefuseNoPlan(request, await parts.Live(request.RequestId));
        preconditions.Demand(request.RequestId, request.Version);
        await joint.GiveUp(request, "plan_withdrawn");
        await timeline.Write(
            request.RequestId,
            new Entry(
                TimelineSubject.Request,
                request.RequestId,
                "withdraw_plan",
                request.State,
                request.State,
                command.Reason,
                command.Note
            )
        );
        if (request.StateNow == HelpRequestState.Offered)
        {
            request = await requests.Move(request, HelpRequestAction.Return, "plan_withdrawn");
        }

        // What is asked for in groups stays joint; what an officer only said to be does not.
        var groups = await content.Requirements(request.RequestId);
        request = groups.Count == 0 ? await requests.SetJoint(request, joint: false) : request;
        return await reader.View(await desks.ToDesk(await requests.SetAutomatic(request, automatic: false), RequestQueue.Dispatch));
    }
}
