using Dispatch.Api.Features.Approvals;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;

namespace Dispatch.Api.Features.Accounts;

/// <summary>An office over a city or further is given by two administrators. Where there is no second one who could agree, the one does it alone, and that
/// is noted: so a site comes to its second administrator.</summary>
internal sealed class RoleChanges(
    Session db,
    AccountStore accounts,
    ApprovalStore approvals,
    OutsideIssuer outside,
    Catalogue catalogue,
    Caller caller,
    SecurityEvents events
)
{
    /// <summary>Whether the place is given at once, or another must agree first.</summary>
    public async Task<bool> NeedsAnother(Guid? accountId, AccountPlace place, string? noted)
    {
        if (!ReachesOverACity(place))
        {
            return false;
        }

        if (outside.IsConfigured || await AnotherCouldAgree(accountId, place))
        {
            return true;
        }

        events.Note(db, SecurityEvent.RoleSetByOne, noted, caller.Subject);
        return false;
    }

    /// <summary>Lays it before another administrator; returns the approval that is waited for.</summary>
    public async Task<Guid> Ask(AccountRow account, AccountPlace place)
    {
        var region = place.Lineage?.Region;
        var asked = await approvals.Ask(
            ApprovalKind.SetRole,
            new ApprovalContent
            {
                AccountId = account.AccountId,
                Role = place.Role,
                RegionCode = region,
            },
            region,
            $"{account.Role} → {Words.Of(place.Role)}"
        );
        return asked.ApprovalId;
    }

    /// <summary>Another has agreed. The place is judged again, by that one's own reach.</summary>
    public async Task CarryOut(ApprovalContent asked)
    {
        var account = await accounts.HoldToSet(asked.AccountId!.Value);
        await accounts.SetPlace(account, await accounts.Place(asked.Role!.Value, asked.RegionCode, null));
    }

    private bool ReachesOverACity(AccountPlace place) =>
        place.Role is AccountRole.Officer or AccountRole.Auditor or AccountRole.Admin
        && (place.Lineage is null || catalogue.Regions.Find(place.Lineage.Region)!.Level <= RegionLevel.City);

    // Whoever has a password of an administrator's making only has not come in yet.
    private async Task<bool> AnotherCouldAgree(Guid? accountId, AccountPlace place)
    {
        var others = await db.List<AccountRow>(
            $"select {AccountRow.Columns} from account where role = 'admin' and disabled_at is null and password_until is null"
        );
        return others.Any(other =>
            other.AccountId != accountId
            && other.Subject != caller.Subject
            && (other.RegionCode is null || (place.Lineage is { } lineage && catalogue.Regions.IsWithin(lineage.Region, other.RegionCode)))
        );
    }
}
