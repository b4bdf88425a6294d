using Dispatch.Api.Features.Reference;
using Dispatch.Api.Generating;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Outcomes;
using Dispatch.Domain.Requests;
using MediatR;

namespace Dispatch.Api.Features.Reports;

/// <summary>How far the requests of a period and a region have come by now: how many reach each step, after how long, and why the others did not.</summary>
internal sealed record ShowFunnel(DateOnly From, DateOnly To, string? Region, string? Skill) : IRequest<FunnelView>;

/// <summary>Those who ended before the next step.</summary>
/// <param name="Reason">Of a cancelled request its reason; of a closed one <c>denied</c> or <c>not_confirmed</c>.</param>
internal sealed record LossView(string Reason, int Requests);

/// <param name="Requests">Those who came to this step at least.</param>
/// <param name="UnderWay">Of them, those who have come no further yet.</param>
/// <param name="Timed">Of how many the wait since the step before is known.</param>
/// <param name="P50Minutes">Half of them waited no longer. Null: nobody came here.</param>
/// <param name="P90Minutes">Nine of ten waited no longer.</param>
internal sealed record FunnelStepView(
    FunnelStep Step,
    int Requests,
    int UnderWay,
    IReadOnlyList<LossView> Losses,
    int Timed,
    long? P50Minutes,
    long? P90Minutes
);

/// <param name="Synthetic">Null: these are real records.</param>
internal sealed record FunnelView(
    PeriodView Period,
    string? Region,
    string? Skill,
    IReadOnlyList<FunnelStepView> Steps,
    SyntheticView? Synthetic
);

internal static class ShowFunnelEndpoint
{
    public static void MapShowFunnel(this IEndpointRouteBuilder reports) =>
        reports.MapGet("/funnel", Get).WithName(nameof(ShowFunnel)).WithSummary("Read how far the requests of a period came").ShowsMany();

    private static Task<FunnelView> Get(
        IMediator mediator,
        ReportQueries queries,
        CancellationToken ct,
        DateOnly? from = null,
        DateOnly? to = null,
        string? region = null,
        string? skill = null
    ) => mediator.Send(queries.Funnel(from, to, region, skill), ct);
}

internal sealed class ShowFunnelHandler(Session db, Catalogue catalogue) : IRequestHandler<ShowFunnel, FunnelView>
{
    public async Task<FunnelView> Handle(ShowFunnel query, CancellationToken cancellationToken)
    {
        var levels = Funnel.Of([.. (await Read(query)).Select(row => row.Case)]);
        return new FunnelView(
            new PeriodView(query.From, query.To),
            query.Region,
            query.Skill,
            [
                .. levels.Select(level => new FunnelStepView(
                    level.Step,
                    level.Reached,
                    level.UnderWay,
                    [.. level.Losses.Select(loss => new LossView(loss.Key, loss.Value))],
                    level.Wait.Cases,
                    level.Wait.P50Minutes,
                    level.Wait.P90Minutes
                )),
            ],
            await SyntheticYear.Of(db)
        );
    }

    // A second round after a reopening has no times of its own: what counts is when a step was first reached.
    private Task<IReadOnlyList<CaseRow>> Read(ShowFunnel query)
    {
        var args = new Arguments(
            new { from = ShanghaiTime.At(query.From, TimeOnly.MinValue), to = ShanghaiTime.At(query.To.AddDays(1), TimeOnly.MinValue) }
        );
        var which = "";
        if (query.Region is not null)
        {
            which += " and " + RegionScope.Sql("help_request", "@region", catalogue.Regions.Find(query.Region));
            args.Add("region", query.Region);
        }

        if (query.Skill is not null)
        {
            which += " and help_request.main_skill = @skill";
            args.Add("skill", query.Skill);
        }

        return db.List<CaseRow>(
            $"""
            select help_request.created_at, help_request.state, help_request.outcome, help_request.cancel_reason,
                   (select min(offered_at) from offer where offer.request_id = help_request.request_id and offer.asked) as offered_at,
                   (select min(at) from timeline where timeline.request_id = help_request.request_id and subject = 'request' and action in ('accept', 'claim')) as accepted_at,
                   (select min(began_at) from visit where visit.request_id = help_request.request_id and visit.state in ('in_service', 'completed')) as visited_at,
                   (select min(at) from timeline where timeline.request_id = help_request.request_id and subject = 'request' and action = 'resolve') as resolved_at,
                   (select min(confirmed_at) from confirmation where confirmation.request_id = help_request.request_id and solved) as confirmed_at
            from help_request
            where help_request.created_at >= @from and help_request.created_at < @to{which}
            """,
            args
        );
    }

    private sealed record CaseRow
    {
        public DateTimeOffset CreatedAt { get; init; }
        public string State { get; init; } = "";
        public string? Outcome { get; init; }
        public string? CancelReason { get; init; }
        public DateTimeOffset? OfferedAt { get; init; }
        public DateTimeOffset? AcceptedAt { get; init; }
        public DateTimeOffset? VisitedAt { get; init; }
        public DateTimeOffset? ResolvedAt { get; init; }
        public DateTimeOffset? ConfirmedAt { get; init; }

        public FunnelCase Case =>
            new(
                new (FunnelStep Step, DateTimeOffset? At)[]
                {
                    (FunnelStep.Open, CreatedAt),
                    (FunnelStep.Offered, OfferedAt),
                    (FunnelStep.Accepted, AcceptedAt),
                    (FunnelStep.Visited, VisitedAt),
                    (FunnelStep.Resolved, ResolvedAt),
                    (FunnelStep.Confirmed, ConfirmedAt),
                }
                    .Where(reached => reached.At is not null)
                    .ToDictionary(reached => reached.Step, reached => reached.At!.Value),
                CancelReason ?? (State == Words.Of(HelpRequestState.Closed) ? Outcome : null)
            );
    }
}
