using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;

namespace Dispatch.Api.Features.Accounts;

/// <summary>One account.</summary>
internal sealed record ShowAccount(Guid AccountId) : IRequest<AccountView>;

internal static class ShowAccountEndpoint
{
    public static void MapShowAccount(this IEndpointRouteBuilder accounts) =>
        accounts.MapGet("/{accountId:guid}", Get).WithName(nameof(ShowAccount)).WithSummary("Read one account").ShowsOne();

    private static Task<AccountView> Get(Guid accountId, IMediator mediator, CancellationToken ct) =>
        mediator.Send(new ShowAccount(accountId), ct);
}

internal sealed class ShowAccountHandler(AccountStore accounts) : IRequestHandler<ShowAccount, AccountView>
{
    public async Task<AccountView> Handle(ShowAccount request, CancellationToken cancellationToken) =>
        AccountView.Of(await accounts.Find(request.AccountId));
}
