using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Accounts;

/// <summary>Somebody signs out: the session of the refresh token ends, its access tokens with it. An unknown token gets the same answer.</summary>
internal sealed record EndSession(string RefreshToken) : ICommand<SessionEndedView>;

internal sealed record SessionEndedView(bool Ended);

internal static class EndSessionEndpoint
{
    public static void MapEndSession(this IEndpointRouteBuilder sessions) =>
        sessions.MapPost("/end", Post).WithName(nameof(EndSession)).WithSummary("Sign out").AnswersSecret();

    private static Task<SessionEndedView> Post(EndSession command, IMediator mediator, CancellationToken ct) => mediator.Send(command, ct);
}

internal sealed class EndSessionValidator : AbstractValidator<EndSession>
{
    public EndSessionValidator() => RuleFor(c => c.RefreshToken).NotEmpty().MaximumLength(200);
}

internal sealed class EndSessionHandler(Session db, SessionStore sessions, SecurityEvents events)
    : IRequestHandler<EndSession, SessionEndedView>
{
    public async Task<SessionEndedView> Handle(EndSession command, CancellationToken cancellationToken)
    {
        if (await sessions.Hold(command.RefreshToken) is { EndedAt: null } session)
        {
            await sessions.End(session.SessionId, SessionEnd.SignedOut);
            events.Note(db, SecurityEvent.SessionEnded, Standing.SubjectOf(session.AccountId));
        }

        return new SessionEndedView(true);
    }
}
