using System.Text.Json;
using Dispatch.Api.Features.Accounts;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Approvals;

/// <summary>What nobody does alone.</summary>
internal enum ApprovalKind
{
    /// <summary>All that is known of a person goes.</summary>
    ErasePerson,

    /// <summary>Requests of a region with names and telephone numbers, as a file.</summary>
    ExportUnmasked,

    /// <summary>A role that reaches over a city or further.</summary>
    SetRole,
}

internal enum ApprovalState
{
    Waiting,
    Approved,
    Refused,

    /// <summary>Nobody decided in time. It is not stored: time alone makes it so.</summary>
    Expired,
}

/// <summary>What is to be done, exactly as it was asked: ids and words, nothing of a person.</summary>
internal sealed record ApprovalContent
{
    public IReadOnlyList<Guid> RequestIds { get; init; } = [];
    public Guid? MemberId { get; init; }
    public Guid? AccountId { get; init; }
    public AccountRole? Role { get; init; }
    public string? RegionCode { get; init; }
    public DateOnly? From { get; init; }
    public DateOnly? To { get; init; }

    public string Write() => JsonSerializer.Serialize(this, JsonShape.Options);

    public static ApprovalContent Read(string content) => JsonSerializer.Deserialize<ApprovalContent>(content, JsonShape.Options)!;
}

internal sealed record ApprovalRow : IRegional
{
    public const string Columns =
        "approval_id, kind, state, version, content, reason, request_id, region_code, county_code, city_code, province_code, asked_by, asked_at, due_at, expires_at, decided_by, decided_at, note, used_at";

    public Guid ApprovalId { get; init; }
    public string Kind { get; init; } = "";
    public string State { get; init; } = "";
    public long Version { get; init; }
    public string Content { get; init; } = "";
    public string Reason { get; init; } = "";
    public Guid? RequestId { get; init; }
    public string? RegionCode { get; init; }
    public string? CountyCode { get; init; }
    public string? CityCode { get; init; }
    public string? ProvinceCode { get; init; }
    public string AskedBy { get; init; } = "";
    public DateTimeOffset AskedAt { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public string? DecidedBy { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public string? Note { get; init; }
    public DateTimeOffset? UsedAt { get; init; }

    string IRegional.RegionCode => RegionCode ?? "";

    public ApprovalKind KindNow => Words.To<ApprovalKind>(Kind);

    public ApprovalContent Asked => ApprovalContent.Read(Content);

    public ApprovalState StateAt(DateTimeOffset now) =>
        Words.To<ApprovalState>(State) is ApprovalState.Waiting && ExpiresAt <= now
            ? ApprovalState.Expired
            : Words.To<ApprovalState>(State);
}
