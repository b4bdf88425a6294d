using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Assigning;
using MediatR;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>提交: every planned request is offered to its team, each in a transaction of its own; what has changed since the plan is left alone and said.</summary>
internal sealed record CommitDispatchRun(Guid RunId) : ICommand<DispatchRunView>;

internal static class CommitDispatchRunEndpoint
{
    public static void MapCommitDispatchRun(this IEndpointRouteBuilder runs) =>
        runs.MapPost(
                "/{runId:guid}/commit",
                (Guid runId, IMediator mediator, CancellationToken ct) => mediator.Send(new CommitDispatchRun(runId), ct)
            )
            .WithName(nameof(CommitDispatchRun))
            .WithSummary("Turn the plan of a dispatch run into offers")
            .ActsOnce();
}

internal sealed class CommitDispatchRunHandler(Session db, Caller caller, DispatchRunStore runs, DispatchRunReader reader, RunSignal signal)
    : IRequestHandler<CommitDispatchRun, DispatchRunView>
{
    public async Task<DispatchRunView> Handle(CommitDispatchRun command, CancellationToken cancellationToken)
    {
        var run = await runs.Hold(command.RunId);
        var committing = await runs.Move(
            run,
            DispatchRunAction.Commit,
            "committed_by = @Subject, actor_role = @role, actor_region = @RegionCode",
            new
            {
                caller.Subject,
                role = Words.Of(caller.Role),
                caller.RegionCode,
            }
        );
        db.AfterCommit(signal.Wake);
        return await reader.View(committing);
    }
}
