using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Assigning;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>The one writer of <c>dispatch_run.state</c>, and the one place that decides who may see a run.</summary>
internal sealed class DispatchRunStore(Session db, Caller caller, Preconditions preconditions, TimeProvider clock)
{
    public const string Columns = """
        run_id, state, version, region_code, county_code, city_code, province_code, request_ids, fairness, dry_run, plan_number, done, of_all, planned_from,
        total, spread_cost, bound, greedy_total, arrival_total, best_without_fairness, failure, made_by, committed_by, actor_role, actor_region,
        created_at, changed_at, planned_at, ended_at
        """;

    private const string ItemColumns =
        "run_id, plan_number, position, request_id, request_version, state, why, detail, team_id, tier, score, weight, gain, lacking, offer_id";

    public async Task<DispatchRunRow> Find(Guid id) =>
        Visible(await db.Find<DispatchRunRow>($"select {Columns} from dispatch_run where run_id = @id", new { id }));

    public async Task<DispatchRunRow> Hold(Guid id)
    {
        var run = Visible(await HoldUnseen(id));
        preconditions.Aim(run.RunId, run.Version);
        return run;
    }

    public Task<DispatchRunRow?> HoldUnseen(Guid id) =>
        db.Find<DispatchRunRow>($"select {Columns} from dispatch_run where run_id = @id {db.ForUpdate}", new { id });

    public Task<long> AtWork() => db.Value<long>("select count(*) from dispatch_run where state in ('planning', 'committing')");

    public Task Insert(DispatchRunRow run) =>
        db.Execute(
            """
            insert into dispatch_run (run_id, state, version, region_code, county_code, city_code, province_code, request_ids, fairness, dry_run, made_by, actor_role, actor_region, created_at, changed_at)
            values (@RunId, 'planning', 1, @RegionCode, @CountyCode, @CityCode, @ProvinceCode, @RequestIds, @Fairness, @DryRun, @MadeBy, @ActorRole, @ActorRegion, @CreatedAt, @CreatedAt)
            """,
            run
        );

    /// <summary>Makes one move of the table. Whoever is at work on the run finds it moved and stops.</summary>
    public async Task<DispatchRunRow> Move(DispatchRunRow run, DispatchRunAction action, string? assignments = null, object? values = null)
    {
        var to = Moves.Next(DispatchRunFlow.Machine, run.StateNow, action);
        preconditions.Demand(run.RunId, run.Version);
        var args = new Arguments(values);
        args.Add("_id", run.RunId);
        args.Add("_version", run.Version);
        args.Add("_to", Words.Of(to));
        args.Add("_now", clock.GetUtcNow());
        var also = assignments is null ? "" : ", " + assignments;
        return await db.Find<DispatchRunRow>(
                $"""
                update dispatch_run set state = @_to, version = version + 1, changed_at = @_now, worker = null, beat_at = null{also}
                where run_id = @_id and version = @_version
                returning {Columns}
                """,
                args
            ) ?? throw new InvalidOperationException("A held run changed under its holder.");
    }

    public Task InsertItem(RunItemRow item) =>
        db.Execute(
            $"""
            insert into dispatch_run_item ({ItemColumns})
            values (@RunId, @PlanNumber, @Position, @RequestId, @RequestVersion, @State, @Why, @Detail, @TeamId, @Tier, @Score, @Weight, @Gain, @Lacking, @OfferId)
            """,
            item
        );

    /// <summary>In the order of the plan; an item is held by holding its request.</summary>
    public Task<IReadOnlyList<RunItemRow>> Items(DispatchRunRow run, int after, int limit, RunItemState? state = null) =>
        db.List<RunItemRow>(
            $"""
            select {ItemColumns} from dispatch_run_item
            where run_id = @RunId and plan_number = @PlanNumber and position > @after and (@state = '' or state = @state)
            order by position
            limit @limit
            """,
            new
            {
                run.RunId,
                run.PlanNumber,
                after,
                limit,
                state = state is { } wanted ? Words.Of(wanted) : "",
            }
        );

    public Task<RunItemRow?> Item(DispatchRunRow run, Guid requestId) =>
        db.Find<RunItemRow>(
            $"select {ItemColumns} from dispatch_run_item where run_id = @RunId and plan_number = @PlanNumber and request_id = @requestId",
            new
            {
                run.RunId,
                run.PlanNumber,
                requestId,
            }
        );

    public Task Settle(RunItemRow item, RunItemState state, RunItemReason? why, string? detail, Guid? offerId) =>
        db.Execute(
            """
            update dispatch_run_item set state = @state, why = @why, detail = @detail, offer_id = @offerId
            where run_id = @RunId and plan_number = @PlanNumber and request_id = @RequestId
            """,
            new
            {
                item.RunId,
                item.PlanNumber,
                item.RequestId,
                state = Words.Of(state),
                why = why is { } said ? Words.Of(said) : null,
                detail,
                offerId,
            }
        );

    private DispatchRunRow Visible(DispatchRunRow? run) =>
        run is not null && RegionScope.Covers(caller.RegionCode, run) ? run : throw Refused.Unknown();
}
