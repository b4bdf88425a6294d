using Dispatch.Api.Http;
using MediatR;

namespace Dispatch.Api.Features.Approvals;

/// <summary>One of the things that two people decide.</summary>
internal sealed record ShowApproval(Guid ApprovalId) : IRequest<ApprovalView>;

internal static class ShowApprovalEndpoint
{
    public static void MapShowApproval(this IEndpointRouteBuilder approvals) =>
        approvals
            .MapGet(
                "/{approvalId:guid}",
                (Guid approvalId, IMediator mediator, CancellationToken ct) => mediator.Send(new ShowApproval(approvalId), ct)
            )
            .WithName(nameof(ShowApproval))
            .WithSummary("Read what was asked, and what became of it")
            .ShowsOne();
}

internal sealed class ShowApprovalHandler(ApprovalStore approvals, TimeProvider clock) : IRequestHandler<ShowApproval, ApprovalView>
{
    public async Task<ApprovalView> Handle(ShowApproval request, CancellationToken cancellationToken) =>
        ApprovalView.Of(await approvals.Find(request.ApprovalId), clock.GetUtcNow());
}
