using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Assigning;
using MediatR;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>The plan is given up. Offers it has made already stand.</summary>
internal sealed record CancelDispatchRun(Guid RunId) : ICommand<DispatchRunView>;

internal static class CancelDispatchRunEndpoint
{
    public static void MapCancelDispatchRun(this IEndpointRouteBuilder runs) =>
        runs.MapPost(
                "/{runId:guid}/cancel",
                (Guid runId, IMediator mediator, CancellationToken ct) => mediator.Send(new CancelDispatchRun(runId), ct)
            )
            .WithName(nameof(CancelDispatchRun))
            .WithSummary("Give up a dispatch run")
            .Acts();
}

internal sealed class CancelDispatchRunHandler(DispatchRunStore runs, DispatchRunReader reader, TimeProvider clock)
    : IRequestHandler<CancelDispatchRun, DispatchRunView>
{
    public async Task<DispatchRunView> Handle(CancelDispatchRun command, CancellationToken cancellationToken)
    {
        var run = await runs.Hold(command.RunId);
        var cancelled = await runs.Move(run, DispatchRunAction.Cancel, "ended_at = @at", new { at = clock.GetUtcNow() });
        return await reader.View(cancelled);
    }
}
