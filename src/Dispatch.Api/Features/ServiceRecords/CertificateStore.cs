using System.Security.Cryptography;
using System.Text.Json;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Domain.Calendar;

namespace Dispatch.Api.Features.ServiceRecords;

internal sealed record CertificateRow
{
    public const string Columns =
        "certificate_id, number, member_id, version, from_day, to_day, services, minutes, content, issued_by, issued_at, revoked_by, revoked_at, revoked_because";

    public Guid CertificateId { get; init; }
    public string Number { get; init; } = "";
    public Guid MemberId { get; init; }
    public long Version { get; init; }
    public DateOnly FromDay { get; init; }
    public DateOnly ToDay { get; init; }
    public int Services { get; init; }
    public int Minutes { get; init; }
    public string Content { get; init; } = "";
    public string IssuedBy { get; init; } = "";
    public DateTimeOffset IssuedAt { get; init; }
    public string? RevokedBy { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public string? RevokedBecause { get; init; }
}

/// <summary>What a certificate says of persons, as it is sealed: as it was when it was issued.</summary>
internal sealed record CertificateContent(string Name, string Issuer, string PersonInCharge, string Contact, string TeamName);

/// <param name="Link">Where anybody checks it.</param>
/// <param name="Hours">To the tenth, never more than was done.</param>
internal sealed record CertificateView(
    Guid Id,
    string Number,
    Guid MemberId,
    string Name,
    DateOnly From,
    DateOnly To,
    int Services,
    decimal Hours,
    Text Content,
    string Issuer,
    string PersonInCharge,
    string Contact,
    DateOnly IssuedOn,
    DateTimeOffset? RevokedAt,
    string? RevokedBecause,
    string Link,
    long Version
) : IResource
{
    /// <summary>One that says the same was there.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool WasThere { get; init; }

    string IResource.Place() => Link;
}

/// <summary>The one writer of certificates. What one says never changes; it is revoked, and another issued.</summary>
internal sealed class CertificateStore(
    Session db,
    Seal seal,
    RecordStore records,
    Caller caller,
    Preconditions preconditions,
    TimeProvider clock
)
{
    private const string Letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int NumberLetters = 14;

    public Task<IReadOnlyList<CertificateRow>> Of(Guid memberId) =>
        db.List<CertificateRow>(
            $"select {CertificateRow.Columns} from certificate where member_id = @memberId order by issued_at desc, certificate_id",
            new { memberId }
        );

    /// <summary>For whoever has its number, which nobody guesses.</summary>
    public Task<CertificateRow?> FindByNumber(string number) =>
        db.Find<CertificateRow>($"select {CertificateRow.Columns} from certificate where number = @number", new { number });

    public async Task<CertificateRow> Issue(VolunteerRow volunteer, DateOnly from, DateOnly to, WorkDone done, CertificateContent content)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        return (
            await db.Find<CertificateRow>(
                $"""
                insert into certificate (certificate_id, number, member_id, version, from_day, to_day, services, minutes, content, issued_by, issued_at)
                values (@id, @number, @MemberId, 1, @from, @to, @Services, @Minutes, @content, @by, @now)
                returning {CertificateRow.Columns}
                """,
                new
                {
                    id,
                    number = $"{ShanghaiTime.DayOf(now):yyyyMMdd}-{RandomNumberGenerator.GetString(Letters, NumberLetters)}",
                    volunteer.MemberId,
                    from,
                    to,
                    done.Services,
                    done.Minutes,
                    content = seal.Close(PlaceOf(id), JsonSerializer.Serialize(content, JsonShape.Options)),
                    by = caller.Subject,
                    now,
                }
            )
        )!;
    }

    public async Task<(VolunteerRow Volunteer, CertificateRow Certificate)> Hold(Guid id)
    {
        var row =
            await db.Find<CertificateRow>(
                $"select {CertificateRow.Columns} from certificate where certificate_id = @id {db.ForUpdate}",
                new { id }
            ) ?? throw Refused.Unknown();
        var volunteer = await records.Find(row.MemberId);
        preconditions.Aim(row.CertificateId, row.Version);
        return (volunteer, row);
    }

    public async Task<CertificateRow> Revoke(CertificateRow row, string reason)
    {
        if (row.RevokedAt is not null)
        {
            throw new Refused(ProblemKinds.Conflict, "该证明已被撤销。", "This certificate has been revoked already.");
        }

        preconditions.Demand(row.CertificateId, row.Version);
        return (
            await db.Find<CertificateRow>(
                $"""
                update certificate set revoked_by = @by, revoked_at = @now, revoked_because = @reason, version = version + 1
                where certificate_id = @CertificateId and version = @Version
                returning {CertificateRow.Columns}
                """,
                new
                {
                    row.CertificateId,
                    row.Version,
                    by = caller.Subject,
                    now = clock.GetUtcNow(),
                    reason,
                }
            )
        )!;
    }

    public CertificateContent Open(CertificateRow row) =>
        JsonSerializer.Deserialize<CertificateContent>(seal.Open(PlaceOf(row.CertificateId), row.Content), JsonShape.Options)!;

    /// <summary>With the name: for those who see the record.</summary>
    public CertificateView View(VolunteerRow volunteer, CertificateRow row)
    {
        var content = Open(row);
        var hours = WorkDone.HoursOf(row.Minutes);
        records.NameOf(volunteer);
        return new CertificateView(
            row.CertificateId,
            row.Number,
            row.MemberId,
            content.Name,
            row.FromDay,
            row.ToDay,
            row.Services,
            hours,
            new Text(
                $"参加{content.TeamName}志愿服务 {row.Services} 次，共 {hours} 小时",
                $"Volunteer service with {content.TeamName}, times: {row.Services}, hours: {hours}"
            ),
            content.Issuer,
            content.PersonInCharge,
            content.Contact,
            ShanghaiTime.DayOf(row.IssuedAt),
            row.RevokedAt,
            row.RevokedBecause,
            LinkOf(row.Number),
            row.Version
        );
    }

    public static string LinkOf(string number) => $"/v1/certificates/{number}";

    private static SealedPlace PlaceOf(Guid id) => new("certificate", "content", id);
}
