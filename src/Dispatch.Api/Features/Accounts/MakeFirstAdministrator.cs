using System.Security.Cryptography;
using System.Text;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Accounts;

/// <summary>The first administrator of a site, by the secret the service was started with. It is good while there is no account.</summary>
internal sealed record MakeFirstAdministrator(string Secret, string Login, string Password) : IRequest<SessionView>;

internal static class MakeFirstAdministratorEndpoint
{
    public static void MapMakeFirstAdministrator(this IEndpointRouteBuilder administrators) =>
        administrators
            .MapPost("/", Post)
            .WithName(nameof(MakeFirstAdministrator))
            .WithSummary("Make the first administrator with the secret of the start, and sign in")
            .SignsIn();

    private static Task<SessionView> Post(MakeFirstAdministrator command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command, ct);
}

internal sealed class MakeFirstAdministratorValidator : AbstractValidator<MakeFirstAdministrator>
{
    public MakeFirstAdministratorValidator()
    {
        RuleFor(c => c.Secret).NotEmpty().MaximumLength(500);
        RuleFor(c => c.Login).NewLogin();
        RuleFor(c => c.Password).NewPassword(c => c.Login);
    }
}

internal sealed class MakeFirstAdministratorHandler(
    Session db,
    Database database,
    LocalAccounts local,
    AccountStore accounts,
    SessionStore sessions,
    SignInThrottle throttle,
    Passwords passwords,
    Entrance entrance,
    SecurityEvents events
) : IRequestHandler<MakeFirstAdministrator, SessionView>
{
    // No login name: it holds a space.
    private const string Watched = "first administrator";

    public async Task<SessionView> Handle(MakeFirstAdministrator request, CancellationToken cancellationToken)
    {
        var (wait, empty) = ((TimeSpan?)null, false);
        await database.Write(
            db,
            Chore.Throttling,
            async () => (wait, empty) = (await throttle.Take(Watched), await accounts.IsEmpty()),
            cancellationToken
        );
        if (wait is { } left)
        {
            throw Entrance.TooMany(left);
        }

        if (!empty || !local.AreOpen || !IsSecret(request.Secret))
        {
            await entrance.Tell(SecurityEvent.FirstAdministratorRefused, null);
            throw Entrance.Refuse();
        }

        var hash = await passwords.Hash(request.Password, cancellationToken);
        SessionView? session = null;
        await database.Write(
            db,
            async () =>
            {
                // Of two who come at once the second finds an account.
                if (!await accounts.IsEmpty())
                {
                    throw Entrance.Refuse();
                }

                var account = await accounts.Insert(
                    Entrance.NameOf(request.Login),
                    hash,
                    passwordUntil: null,
                    new AccountPlace(AccountRole.Admin, null, null),
                    Watched
                );
                session = await sessions.Begin(account);
                events.Note(db, SecurityEvent.FirstAdministratorMade, account.Subject);
            },
            cancellationToken
        );
        return session!;
    }

    // Compared whole: how long it takes tells nothing of how much is right.
    private bool IsSecret(string given) =>
        local.FirstSecret is { } secret
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(secret)),
            SHA256.HashData(Encoding.UTF8.GetBytes(given))
        );
}
