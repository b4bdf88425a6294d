using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>The sign of life of whoever works on a run, and how it learns that the run is no longer its own.</summary>
internal static class RunWorker
{
    /// <summary>False: the run was moved by somebody, or taken over.</summary>
    public static async Task<bool> Beats(this Session db, DispatchRunRow run, string worker, int done, int ofAll, DateTimeOffset now) =>
        await db.Execute(
            "update dispatch_run set done = @done, of_all = @ofAll, beat_at = @now where run_id = @RunId and version = @Version and worker = @worker",
            new
            {
                run.RunId,
                run.Version,
                worker,
                done,
                ofAll,
                now,
            }
        ) > 0;
}
