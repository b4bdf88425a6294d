using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Assigning;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>The runs of the officer's region, newest first.</summary>
internal sealed record ListDispatchRuns(HttpContext Http, string? State, int? PageSize, string? Cursor) : IRequest<Page<RunListItem>>;

internal sealed record RunListItem(
    Guid Id,
    DispatchRunState State,
    string? RegionCode,
    int Fairness,
    bool DryRun,
    RunProgressView Progress,
    string MadeBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? PlannedAt,
    DateTimeOffset? EndedAt
);

internal static class ListDispatchRunsEndpoint
{
    public static void MapListDispatchRuns(this IEndpointRouteBuilder runs) =>
        runs.MapGet("/", Get).WithName(nameof(ListDispatchRuns)).WithSummary("List dispatch runs").ShowsMany();

    private static Task<Page<RunListItem>> Get(
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        string? state = null,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListDispatchRuns(http, state, pageSize, cursor), ct);
}

internal sealed class ListDispatchRunsHandler(Session db, Caller caller) : IRequestHandler<ListDispatchRuns, Page<RunListItem>>
{
    public async Task<Page<RunListItem>> Handle(ListDispatchRuns query, CancellationToken cancellationToken)
    {
        var size = Paging.Size(query.PageSize);
        var after = Paging.After<Key>(query.Http, query.Cursor);
        var (where, args) = (new List<string> { "1 = 1" }, new Arguments());
        if (caller.RegionCode is not null)
        {
            where.Add(RegionScope.Sql("dispatch_run", "@scope"));
            args.Add("scope", caller.RegionCode);
        }

        if (query.State is not null)
        {
            var known = string.Join(", ", Words.All<DispatchRunState>());
            where.Add("state = @state");
            args.Add(
                "state",
                Words.TryTo<DispatchRunState>(query.State, out _)
                    ? query.State
                    : throw QueryNames.Wrong("state", "unknown", $"state 只能是：{known}。", $"state is one of: {known}.")
            );
        }

        if (after is not null)
        {
            where.Add("(created_at < @afterAt or (created_at = @afterAt and run_id < @afterId))");
            args.Add("afterAt", after.At);
            args.Add("afterId", after.Id);
        }

        args.Add("limit", size + 1);
        var rows = await db.List<DispatchRunRow>(
            $"select {DispatchRunStore.Columns} from dispatch_run where {string.Join(" and ", where)} order by created_at desc, run_id desc limit @limit",
            args
        );
        return Paging.Of(query.Http, rows, size, Item, row => new Key(row.CreatedAt, row.RunId));
    }

    private static RunListItem Item(DispatchRunRow run) =>
        new(
            run.RunId,
            run.StateNow,
            run.RegionCode,
            run.Fairness,
            run.DryRun,
            new RunProgressView(run.Done, run.OfAll),
            run.MadeBy,
            run.CreatedAt,
            run.PlannedAt,
            run.EndedAt
        );

    private sealed record Key(DateTimeOffset At, Guid Id);
}
