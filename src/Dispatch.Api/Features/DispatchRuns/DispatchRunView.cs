using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Assigning;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>A run with its plan. Totals are weighted points: weight times (100 and the score).</summary>
/// <param name="RequestIds">Those named; none: every open request of the region.</param>
/// <param name="Total">Of the plan.</param>
/// <param name="GreedyTotal">What deciding one after another would have got, the better of two ways.</param>
/// <param name="ArrivalTotal">What the order of arrival would have got.</param>
/// <param name="Gained">Total less greedy total.</param>
/// <param name="PriceOfFairness">What the plan gives up in points so that the load spreads.</param>
/// <param name="Objective">What was made as high as it can be: the total less what fairness charges for the places taken.</param>
/// <param name="Bound">No plan can have a higher objective: proven by a price for every team.</param>
/// <param name="Gap">Bound less objective; 0 when the plan is best.</param>
/// <param name="Assigned">The first of them in the order of the plan; all under <c>items</c>.</param>
/// <param name="Unassigned">The first of them; all under <c>items</c>.</param>
internal sealed record DispatchRunView(
    Guid Id,
    DispatchRunState State,
    Text StateText,
    IReadOnlyList<string> Allowed,
    string? RegionCode,
    IReadOnlyList<Guid> RequestIds,
    int Fairness,
    bool DryRun,
    RunProgressView Progress,
    RunCountsView Counts,
    PlannedFrom? PlannedFrom,
    decimal? Total,
    decimal? GreedyTotal,
    decimal? ArrivalTotal,
    decimal? Gained,
    decimal? PriceOfFairness,
    decimal? Objective,
    decimal? Bound,
    decimal? Gap,
    RunFailure? Failure,
    IReadOnlyList<RunItemView> Assigned,
    IReadOnlyList<RunItemView> Unassigned,
    string MadeBy,
    string? CommittedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? PlannedAt,
    DateTimeOffset? EndedAt,
    long Version
) : IResource
{
    public string Place() => $"/v1/dispatch-runs/{Id}";
}

/// <param name="Done">Requests looked at while planning, items settled while committing.</param>
internal sealed record RunProgressView(int Done, int OfAll);

internal sealed record RunCountsView(int Planned, int LeftOut, int KeptOut, int Offered, int Changed);

/// <param name="Weight">1 to 8, from urgency and the nearness of the deadline.</param>
/// <param name="Lacking">Weighted points by which its gain falls short of what a place of that team is worth.</param>
/// <param name="Refused">Without a team: how many teams fail which rule.</param>
internal sealed record RunItemView(
    Guid RequestId,
    string Reference,
    RunItemState State,
    RunItemReason? Reason,
    Text? ReasonText,
    Guid? TeamId,
    string? TeamName,
    Tier? Tier,
    double? Score,
    decimal? Weight,
    decimal? Points,
    decimal? Lacking,
    IReadOnlyList<RunRefusalView> Refused,
    Guid? OfferId
);

internal sealed record RunRefusalView(string Reason, int Count, Text Text);

internal sealed class DispatchRunReader(Session db)
{
    /// <summary>Items of each kind shown with the run itself.</summary>
    public const int MostShown = 100;

    private const decimal Hundredths = 100m;
    private const double Thousandths = Weights.PointScale;

