using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Accounts;

/// <summary>The accounts an administrator has, by login name.</summary>
internal sealed record ListAccounts(HttpContext Http, string? Role, bool? Disabled, int? PageSize, string? Cursor)
    : IRequest<Page<AccountView>>;

internal static class ListAccountsEndpoint
{
    public static void MapListAccounts(this IEndpointRouteBuilder accounts) =>
        accounts.MapGet("/", Get).WithName(nameof(ListAccounts)).WithSummary("List accounts").ShowsMany();

    private static Task<Page<AccountView>> Get(
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        string? role = null,
        bool? disabled = null,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListAccounts(http, role, disabled, pageSize, cursor), ct);
}

internal sealed class ListAccountsHandler(Session db, Caller caller) : IRequestHandler<ListAccounts, Page<AccountView>>
{
    public async Task<Page<AccountView>> Handle(ListAccounts request, CancellationToken cancellationToken)
    {
        var size = Paging.Size(request.PageSize);
        var (where, args) = (new List<string> { "1 = 1" }, new Arguments());
        if (caller.RegionCode is not null)
        {
            where.Add(RegionScope.Sql("account", "@scope"));
            args.Add("scope", caller.RegionCode);
        }

        if (request.Role is not null)
        {
            var known = string.Join(", ", Words.All<AccountRole>());
            where.Add("role = @role");
            args.Add(
                "role",
                Words.TryTo<AccountRole>(request.Role, out _)
                    ? request.Role
                    : throw QueryNames.Wrong("role", "unknown", $"role 只能是：{known}。", $"role is one of: {known}.")
            );
        }

        if (request.Disabled is { } disabled)
        {
            where.Add(disabled ? "disabled_at is not null" : "disabled_at is null");
        }

        if (Paging.After<Key>(request.Http, request.Cursor) is { } after)
        {
            where.Add("login > @after");
            args.Add("after", after.Login);
        }

        args.Add("limit", size + 1);
        var rows = await db.List<AccountRow>(
            $"select {AccountRow.Columns} from account where {string.Join(" and ", where)} order by login limit @limit",
            args
        );
        return Paging.Of(request.Http, rows, size, AccountView.Of, row => new Key(row.Login));
    }

    private sealed record Key(string Login);
}
