using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;

namespace Dispatch.Api.Features.Accounts;

/// <summary>A sign-in: a short access token, and a refresh token that is good once.</summary>
/// <param name="ExpiresIn">Seconds the access token is good for.</param>
/// <param name="RegionCode">An office: that region and all below; none: the whole country.</param>
internal sealed record SessionView(
    string AccessToken,
    string TokenType,
    int ExpiresIn,
    string RefreshToken,
    DateTimeOffset EndsAt,
    AccountRole Role,
    string? RegionCode,
    Guid? TeamId
);

/// <summary>An account without its secrets.</summary>
/// <param name="Subject">How the account is named where it has acted.</param>
/// <param name="PasswordToChange">It has a password of an administrator's making.</param>
/// <param name="ApprovalId">In the answer to a change that another administrator must agree to first: what is waited for.</param>
internal sealed record AccountView(
    Guid Id,
    string Subject,
    string Login,
    AccountRole Role,
    string? RegionCode,
    Guid? TeamId,
    bool Disabled,
    bool PasswordToChange,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    long Version,
    Guid? ApprovalId = null
) : IResource
{
    public string Place() => $"/v1/accounts/{Id}";

    string? IResource.AwaitedAt => ApprovalId is { } approval ? Approvals.ApprovalView.PlaceOf(approval) : null;

    public static AccountView Of(AccountRow row) =>
        new(
            row.AccountId,
            row.Subject,
            row.Login,
            row.RoleNow,
            row.TeamId is null ? row.RegionCode : null,
            row.TeamId,
            row.DisabledAt is not null,
            row.PasswordUntil is not null,
            row.CreatedAt,
            row.CreatedBy,
            row.Version
        );
}

/// <summary>An account with the password to hand over. It is shown this once, and good for setting another.</summary>
internal sealed record HandedAccountView(AccountView Account, string Password, DateTimeOffset PasswordUntil) : IResource
{
    public string Place() => Account.Place();

    string? IResource.AwaitedAt => ((IResource)Account).AwaitedAt;

    [System.Text.Json.Serialization.JsonIgnore]
    public long Version => Account.Version;
}
