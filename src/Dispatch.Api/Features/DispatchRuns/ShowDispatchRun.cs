using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>A run: how far it is, what it plans, what that is worth, and why somebody is left out.</summary>
internal sealed record ShowDispatchRun(Guid RunId) : IRequest<DispatchRunView>;

internal static class ShowDispatchRunEndpoint
{
    public static void MapShowDispatchRun(this IEndpointRouteBuilder runs) =>
        runs.MapGet(
                "/{runId:guid}",
                (Guid runId, IMediator mediator, CancellationToken ct) => mediator.Send(new ShowDispatchRun(runId), ct)
            )
            .WithName(nameof(ShowDispatchRun))
            .WithSummary("Read a dispatch run with its plan")
            .ShowsOne();
}

internal sealed class ShowDispatchRunHandler(DispatchRunStore runs, DispatchRunReader reader)
    : IRequestHandler<ShowDispatchRun, DispatchRunView>
{
    public async Task<DispatchRunView> Handle(ShowDispatchRun query, CancellationToken cancellationToken) =>
        await reader.View(await runs.Find(query.RunId));
}