    public async Task<DispatchRunView> View(DispatchRunRow run)
    {
        var counts = (
            await db.List<CountRow>(
                "select state, count(*) as number from dispatch_run_item where run_id = @RunId and plan_number = @PlanNumber group by state",
                run
            )
        ).ToDictionary(row => Words.To<RunItemState>(row.State), row => (int)row.Number);
        var objective = run.Total - run.SpreadCost;
        return new DispatchRunView(
            run.RunId,
            run.StateNow,
            Vocabulary.Of(run.StateNow),
            DispatchRunFlow.Machine.Possible(run.StateNow),
            run.RegionCode,
            run.RequestIds is null ? [] : Named(run.RequestIds),
            run.Fairness,
            run.DryRun,
            new RunProgressView(run.Done, run.OfAll),
            new RunCountsView(
                counts.GetValueOrDefault(RunItemState.Planned),
                counts.GetValueOrDefault(RunItemState.LeftOut),
                counts.GetValueOrDefault(RunItemState.KeptOut),
                counts.GetValueOrDefault(RunItemState.Offered),
                counts.GetValueOrDefault(RunItemState.Changed)
            ),
            run.PlannedFrom is null ? null : Words.To<PlannedFrom>(run.PlannedFrom),
            InPoints(run.Total),
            InPoints(run.GreedyTotal),
            InPoints(run.ArrivalTotal),
            InPoints(run.Total - run.GreedyTotal),
            InPoints(run.BestWithoutFairness - run.Total),
            InPoints(objective),
            InPoints(run.Bound),
            InPoints(run.Bound - objective),
            run.Failure is null ? null : Words.To<RunFailure>(run.Failure),
            await Items(run, "item.state in ('planned', 'offered')", after: -1, MostShown),
            await Items(run, "item.state in ('left_out', 'kept_out', 'changed')", after: -1, MostShown),
            run.MadeBy,
            run.CommittedBy,
            run.CreatedAt,
            run.PlannedAt,
            run.EndedAt,
            run.Version
        );
    }

    public async Task<IReadOnlyList<RunItemView>> Items(DispatchRunRow run, string condition, int after, int limit) =>
        [.. (await Rows(run, condition, after, limit)).Select(Item)];

    public Task<IReadOnlyList<JoinedRow>> Rows(DispatchRunRow run, string condition, int after, int limit) =>
        db.List<JoinedRow>(
            $"""
            select item.request_id, item.position, item.state, item.why, item.detail, item.team_id, item.tier, item.score, item.weight, item.gain, item.lacking, item.offer_id,
                   help_request.reference, team.name as team_name
            from dispatch_run_item item
            join help_request on help_request.request_id = item.request_id
            left join team on team.team_id = item.team_id
            where item.run_id = @RunId and item.plan_number = @PlanNumber and item.position > @after and {condition}
            order by item.position
            limit @limit
            """,
            new
            {
                run.RunId,
                run.PlanNumber,
                after,
                limit,
            }
        );

    public static RunItemView Item(JoinedRow row)
    {
        RunItemReason? reason = row.Why is null ? null : Words.To<RunItemReason>(row.Why);
        return new RunItemView(
            row.RequestId,
            row.Reference,
            Words.To<RunItemState>(row.State),
            reason,
            reason is { } why ? RunWording.Of(why, row.Detail) : null,
            row.TeamId,
            row.TeamName,
            row.Tier is null ? null : Words.To<Tier>(row.Tier),
            row.Score / Thousandths,
            row.Weight / Hundredths,
            InPoints(row.Gain),
            InPoints(row.Lacking),
            reason == RunItemReason.NoTeam ? RefusedIn(row.Detail) : [],
            row.OfferId
        );
    }

    public static IReadOnlyList<Guid> Named(string ids) => [.. ids.Split(' ').Select(Guid.Parse)];

    private static decimal? InPoints(long? amount) => amount / (decimal)DispatchObjective.Scale;

    private static IReadOnlyList<RunRefusalView> RefusedIn(string? detail) =>
        detail is null or ""
            ? []
            :
            [
                .. detail
                    .Split(' ')
                    .Chunk(2)
                    .Select(pair => new RunRefusalView(pair[0], int.Parse(pair[1]), Text.Of(Wording.Of(Words.To<Ineligibility>(pair[0]))))),
            ];

    private sealed record CountRow
    {
        public string State { get; init; } = "";
        public long Number { get; init; }
    }

    internal sealed record JoinedRow
    {
        public Guid RequestId { get; init; }
        public int Position { get; init; }
        public string State { get; init; } = "";
        public string? Why { get; init; }
        public string? Detail { get; init; }
        public Guid? TeamId { get; init; }
        public string? Tier { get; init; }
        public int? Score { get; init; }
        public int? Weight { get; init; }
        public int? Gain { get; init; }
        public int? Lacking { get; init; }
        public Guid? OfferId { get; init; }
        public string Reference { get; init; } = "";
        public string? TeamName { get; init; }
    }
}
