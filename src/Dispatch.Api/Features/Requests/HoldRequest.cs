using System.Text.Json.Serialization;
using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Visits;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>挂起: asks the requester back; deadlines pause.</summary>
internal sealed record HoldRequest(string? Reason = null, string? Note = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class HoldRequestEndpoint
{
    public static void MapHoldRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/hold", Post)
            .WithName(nameof(HoldRequest))
            .WithSummary("Put a request on hold until the requester answers")
            .Acts();

    private static Task<RequestView> Post(Guid requestId, HoldRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class HoldRequestValidator : AbstractValidator<HoldRequest>
{
    public HoldRequestValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class HoldRequestHandler(
    RequestStore requests,
    RequestReader reader,
    VisitStore visits,
    Offering offering,
    DeadlineStore deadlines,
    NoticeStore notices
) : IRequestHandler<HoldRequest, RequestView>
{
    public async Task<RequestView> Handle(HoldRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RequestStore.Check(request, HelpRequestAction.Hold);
        await visits.CancelPlanned(request.RequestId, "request_on_hold");
        await offering.WithdrawPending(request, "request_on_hold");
        var heldFrom = request.StateNow;
        await deadlines.Pause(request);
        var held = await requests.Move(request, HelpRequestAction.Hold, command.Reason, command.Note);
        await notices.ToRequester(held, NoticeKind.Message, NoticeWording.Asked(held, command.Note ?? command.Reason));
        return await reader.View(await requests.MarkHeld(held, heldFrom));
    }
}
