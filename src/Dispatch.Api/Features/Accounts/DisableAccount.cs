using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;

namespace Dispatch.Api.Features.Accounts;

/// <summary>Closes an account: its sessions end at once, and nobody signs in with it.</summary>
internal sealed record DisableAccount(Guid AccountId) : ICommand<AccountView>;

internal static class DisableAccountEndpoint
{
    public static void MapDisableAccount(this IEndpointRouteBuilder accounts) =>
        accounts
            .MapPost("/{accountId:guid}/disable", Post)
            .WithName(nameof(DisableAccount))
            .WithSummary("Close an account and end its sessions")
            .Acts();

    private static Task<AccountView> Post(Guid accountId, IMediator mediator, CancellationToken ct) =>
        mediator.Send(new DisableAccount(accountId), ct);
}

internal sealed class DisableAccountHandler(
    Session db,
    AccountStore accounts,
    SessionStore sessions,
    Caller caller,
    SecurityEvents events,
    TimeProvider clock
) : IRequestHandler<DisableAccount, AccountView>
{
    public async Task<AccountView> Handle(DisableAccount command, CancellationToken cancellationToken)
    {
        var account = await accounts.Hold(command.AccountId);
        if (account.DisabledAt is null)
        {
            account = await accounts.SetDisabled(account, clock.GetUtcNow());
            await sessions.EndAll(account.AccountId, SessionEnd.Disabled);
            events.Note(db, SecurityEvent.AccountDisabled, account.Subject, caller.Subject);
        }

        return AccountView.Of(account);
    }
}
