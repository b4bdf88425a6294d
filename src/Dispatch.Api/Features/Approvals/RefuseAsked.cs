using System.Text.Json.Serialization;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Approvals;

/// <summary>The second person says no, and why. The requester whose wish it was is told.</summary>
internal sealed record RefuseAsked(string Note) : ICommand<ApprovalView>
{
    [JsonIgnore]
    public Guid ApprovalId { get; init; }
}

internal static class RefuseAskedEndpoint
{
    public static void MapRefuseAsked(this IEndpointRouteBuilder approvals) =>
        approvals
            .MapPost("/{approvalId:guid}/refuse", Post)
            .WithName(nameof(RefuseAsked))
            .WithSummary("Refuse what another asked, with the reason")
            .Acts();

    private static Task<ApprovalView> Post(Guid approvalId, RefuseAsked command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { ApprovalId = approvalId }, ct);
}

internal sealed class RefuseAskedValidator : AbstractValidator<RefuseAsked>
{
    public RefuseAskedValidator() => RuleFor(c => c.Note).NotEmpty().MaximumLength(500);
}

internal sealed class RefuseAskedHandler(ApprovalStore approvals, RequestStore requests, NoticeStore notices, TimeProvider clock)
    : IRequestHandler<RefuseAsked, ApprovalView>
{
    public async Task<ApprovalView> Handle(RefuseAsked command, CancellationToken cancellationToken)
    {
        var row = await approvals.HoldToDecide(command.ApprovalId);
        var refused = await approvals.Decide(row, ApprovalState.Refused, command.Note);
        if (row.RequestId is { } id && await requests.HoldUnseen(id) is { } request)
        {
            await notices.ToRequester(request, NoticeKind.Message, NoticeWording.ErasureRefused(request, command.Note));
        }

        return ApprovalView.Of(refused, clock.GetUtcNow());
    }
}
