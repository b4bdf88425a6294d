using Dispatch.Api.Features.Health;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Assigning;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>A run waits to be planned or committed.</summary>
internal sealed class RunSignal : CommitSignal;

/// <summary>Works on one run after the other: plans it, or turns its plan into offers. The runs themselves are the queue; whoever works on
/// one says so in its row, and one whose worker has fallen silent is taken over.</summary>
internal sealed class RunLoop(
    IServiceScopeFactory scopes,
    Database database,
    RunPlanner planner,
    RunCommitter committer,
    RunSignal signal,
    TimeProvider clock,
    Readiness readiness,
    ILogger<RunLoop> log
) : WokenLoop(signal, readiness, log)
{
    /// <summary>Without a sign of life for so long, a worker is taken for dead.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>Works until no run waits; returns how many it has worked on.</summary>
    public async Task<int> WorkDue(CancellationToken ct = default)
    {
        for (var worked = 0; ; worked++)
        {
            var worker = Guid.NewGuid().ToString("N");
            if (await Claim(worker, ct) is not { } run)
            {
                return worked;
            }

            await Work(run, worker, ct);
        }
    }

    protected override string Failure => "Dispatch runs could not be worked on";

    protected override Task Round(CancellationToken ct) => WorkDue(ct);

    private async Task<DispatchRunRow?> Claim(string worker, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        DispatchRunRow? claimed = null;
        var now = clock.GetUtcNow();
        await database.Write(
            db,
            Chore.SignOfLife,
            async () =>
                claimed = await db.Find<DispatchRunRow>(
                    $"""
                    update dispatch_run set worker = @worker, beat_at = @now
                    where run_id = (
                        select run_id from dispatch_run
                        where state in ('planning', 'committing') and (worker is null or beat_at < @silentSince)
                        order by created_at, run_id
                        limit 1 {db.ForUpdate})
                    returning {DispatchRunStore.Columns}
                    """,
                    new
                    {
                        worker,
                        now,
                        silentSince = now - LongestSilence,
                    }
                ),
            ct
        );
        return claimed;
    }

    private async Task Work(DispatchRunRow run, string worker, CancellationToken ct)
    {
        try
        {
            if (run.StateNow == DispatchRunState.Planning)
            {
                await planner.Plan(run, worker, ct);
            }
            else
            {
                await committer.Commit(run, worker, ct);
            }
        }
        catch (Exception cause) when (cause is not OperationCanceledException and not OutcomeUnknown)
        {
            Log.LogError(cause, "Dispatch run {RunId} stopped while {State}.", run.RunId, run.State);
            if (run.StateNow == DispatchRunState.Planning)
            {
                await planner.Fail(run, RunFailure.Fault, ct);
            }
        }
    }
}
