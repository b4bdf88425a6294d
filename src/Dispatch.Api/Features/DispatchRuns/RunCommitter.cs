using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Assigning;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>Turns a plan into offers, one request and one transaction at a time, in the name of the officer who committed it.</summary>
internal sealed class RunCommitter(IServiceScopeFactory scopes, Database database, TimeProvider clock)
{
    private const int AtATime = 20;

    public async Task Commit(DispatchRunRow run, string worker, CancellationToken ct)
    {
        var (settled, left) = await Progress(run);
        for (var after = -1; ; )
        {
            var items = await Waiting(run, after);
            if (items.Count == 0)
            {
                break;
            }

            foreach (var item in items)
            {
                ct.ThrowIfCancellationRequested();
                await InOneTransaction(run, null, services => services.GetRequiredService<RunItemCommitter>().Commit(item), ct);
                after = item.Position;
            }

            settled += items.Count;
            if (!await Beat(run, worker, settled, left, ct))
            {
                return;
            }
        }

        await InOneTransaction(
            run,
            null,
            async services =>
            {
                var runs = services.GetRequiredService<DispatchRunStore>();
                if (await runs.HoldUnseen(run.RunId) is { } now && now.Version == run.Version)
                {
                    await runs.Move(now, DispatchRunAction.Finish, "ended_at = @at", new { at = clock.GetUtcNow() });
                    await services
                        .GetRequiredService<AuditTrail>()
                        .Did("FinishDispatchRun", new AuditObject("dispatch_run", run.RunId.ToString("D")));
                }
            },
            ct
        );
    }

    private async Task<(int Settled, int OfAll)> Progress(DispatchRunRow run)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        const string count = "select count(*) from dispatch_run_item where run_id = @RunId and plan_number = @PlanNumber and state in ";
        return (
            (int)await db.Value<long>(count + "('offered', 'changed')", run),
            (int)await db.Value<long>(count + "('planned', 'offered', 'changed')", run)
        );
    }

    private async Task<IReadOnlyList<RunItemRow>> Waiting(DispatchRunRow run, int after)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DispatchRunStore>().Items(run, after, AtATime, RunItemState.Planned);
    }

    private async Task<bool> Beat(DispatchRunRow run, string worker, int done, int ofAll, CancellationToken ct)
    {
        var own = false;
        await InOneTransaction(
            run,
            Chore.SignOfLife,
            async services => own = await services.GetRequiredService<Session>().Beats(run, worker, done, ofAll, clock.GetUtcNow()),
            ct
        );
        return own;
    }

    private async Task InOneTransaction(DispatchRunRow run, Chore? chore, Func<IServiceProvider, Task> work, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Acting>().Caller = run.Actor;
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        await (chore is { } own ? database.Write(db, own, Work, ct) : database.Write(db, Work, ct));

        Task Work() => work(scope.ServiceProvider);
    }
}

/// <summary>One item of a plan: an offer, or the reason why not. Judged anew while the request is held.</summary>
internal sealed class RunItemCommitter(
    Session db,
    Caller caller,
    RequestStore requests,
    DispatchRunStore runs,
    Matching matching,
    Offering offering,
    AuditTrail trail
)
{
    public async Task Commit(RunItemRow planned)
    {
        var request = await requests.HoldUnseen(planned.RequestId);
        var run = await runs.HoldUnseen(planned.RunId);
        // Somebody else has settled it, or the run was cancelled, while this one waited for the request.
        if (
            run is not { StateNow: DispatchRunState.Committing }
            || run.PlanNumber != planned.PlanNumber
            || await runs.Item(run, planned.RequestId) is not { } item
            || item.State != Words.Of(RunItemState.Planned)
        )
        {
            return;
        }

        await trail.Did("CommitDispatchRunItem", new AuditObject("dispatch_run", run.RunId.ToString("D")));
        if (Changed(request, item) is { } reason)
        {
            await runs.Settle(item, RunItemState.Changed, reason, null, null);
            return;
        }

        await db.Value<long>($"select capacity from team where team_id = @TeamId {db.ForUpdate}", item);
        var (match, candidate) = await matching.For(request!, item.TeamId!.Value);
        if (candidate is null)
        {
            await NotACandidate(request!, item, match.Opened);
            return;
        }

        if (candidate.Load.Active + candidate.Load.Pending >= candidate.Team.Capacity)
        {
            await runs.Settle(item, RunItemState.Changed, RunItemReason.TeamAtCapacity, null, null);
            return;
        }

        var offer = (await offering.Offer(request!, match, [candidate], OfferWay.Batch)).Single();
        await offering.MarkOffered(request!, match.Opened, "batch");
        await runs.Settle(item, RunItemState.Offered, null, null, offer.OfferId);
    }

    private RunItemReason? Changed(RequestRow? request, RunItemRow item) =>
        request switch
        {
            // What this officer may not see is nothing to him.
            null => RunItemReason.NotOpen,
            _ when !RegionScope.Covers(caller.RegionCode, request) => RunItemReason.NotOpen,
            { SafetyHeld: true } => RunItemReason.SafetyHold,
            _ when request.StateNow != HelpRequestState.Open => RunItemReason.NotOpen,
            _ when request.Version != item.RequestVersion => RunItemReason.RequestChanged,
            _ => null,
        };

    private async Task NotACandidate(RequestRow request, RunItemRow item, Tier opened)
    {
        var against = await matching.ReasonsAgainst(request, item.TeamId!.Value, opened);
        var (reason, rule) = against switch
        {
            _ when against.Contains(Ineligibility.Suspended) => (RunItemReason.TeamSuspended, (Ineligibility?)null),
            _ when against.Contains(Ineligibility.AtCapacity) => (RunItemReason.TeamAtCapacity, null),
            [var first, ..] => (RunItemReason.TeamNotEligible, first),
            [] => (RunItemReason.TeamNotEligible, null),
        };
        await runs.Settle(item, RunItemState.Changed, reason, rule is { } failed ? Words.Of(failed) : null, null);
    }
}
