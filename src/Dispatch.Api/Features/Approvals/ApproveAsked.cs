using System.Text.Json.Serialization;
using Dispatch.Api.Features.Accounts;
using Dispatch.Api.Features.Rights;
using Dispatch.Api.Http;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Approvals;

/// <summary>The second person says yes: it is done in the same moment.</summary>
internal sealed record ApproveAsked(string? Note = null) : ICommand<ApprovalView>
{
    [JsonIgnore]
    public Guid ApprovalId { get; init; }
}

internal static class ApproveAskedEndpoint
{
    public static void MapApproveAsked(this IEndpointRouteBuilder approvals) =>
        approvals
            .MapPost("/{approvalId:guid}/approve", Post)
            .WithName(nameof(ApproveAsked))
            .WithSummary("Approve what another asked; it is done at once")
            .Acts();

    private static async Task<ApprovalView> Post(
        Guid approvalId,
        ApproveAsked command,
        IMediator mediator,
        ErasureFile file,
        CancellationToken ct
    )
    {
        var approved = await mediator.Send(command with { ApprovalId = approvalId }, ct);
        // Nobody is told that a person is erased before an older database could not bring him back.
        await file.Follow();
        return approved;
    }
}

internal sealed class ApproveAskedValidator : AbstractValidator<ApproveAsked>
{
    public ApproveAskedValidator() => RuleFor(c => c.Note).MaximumLength(500);
}

internal sealed class ApproveAskedHandler(ApprovalStore approvals, Erasure erasure, RoleChanges roles, TimeProvider clock)
    : IRequestHandler<ApproveAsked, ApprovalView>
{
    public async Task<ApprovalView> Handle(ApproveAsked command, CancellationToken cancellationToken)
    {
        var row = await approvals.HoldToDecide(command.ApprovalId);
        var approved = await approvals.Decide(row, ApprovalState.Approved, command.Note);
        switch (row.KindNow)
        {
            case ApprovalKind.ErasePerson:
                await erasure.Person(row.Asked, ErasureCause.Wish);
                break;
            case ApprovalKind.SetRole:
                await roles.CarryOut(row.Asked);
                break;
            default:
                // An export waits for whoever asked.
                break;
        }

        return ApprovalView.Of(approved, clock.GetUtcNow());
    }
}
