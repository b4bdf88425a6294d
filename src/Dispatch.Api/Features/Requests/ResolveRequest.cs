using System.Text.Json.Serialization;
using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Visits;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>The team says what came of it; the requester is asked.</summary>
internal sealed record ResolveRequest(ResolutionResult Result, string Summary) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class ResolveRequestEndpoint
{
    public static void MapResolveRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/resolve", Post)
            .WithName(nameof(ResolveRequest))
            .WithSummary("Report the result of a request")
            .ActsOnce();

    private static Task<RequestView> Post(Guid requestId, ResolveRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class ResolveRequestValidator : AbstractValidator<ResolveRequest>
{
    public ResolveRequestValidator()
    {
        RuleFor(c => c.Summary).NotEmpty().MaximumLength(4000);
    }
}

internal sealed class ResolveRequestHandler(
    Caller caller,
    RequestStore requests,
    RequestReader reader,
    VisitStore visits,
    AssignmentStore assignments,
    Offering offering,
    JointStore parts,
    DeadlineStore deadlines,
    NoticeStore notices
) : IRequestHandler<ResolveRequest, RequestView>
{
    public async Task<RequestView> Handle(ResolveRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RequestStore.Check(request, HelpRequestAction.Resolve);
        RequireVisits(request, await visits.Of(request.RequestId));
        var active = await assignments.Active(request.RequestId);
        RefuseSupport(active);
        await offering.WithdrawPending(request, "request_resolved");
        await parts.EndAll(request.RequestId);
        foreach (var assignment in active)
        {
            await assignments.Move(assignment, AssignmentAction.Complete);
        }

        await deadlines.Meet(request.RequestId, DeadlineKind.FirstVisit);
        await deadlines.Meet(request.RequestId, DeadlineKind.Report);
        await deadlines.Meet(request.RequestId, DeadlineKind.Closing);
        var moved = await requests.Move(request, HelpRequestAction.Resolve, Words.Of(command.Result), command.Summary);
        var resolved = await requests.MarkResolved(moved, command.Result, command.Summary);
        await deadlines.Start(resolved, DeadlineKind.SilentClosing);
        await notices.ToRequester(resolved, NoticeKind.Result, NoticeWording.Answered(resolved, command.Summary));
        return await reader.View(resolved);
    }

    /// <summary>What came of it is the lead's to say.</summary>
    private void RefuseSupport(IEnumerable<AssignmentRow> active)
    {
        if (active.Any(assignment => assignment.TeamId == caller.TeamId && assignment.Role == "support"))
        {
            throw new Refused(ProblemKinds.Forbidden, "结果由主办队伍答复。", "The result is reported by the lead.");
        }
    }

    private static void RequireVisits(RequestRow request, IReadOnlyList<VisitRow> visits)
    {
        if (visits.Any(visit => visit.StateNow is VisitState.Scheduled or VisitState.Travelling or VisitState.InService))
        {
            throw new Refused(
                ProblemKinds.VisitOpen,
                "还有未结束的上门。请先完成、中止或取消它。",
                "A visit is still open. Complete, abort or cancel it first."
            );
        }

        if (!visits.Any(visit => visit.StateNow == VisitState.Completed && visit.EndedAt >= request.AcceptedAt))
        {
            throw new Refused(
                ProblemKinds.NoVisitYet,
                "本次接单后还没有完成的服务。请先完成一次上门或远程服务。",
                "No visit has been completed since this acceptance. Complete one, on site or remote, first."
            );
        }
    }
}
