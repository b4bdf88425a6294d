using Dispatch.Api.Features.Accounts;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Approvals;

/// <summary>Something that one person asked and another decides.</summary>
/// <param name="AskedBy">The subject; <c>anonymous</c>: the requester, by track token.</param>
/// <param name="RegionCode">Where another may decide; null: only where the reach is no region.</param>
/// <param name="DueAt">The wish of a requester is answered by then.</param>
/// <param name="ExpiresAt">Until then it may be decided; the wish of a requester does not expire.</param>
/// <param name="RequestIds">What is to be erased.</param>
/// <param name="Role">What the account is to become, and over which region in <paramref name="OverRegion"/>; null there: the whole country.</param>
/// <param name="OverRegion">Of a role, or of an export.</param>
/// <param name="UsableUntil">An export is fetched once, by whoever asked, until then.</param>
internal sealed record ApprovalView(
    Guid Id,
    ApprovalKind Kind,
    ApprovalState State,
    string Reason,
    string AskedBy,
    DateTimeOffset AskedAt,
    string? RegionCode,
    DateTimeOffset? DueAt,
    DateTimeOffset? ExpiresAt,
    string? DecidedBy,
    DateTimeOffset? DecidedAt,
    string? Note,
    IReadOnlyList<Guid> RequestIds,
    Guid? MemberId,
    Guid? AccountId,
    AccountRole? Role,
    string? OverRegion,
    DateOnly? From,
    DateOnly? To,
    DateTimeOffset? UsableUntil,
    DateTimeOffset? UsedAt,
    long Version
) : IResource
{
    string IResource.Place() => PlaceOf(Id);

    public static string PlaceOf(Guid approvalId) => $"/v1/approvals/{approvalId}";

    public static ApprovalView Of(ApprovalRow row, DateTimeOffset now)
    {
        var asked = row.Asked;
        return new ApprovalView(
            row.ApprovalId,
            row.KindNow,
            row.StateAt(now),
            row.Reason,
            row.AskedBy,
            row.AskedAt,
            row.RegionCode,
            row.DueAt,
            row.ExpiresAt,
            row.DecidedBy,
            row.DecidedAt,
            row.Note,
            asked.RequestIds,
            asked.MemberId,
            asked.AccountId,
            asked.Role,
            asked.RegionCode,
            asked.From,
            asked.To,
            ApprovalStore.UsableUntil(row),
            row.UsedAt,
            row.Version
        );
    }
}
