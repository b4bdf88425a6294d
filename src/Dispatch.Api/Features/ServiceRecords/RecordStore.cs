using System.Text.Json;
using Dispatch.Api.Features.Rights;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Features.ServiceRecords;

internal sealed record VolunteerRow : IRegional
{
    public Guid MemberId { get; init; }
    public Guid TeamId { get; init; }
    public string Person { get; init; } = "";
    public bool Leader { get; init; }
    public string? Subject { get; init; }
    public string? ExternalNumber { get; init; }
    public DateTimeOffset? ErasedAt { get; init; }
    public string TeamName { get; init; } = "";
    public string? HostOrganisation { get; init; }
    public string RegionCode { get; init; } = "";
    public string? CountyCode { get; init; }
    public string? CityCode { get; init; }
    public string? ProvinceCode { get; init; }
}

/// <summary>What is entered by hand, as it is sealed.</summary>
internal sealed record EntryContent(string Title, string Issuer, double? Hours, string? Note);

internal sealed record EntryRow
{
    public Guid EntryId { get; init; }
    public string Part { get; init; } = "";
    public DateOnly Day { get; init; }
    public string Content { get; init; } = "";
    public string EnteredBy { get; init; } = "";
    public DateTimeOffset EnteredAt { get; init; }
}

internal sealed record RecordCorrectionRow
{
    public const string Columns =
        "correction_id, member_id, part, state, version, content, asked_by, asked_at, decided_by, decided_at, answer";

    public Guid CorrectionId { get; init; }
    public Guid MemberId { get; init; }
    public string Part { get; init; } = "";
    public string State { get; init; } = "";
    public long Version { get; init; }
    public string Content { get; init; } = "";
    public string AskedBy { get; init; } = "";
    public DateTimeOffset AskedAt { get; init; }
    public string? DecidedBy { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public string? Answer { get; init; }
}

/// <summary>The one writer of what is entered into a volunteer's record by hand, and of what the volunteer says is wrong in it.</summary>
internal sealed class RecordStore(
    Session db,
    Seal seal,
    Caller caller,
    MemberNames names,
    AuditTrail trail,
    Preconditions preconditions,
    TimeProvider clock
)
{
    /// <summary>The volunteer for himself, for the leader of his team, and for the office of its region.</summary>
    public async Task<VolunteerRow> Find(Guid memberId)
    {
        var found = await db.Find<VolunteerRow>(
            """
            select member.member_id, member.team_id, member.person, member.leader, member.subject, member.external_number, member.erased_at,
                   team.name as team_name, team.host_organisation, team.region_code, team.county_code, team.city_code, team.province_code
            from member join team on team.team_id = member.team_id where member.member_id = @memberId
            """,
            new { memberId }
        );
        if (found is null || !Sees(found))
        {
            throw Refused.Unknown();
        }

        trail.Concerns(found.RegionCode);
        return found;
    }

    /// <summary>The same, held until the commit, and not erased.</summary>
    public async Task<VolunteerRow> Hold(Guid memberId)
    {
        await db.Value<long>($"select version from member where member_id = @memberId {db.ForUpdate}", new { memberId });
        var found = await Find(memberId);
        return found.ErasedAt is null
            ? found
            : throw new Refused(
                ProblemKinds.PersonErased,
                "该队员的个人信息已删除，不能再更改或恢复。",
                "This member has been erased; nothing can be changed or brought back."
            );
    }

    /// <summary>The name, shown to somebody else than himself.</summary>
    public string NameOf(VolunteerRow volunteer)
    {
        if (caller.Role != Role.Member)
        {
            trail.Saw("member", volunteer.MemberId, volunteer.RegionCode, [PersonalDataClass.MemberName]);
        }

        return names.Open(volunteer.MemberId, volunteer.Person);
    }

    public async Task<EntryRow> Enter(Guid memberId, RecordPart part, DateOnly day, EntryContent content)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var row = new EntryRow
        {
            EntryId = id,
            Part = Words.Of(part),
            Day = day,
            Content = seal.Close(PlaceOfEntry(id), JsonSerializer.Serialize(content, JsonShape.Options)),
            EnteredBy = caller.Subject,
            EnteredAt = now,
        };
        await db.Execute(
            "insert into record_entry (entry_id, member_id, part, day, content, entered_by, entered_at) values (@EntryId, @memberId, @Part, @Day, @Content, @EnteredBy, @EnteredAt)",
            new
            {
                row.EntryId,
                memberId,
                row.Part,
                row.Day,
                row.Content,
                row.EnteredBy,
                row.EnteredAt,
            }
        );
        return row;
    }

