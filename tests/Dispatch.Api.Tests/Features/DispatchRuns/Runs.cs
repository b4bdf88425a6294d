using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Features.DispatchRuns;
using Dispatch.Api.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Api.Tests.Features.DispatchRuns;

/// <summary>Dispatch runs in the words of a test.</summary>
public static class Runs
{
    public static Task<JsonNode> StartRun(this RunningService service, object body, string? region = null) =>
        service.Officer(region).Post("/v1/dispatch-runs", body).Must(HttpStatusCode.Created);

    /// <summary>The run with its plan worked out.</summary>
    public static async Task<JsonNode> PlannedRun(this RunningService service, object body, string? region = null)
    {
        var run = (await service.StartRun(body, region)).Id();
        await service.WorkRuns();
        return await service.Run(run);
    }

    public static Task<JsonNode> PlannedRun(this RunningService service, params Guid[] requests) =>
        service.PlannedRun(new { requestIds = requests });

    public static Task<JsonNode> Run(this RunningService service, Guid run) => service.Officer().Read($"/v1/dispatch-runs/{run}");

    public static async Task<JsonNode> CommittedRun(this RunningService service, Guid run)
    {
        await service.Officer().Post($"/v1/dispatch-runs/{run}/commit").Must();
        await service.WorkRuns();
        return await service.Run(run);
    }

    public static JsonNode Item(this JsonNode run, Guid request) =>
        run.Items("assigned").Concat(run.Items("unassigned")).Single(item => item.Id("requestId") == request);

    public static (string State, string? Reason) Outcome(this JsonNode run, Guid request) =>
        (run.Item(request).Text("state"), run.Item(request).Maybe("reason"));

    /// <summary>What a worker that dies in the middle has done: so many items are offers, the run is not finished.</summary>
    public static async Task CommitOnly(this RunningService service, Guid run, int items)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var (db, runs) = (
            scope.ServiceProvider.GetRequiredService<Session>(),
            scope.ServiceProvider.GetRequiredService<DispatchRunStore>()
        );
        var found = await runs.Items((await runs.Find(run))!, -1, items, RunItemState.Planned);
        foreach (var item in found)
        {
            await scope
                .ServiceProvider.GetRequiredService<Database>()
                .Write(db, () => scope.ServiceProvider.GetRequiredService<RunItemCommitter>().Commit(item), CancellationToken.None);
        }
    }
}
