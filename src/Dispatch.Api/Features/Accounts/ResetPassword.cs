using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using MediatR;

namespace Dispatch.Api.Features.Accounts;

/// <summary>Another password to hand over, for somebody who has lost the own one. All sessions of the account end.</summary>
internal sealed record ResetPassword(Guid AccountId, [property: JsonIgnore] HandedPassword Handed) : ICommand<HandedAccountView>;

internal static class ResetPasswordEndpoint
{
    public static void MapResetPassword(this IEndpointRouteBuilder accounts) =>
        accounts
            .MapPost("/{accountId:guid}/reset-password", Post)
            .WithName(nameof(ResetPassword))
            .WithSummary("Make another password to hand over")
            .AnswersSecret()
            .AnswerWithETag();

    private static async Task<HandedAccountView> Post(Guid accountId, Passwords passwords, IMediator mediator, CancellationToken ct) =>
        await mediator.Send(new ResetPassword(accountId, await HandedPassword.Make(passwords, ct)), ct);
}

internal sealed class ResetPasswordHandler(
    Session db,
    AccountStore accounts,
    SessionStore sessions,
    Caller caller,
    SecurityEvents events,
    TimeProvider clock
) : IRequestHandler<ResetPassword, HandedAccountView>
{
    public async Task<HandedAccountView> Handle(ResetPassword command, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + HandedPassword.Lifetime;
        var account = await accounts.SetPassword(await accounts.Hold(command.AccountId), command.Handed.Hash, until);
        await sessions.EndAll(account.AccountId, SessionEnd.Password);
        events.Note(db, SecurityEvent.PasswordReset, account.Subject, caller.Subject);
        return new HandedAccountView(AccountView.Of(account), command.Handed.Password, until);
    }
}
