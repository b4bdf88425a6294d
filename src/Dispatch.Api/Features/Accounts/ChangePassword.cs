using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Accounts;

/// <summary>Somebody sets another password, the present one in hand; the one an administrator made is good for nothing else. All sessions end,
/// and a new one begins.</summary>
internal sealed record ChangePassword(string Login, string Password, string NewPassword) : IRequest<SessionView>;

internal static class ChangePasswordEndpoint
{
    public static void MapChangePassword(this IEndpointRouteBuilder password) =>
        password.MapPost("/", Post).WithName(nameof(ChangePassword)).WithSummary("Set another password, and sign in with it").SignsIn();

    private static Task<SessionView> Post(ChangePassword command, IMediator mediator, CancellationToken ct) => mediator.Send(command, ct);
}

internal sealed class ChangePasswordValidator : AbstractValidator<ChangePassword>
{
    public ChangePasswordValidator()
    {
        RuleFor(c => c.Login).NotEmpty().MaximumLength(100);
        RuleFor(c => c.Password).NotEmpty().MaximumLength(Passwords.Longest);
        RuleFor(c => c.NewPassword)
            .NewPassword(c => c.Login)
            .Must((c, password) => password != c.Password)
            .Says("same_password", "新密码不能与原密码相同。", "The new password must differ from the present one.");
    }
}

internal sealed class ChangePasswordHandler(
    Session db,
    Entrance entrance,
    AccountStore accounts,
    SessionStore sessions,
    Passwords passwords,
    SecurityEvents events
) : IRequestHandler<ChangePassword, SessionView>
{
    public async Task<SessionView> Handle(ChangePassword request, CancellationToken cancellationToken)
    {
        var account = await entrance.Admit(request.Login, request.Password, cancellationToken);
        var hash = await passwords.Hash(request.NewPassword, cancellationToken);
        return await entrance.Open(
            account,
            async held =>
            {
                await sessions.EndAll(held.AccountId, SessionEnd.Password);
                events.Note(db, SecurityEvent.PasswordChanged, held.Subject);
                return await accounts.SetPassword(held, hash, until: null);
            },
            cancellationToken
        );
    }
}
