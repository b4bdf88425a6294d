using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Accounts;

/// <summary>An account for somebody, with a password to hand over that must be changed first. One for an office over a city or further begins as a requester's,
/// until another administrator has agreed.</summary>
internal sealed record CreateAccount(string Login, AccountRole Role, string? RegionCode = null, Guid? TeamId = null)
    : ICreates<HandedAccountView>
{
    [JsonIgnore]
    public HandedPassword? Handed { get; init; }
}

/// <summary>A password of the service's making and its hash, worked out before the command.</summary>
internal sealed record HandedPassword(string Password, string Hash)
{
    /// <summary>Long enough to be handed over after a weekend.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(72);

    public static async Task<HandedPassword> Make(Passwords passwords, CancellationToken ct)
    {
        var password = Passwords.Make();
        return new HandedPassword(password, await passwords.Hash(password, ct));
    }
}

internal static class CreateAccountEndpoint
{
    public static void MapCreateAccount(this IEndpointRouteBuilder accounts) =>
        accounts
            .MapPost("/", Post)
            .WithName(nameof(CreateAccount))
            .WithSummary("Make an account, with a password to hand over")
            .CreatesSecret<HandedAccountView>()
            .MayAwait<HandedAccountView>();

    private static async Task<HandedAccountView> Post(
        CreateAccount command,
        Passwords passwords,
        IMediator mediator,
        CancellationToken ct
    ) => await mediator.Send(command with { Handed = await HandedPassword.Make(passwords, ct) }, ct);
}

internal sealed class CreateAccountValidator : AbstractValidator<CreateAccount>
{
    public CreateAccountValidator()
    {
        RuleFor(c => c.Login).NewLogin();
        RuleFor(c => c.Role).IsInEnum();
        RuleFor(c => c.RegionCode).MaximumLength(6);
    }
}

internal sealed class CreateAccountHandler(
    Session db,
    AccountStore accounts,
    RoleChanges changes,
    Caller caller,
    SecurityEvents events,
    TimeProvider clock
) : IRequestHandler<CreateAccount, HandedAccountView>
{
    public async Task<HandedAccountView> Handle(CreateAccount command, CancellationToken cancellationToken)
    {
        var (handed, until) = (command.Handed!, clock.GetUtcNow() + HandedPassword.Lifetime);
        var place = await accounts.Place(command.Role, command.RegionCode, command.TeamId);
        var waits = await changes.NeedsAnother(null, place, null);
        var begun = waits ? place with { Role = AccountRole.Requester } : place;
        var account = await accounts.Insert(Entrance.NameOf(command.Login), handed.Hash, until, begun, caller.Subject);
        events.Note(db, SecurityEvent.AccountMade, account.Subject, caller.Subject);
        var view = AccountView.Of(account);
        return new HandedAccountView(waits ? view with { ApprovalId = await changes.Ask(account, place) } : view, handed.Password, until);
    }
}
