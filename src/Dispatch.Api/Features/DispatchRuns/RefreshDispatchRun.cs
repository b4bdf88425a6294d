using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Assigning;
using MediatR;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>What came, went or changed since is taken in, and the plan is best again.</summary>
internal sealed record RefreshDispatchRun(Guid RunId) : ICommand<DispatchRunView>;

internal static class RefreshDispatchRunEndpoint
{
    public static void MapRefreshDispatchRun(this IEndpointRouteBuilder runs) =>
        runs.MapPost(
                "/{runId:guid}/refresh",
                (Guid runId, IMediator mediator, CancellationToken ct) => mediator.Send(new RefreshDispatchRun(runId), ct)
            )
            .WithName(nameof(RefreshDispatchRun))
            .WithSummary("Take in what has changed since the plan")
            .Acts();
}

internal sealed class RefreshDispatchRunHandler(Session db, DispatchRunStore runs, DispatchRunReader reader, RunSignal signal)
    : IRequestHandler<RefreshDispatchRun, DispatchRunView>
{
    public async Task<DispatchRunView> Handle(RefreshDispatchRun command, CancellationToken cancellationToken)
    {
        var run = await runs.Hold(command.RunId);
        var planning = await runs.Move(run, DispatchRunAction.Refresh, "failure = null, ended_at = null, done = 0, of_all = 0");
        db.AfterCommit(signal.Wake);
        return await reader.View(planning);
    }
}
