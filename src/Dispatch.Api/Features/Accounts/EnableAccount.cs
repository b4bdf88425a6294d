using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;

namespace Dispatch.Api.Features.Accounts;

/// <summary>Opens a closed account again. Its sessions stay ended.</summary>
internal sealed record EnableAccount(Guid AccountId) : ICommand<AccountView>;

internal static class EnableAccountEndpoint
{
    public static void MapEnableAccount(this IEndpointRouteBuilder accounts) =>
        accounts
            .MapPost("/{accountId:guid}/enable", Post)
            .WithName(nameof(EnableAccount))
            .WithSummary("Open a closed account again")
            .Acts();

    private static Task<AccountView> Post(Guid accountId, IMediator mediator, CancellationToken ct) =>
        mediator.Send(new EnableAccount(accountId), ct);
}

internal sealed class EnableAccountHandler(Session db, AccountStore accounts, Caller caller, SecurityEvents events)
    : IRequestHandler<EnableAccount, AccountView>
{
    public async Task<AccountView> Handle(EnableAccount command, CancellationToken cancellationToken)
    {
        var account = await accounts.Hold(command.AccountId);
        if (account.DisabledAt is not null)
        {
            account = await accounts.SetDisabled(account, null);
            events.Note(db, SecurityEvent.AccountEnabled, account.Subject, caller.Subject);
        }

        return AccountView.Of(account);
    }
}
