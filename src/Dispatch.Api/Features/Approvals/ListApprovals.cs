using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Approvals;

/// <summary>What was asked in the caller's region, the oldest first.</summary>
internal sealed record ListApprovals(HttpContext Http, string? Kind, string? State, int? PageSize, string? Cursor)
    : IRequest<Page<ApprovalView>>;

internal static class ListApprovalsEndpoint
{
    public static void MapListApprovals(this IEndpointRouteBuilder approvals) =>
        approvals
            .MapGet("/", Get)
            .WithName(nameof(ListApprovals))
            .WithSummary("List what one person asked and another decides")
            .ShowsMany();

    private static Task<Page<ApprovalView>> Get(
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        string? kind = null,
        string? state = null,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListApprovals(http, kind, state, pageSize, cursor), ct);
}

internal sealed class ListApprovalsHandler(Session db, Caller caller, TimeProvider clock)
    : IRequestHandler<ListApprovals, Page<ApprovalView>>
{
    public async Task<Page<ApprovalView>> Handle(ListApprovals request, CancellationToken cancellationToken)
    {
        var (size, now) = (Paging.Size(request.PageSize), clock.GetUtcNow());
        var (where, args) = (new List<string> { "1 = 1" }, new Arguments(new { now }));
        if (caller.RegionCode is not null)
        {
            where.Add(RegionScope.Sql("approval", "@scope"));
            args.Add("scope", caller.RegionCode);
        }

        if (Word<ApprovalKind>("kind", request.Kind) is { } kind)
        {
            where.Add("kind = @kind");
            args.Add("kind", Words.Of(kind));
        }

        if (Word<ApprovalState>("state", request.State) is { } state)
        {
            where.Add(
                state switch
                {
                    ApprovalState.Expired => "state = 'waiting' and expires_at <= @now",
                    ApprovalState.Waiting => "state = 'waiting' and (expires_at is null or expires_at > @now)",
                    _ => "state = @state",
                }
            );
            args.Add("state", Words.Of(state));
        }

        if (Paging.After<Key>(request.Http, request.Cursor) is { } after)
        {
            where.Add("(asked_at > @afterAt or (asked_at = @afterAt and approval_id > @afterId))");
            args.Add("afterAt", after.At);
            args.Add("afterId", after.Id);
        }

        args.Add("limit", size + 1);
        var rows = await db.List<ApprovalRow>(
            $"select {ApprovalRow.Columns} from approval where {string.Join(" and ", where)} order by asked_at, approval_id limit @limit",
            args
        );
        return Paging.Of(request.Http, rows, size, row => ApprovalView.Of(row, now), row => new Key(row.AskedAt, row.ApprovalId));
    }

    private static T? Word<T>(string name, string? word)
        where T : struct, Enum
    {
        if (word is null)
        {
            return null;
        }

        var known = string.Join(", ", Words.All<T>());
        return Words.TryTo<T>(word, out var value)
            ? value
            : throw QueryNames.Wrong(name, "unknown", $"{name} 只能是：{known}。", $"{name} is one of: {known}.");
    }

    private sealed record Key(DateTimeOffset At, Guid Id);
}
