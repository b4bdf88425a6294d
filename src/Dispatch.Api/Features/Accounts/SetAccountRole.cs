using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Accounts;

/// <summary>Another role, or another reach. It counts from the next call of the account on, tokens in hand included. An office over a city or further is
/// laid before another administrator first: until then the account stays what it is.</summary>
internal sealed record SetAccountRole(AccountRole Role, string? RegionCode = null, Guid? TeamId = null) : ICommand<AccountView>
{
    [JsonIgnore]
    public Guid AccountId { get; init; }
}

internal static class SetAccountRoleEndpoint
{
    public static void MapSetAccountRole(this IEndpointRouteBuilder accounts) =>
        accounts
            .MapPost("/{accountId:guid}/set-role", Post)
            .WithName(nameof(SetAccountRole))
            .WithSummary("Give an account another role or reach")
            .Acts()
            .Produces<AccountView>(StatusCodes.Status200OK)
            .MayAwait<AccountView>();

    private static Task<AccountView> Post(Guid accountId, SetAccountRole command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { AccountId = accountId }, ct);
}

internal sealed class SetAccountRoleValidator : AbstractValidator<SetAccountRole>
{
    public SetAccountRoleValidator()
    {
        RuleFor(c => c.Role).IsInEnum();
        RuleFor(c => c.RegionCode).MaximumLength(6);
    }
}

internal sealed class SetAccountRoleHandler(AccountStore accounts, RoleChanges changes) : IRequestHandler<SetAccountRole, AccountView>
{
    public async Task<AccountView> Handle(SetAccountRole command, CancellationToken cancellationToken)
    {
        var account = await accounts.Hold(command.AccountId);
        var place = await accounts.Place(command.Role, command.RegionCode, command.TeamId);
        return await changes.NeedsAnother(account.AccountId, place, account.Subject)
            ? AccountView.Of(account) with
            {
                ApprovalId = await changes.Ask(account, place),
            }
            : AccountView.Of(await accounts.SetPlace(account, place));
    }
}