    public Task<IReadOnlyList<EntryRow>> Entries(Guid memberId) =>
        db.List<EntryRow>(
            "select entry_id, part, day, content, entered_by, entered_at from record_entry where member_id = @memberId order by day desc, entry_id",
            new { memberId }
        );

    public EntryContent Open(EntryRow row) =>
        JsonSerializer.Deserialize<EntryContent>(seal.Open(PlaceOfEntry(row.EntryId), row.Content), JsonShape.Options)!;

    /// <summary>Takes out what was entered and is wrong; false: there is no such entry of this volunteer.</summary>
    public async Task<bool> TakeOut(Guid memberId, Guid entryId) =>
        await db.Execute("delete from record_entry where entry_id = @entryId and member_id = @memberId", new { entryId, memberId }) > 0;

    public async Task<RecordCorrectionRow> Ask(Guid memberId, RecordPart part, string wish)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        return (
            await db.Find<RecordCorrectionRow>(
                $"""
                insert into record_correction (correction_id, member_id, part, state, version, content, asked_by, asked_at)
                values (@id, @memberId, @part, 'waiting', 1, @content, @by, @now)
                returning {RecordCorrectionRow.Columns}
                """,
                new
                {
                    id,
                    memberId,
                    part = Words.Of(part),
                    content = seal.Close(PlaceOfCorrection(id), wish),
                    by = caller.Subject,
                    now,
                }
            )
        )!;
    }

    public Task<IReadOnlyList<RecordCorrectionRow>> Corrections(Guid memberId) =>
        db.List<RecordCorrectionRow>(
            $"select {RecordCorrectionRow.Columns} from record_correction where member_id = @memberId order by asked_at desc, correction_id",
            new { memberId }
        );

    public string WishOf(RecordCorrectionRow row) => seal.Open(PlaceOfCorrection(row.CorrectionId), row.Content);

    public async Task<(VolunteerRow Volunteer, RecordCorrectionRow Correction)> HoldCorrection(Guid id)
    {
        var row =
            await db.Find<RecordCorrectionRow>(
                $"select {RecordCorrectionRow.Columns} from record_correction where correction_id = @id {db.ForUpdate}",
                new { id }
            ) ?? throw Refused.Unknown();
        var volunteer = await Find(row.MemberId);
        preconditions.Aim(row.CorrectionId, row.Version);
        return (volunteer, row);
    }

    public async Task<RecordCorrectionRow> Decide(RecordCorrectionRow row, RecordCorrectionState decision, string answer)
    {
        if (row.State != Words.Of(RecordCorrectionState.Waiting))
        {
            throw new Refused(ProblemKinds.Conflict, "该更正申请已有决定。", "This correction has been decided already.");
        }

        // Whoever asked for another does not decide it either.
        if (row.AskedBy == caller.Subject)
        {
            throw new Refused(
                ProblemKinds.OwnCorrection,
                "自己提出的更正须由另一人决定。",
                "A correction you asked for is decided by another."
            );
        }

        preconditions.Demand(row.CorrectionId, row.Version);
        return (
            await db.Find<RecordCorrectionRow>(
                $"""
                update record_correction set state = @state, answer = @answer, decided_by = @by, decided_at = @now, version = version + 1
                where correction_id = @CorrectionId and version = @Version
                returning {RecordCorrectionRow.Columns}
                """,
                new
                {
                    row.CorrectionId,
                    row.Version,
                    state = Words.Of(decision),
                    answer,
                    by = caller.Subject,
                    now = clock.GetUtcNow(),
                }
            )
        )!;
    }

    private bool Sees(VolunteerRow volunteer) =>
        caller.Role switch
        {
            _ when caller.SeesRegions => RegionScope.Covers(caller.RegionCode, volunteer),
            Role.Leader => caller.TeamId == volunteer.TeamId,
            Role.Member => caller.TeamId == volunteer.TeamId && volunteer.Subject is { } own && own == caller.Subject,
            _ => false,
        };

    private static SealedPlace PlaceOfEntry(Guid id) => new("record_entry", "content", id);

    private static SealedPlace PlaceOfCorrection(Guid id) => new("record_correction", "content", id);
}
