using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Accounts;

/// <summary>A new pair of tokens for a refresh token, which is used up by it. One that was used before ends its session for everybody who holds
/// a token of it. No command: what it ends stays ended although it is refused.</summary>
internal sealed record RefreshSession(string RefreshToken) : IRequest<SessionView>;

internal static class RefreshSessionEndpoint
{
    public static void MapRefreshSession(this IEndpointRouteBuilder sessions) =>
        sessions.MapPost("/refresh", Post).WithName(nameof(RefreshSession)).WithSummary("Get the next pair of tokens").SignsIn();

    private static Task<SessionView> Post(RefreshSession command, IMediator mediator, CancellationToken ct) => mediator.Send(command, ct);
}

internal sealed class RefreshSessionValidator : AbstractValidator<RefreshSession>
{
    public RefreshSessionValidator() => RuleFor(c => c.RefreshToken).NotEmpty().MaximumLength(200);
}

internal sealed class RefreshSessionHandler(
    Session db,
    Database database,
    LocalAccounts local,
    AccountStore accounts,
    SessionStore sessions,
    SecurityEvents events,
    TimeProvider clock
) : IRequestHandler<RefreshSession, SessionView>
{
    public async Task<SessionView> Handle(RefreshSession request, CancellationToken cancellationToken)
    {
        SessionView? view = null;
        await database.Write(db, async () => view = local.AreOpen ? await Renew(request.RefreshToken) : null, cancellationToken);
        return view ?? throw Entrance.Refuse();
    }

    private async Task<SessionView?> Renew(string refreshToken)
    {
        if (await sessions.Hold(refreshToken) is not { } session)
        {
            events.Note(db, SecurityEvent.RefreshRefused, null);
            return null;
        }

        var subject = Standing.SubjectOf(session.AccountId);
        if (session.UsedAt is not null)
        {
            await sessions.End(session.SessionId, SessionEnd.Reused);
            events.Note(db, SecurityEvent.RefreshReused, subject);
            return null;
        }

        // Not held: whoever closes the account waits for this session and ends it, too.
        var account = await accounts.FindBare(session.AccountId);
        if (session.EndedAt is not null || session.EndsAt <= clock.GetUtcNow() || account is not { DisabledAt: null })
        {
            events.Note(db, SecurityEvent.RefreshRefused, subject);
            return null;
        }

        events.Note(db, SecurityEvent.SessionRefreshed, subject);
        return await sessions.Renew(session, account, refreshToken);
    }
}
