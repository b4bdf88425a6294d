using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Accounts;

/// <summary>Somebody signs in by name and password. No command: it writes before and after the password is judged.</summary>
internal sealed record SignIn(string Login, string Password) : IRequest<SessionView>;

internal static class SignInEndpoint
{
    public static void MapSignIn(this IEndpointRouteBuilder sessions) =>
        sessions.MapPost("/", Post).WithName(nameof(SignIn)).WithSummary("Sign in by name and password").SignsIn();

    private static Task<SessionView> Post(SignIn command, IMediator mediator, CancellationToken ct) => mediator.Send(command, ct);
}

internal sealed class SignInValidator : AbstractValidator<SignIn>
{
    public SignInValidator()
    {
        RuleFor(c => c.Login).NotEmpty().MaximumLength(100);
        RuleFor(c => c.Password).NotEmpty().MaximumLength(Passwords.Longest);
    }
}

internal sealed class SignInHandler(Entrance entrance) : IRequestHandler<SignIn, SessionView>
{
    public async Task<SessionView> Handle(SignIn request, CancellationToken cancellationToken)
    {
        var account = await entrance.Admit(request.Login, request.Password, cancellationToken);
        if (account.PasswordUntil is not null)
        {
            await entrance.Forgive(account);
            throw new Refused(
                ProblemKinds.PasswordToChange,
                "这是管理员给的一次性密码，请先用 POST /v1/password 换成自己的密码。",
                "This password was made by an administrator. Set one of your own first: POST /v1/password."
            );
        }

        return await entrance.Open(account, Task.FromResult, cancellationToken);
    }
}
