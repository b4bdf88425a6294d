using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.ServiceRecords;

/// <param name="Number">As the office that registered him knows him; null: none.</param>
internal sealed record RecordBasicsView(string Name, string? Number, Guid TeamId, string TeamName, bool Leader, string RegionCode);

/// <param name="Place">As far as the county: where exactly somebody was helped is not the volunteer's to carry about.</param>
/// <param name="Content">The trade and the form; nothing of who was helped.</param>
internal sealed record RecordedServiceView(
    Guid VisitId,
    DateOnly Day,
    string RegionCode,
    string Place,
    Text Content,
    VisitForm Form,
    int Minutes
);

/// <param name="Hours">To the tenth, never more than was done.</param>
/// <param name="Items">The newest first, 500 at most.</param>
internal sealed record ServicePartView(int Services, int Minutes, decimal Hours, IReadOnlyList<RecordedServiceView> Items);

internal sealed record RecordEntryView(
    Guid Id,
    RecordPart Part,
    DateOnly Day,
    string Title,
    string Issuer,
    double? Hours,
    string? Note,
    string EnteredBy,
    DateTimeOffset EnteredAt
)
{
    public static RecordEntryView Of(EntryRow row, EntryContent content) =>
        new(
            row.EntryId,
            Words.To<RecordPart>(row.Part),
            row.Day,
            content.Title,
            content.Issuer,
            content.Hours,
            content.Note,
            row.EnteredBy,
            row.EnteredAt
        );
}

/// <param name="Ratings">Of the services he took part in, so many were rated.</param>
/// <param name="AverageRating">Of 5; null: none was rated.</param>
internal sealed record EvaluationPartView(int Ratings, decimal? AverageRating, IReadOnlyList<RecordEntryView> Items);

internal sealed record RecordCorrectionView(
    Guid Id,
    Guid MemberId,
    RecordPart Part,
    RecordCorrectionState State,
    string Wish,
    string AskedBy,
    DateTimeOffset AskedAt,
    string? DecidedBy,
    DateTimeOffset? DecidedAt,
    string? Answer,
    long Version
) : IResource
{
    // It is shown in the record it belongs to.
    string IResource.Place() => $"/v1/members/{MemberId}/service-record";

    public static RecordCorrectionView Of(RecordCorrectionRow row, string wish) =>
        new(
            row.CorrectionId,
            row.MemberId,
            Words.To<RecordPart>(row.Part),
            Words.To<RecordCorrectionState>(row.State),
            wish,
            row.AskedBy,
            row.AskedAt,
            row.DecidedBy,
            row.DecidedAt,
            row.Answer,
            row.Version
        );
}

internal sealed record ServiceRecordView(
    Guid MemberId,
    RecordBasicsView Basics,
    ServicePartView Service,
    IReadOnlyList<RecordEntryView> Trainings,
    IReadOnlyList<RecordEntryView> Commendations,
    EvaluationPartView Evaluation,
    IReadOnlyList<CertificateView> Certificates,
    IReadOnlyList<RecordCorrectionView> Corrections
);

/// <summary>What was done between two days.</summary>
internal sealed record WorkDone(int Services, int Minutes)
{
    private const int HourMinutes = 60;

    public decimal Hours => HoursOf(Minutes);

    public static decimal HoursOf(int minutes) => Math.Round((decimal)minutes / HourMinutes, 1, MidpointRounding.ToZero);
}

/// <summary>Reads a volunteer's record: the visits tell what was done, the rest was entered.</summary>
internal sealed class RecordReader(Session db, RecordStore records, CertificateStore certificates, Catalogue catalogue)
{
    private const int MostItems = 500;

    public async Task<ServiceRecordView> Read(VolunteerRow volunteer)
    {
        var name = records.NameOf(volunteer);
        var done = await Done(volunteer, DateOnly.MinValue, DateOnly.MaxValue);
        var entries = (await records.Entries(volunteer.MemberId)).Select(row => RecordEntryView.Of(row, records.Open(row))).ToList();
        var ratings = (
            await db.Find<RatingRow>(
                """
                select count(*) as times, coalesce(sum(rating), 0) as total from confirmation
                where rating is not null and exists (
                    select 1 from visit join attendance on attendance.visit_id = visit.visit_id
                    where visit.team_id = @TeamId and visit.state = 'completed' and attendance.member_id = @MemberId and visit.request_id = confirmation.request_id)
                """,
                volunteer
            )
        )!;
        return new ServiceRecordView(
            volunteer.MemberId,
            new RecordBasicsView(
                name,
                volunteer.ExternalNumber,
                volunteer.TeamId,
                volunteer.TeamName,
                volunteer.Leader,
                volunteer.RegionCode
            ),
            new ServicePartView(done.Services, done.Minutes, done.Hours, await Services(volunteer)),
            Of(RecordPart.Training),
            Of(RecordPart.Commendation),
            new EvaluationPartView(
                (int)ratings.Times,
                ratings.Times == 0 ? null : Math.Round((decimal)ratings.Total / ratings.Times, 2),
                Of(RecordPart.Evaluation)
            ),
            [.. (await certificates.Of(volunteer.MemberId)).Select(row => certificates.View(volunteer, row))],
            [.. (await records.Corrections(volunteer.MemberId)).Select(row => RecordCorrectionView.Of(row, records.WishOf(row)))]
        );

        IReadOnlyList<RecordEntryView> Of(RecordPart part) => [.. entries.Where(entry => entry.Part == part)];
    }

    /// <summary>Completed visits he is down for, with his own minutes; both days inclusive.</summary>
    public async Task<WorkDone> Done(VolunteerRow volunteer, DateOnly from, DateOnly to)
    {
        var rows = await db.List<MinutesRow>($"select visit.ended_at, attendance.minutes {Attended} order by visit.ended_at", volunteer);
        var within = rows.Where(row => ShanghaiTime.DayOf(row.EndedAt) is var day && day >= from && day <= to).ToList();
        return new WorkDone(within.Count, within.Sum(row => row.Minutes));
    }

    private const string Attended = """
        from visit
        join attendance on attendance.visit_id = visit.visit_id
        join help_request on help_request.request_id = visit.request_id
        where visit.team_id = @TeamId and attendance.member_id = @MemberId and visit.state = 'completed'
        """;

    private async Task<IReadOnlyList<RecordedServiceView>> Services(VolunteerRow volunteer)
    {
        var rows = await db.List<ServiceRow>(
            $"""
            select visit.visit_id, visit.ended_at, visit.form, attendance.minutes, help_request.region_code, help_request.county_code, help_request.main_skill
            {Attended}
            order by visit.ended_at desc, visit.visit_id limit {MostItems}
            """,
            volunteer
        );
        return [.. rows.Select(View)];
    }

    private RecordedServiceView View(ServiceRow row)
    {
        var place = catalogue.Regions.Find(row.CountyCode ?? row.RegionCode)!;
        var form = Words.To<VisitForm>(row.Form);
        var skill = row.MainSkill is { } code && catalogue.Skills.TryGetValue(code, out var known) ? known : null;
        return new RecordedServiceView(
            row.VisitId,
            ShanghaiTime.DayOf(row.EndedAt),
            place.Code,
            string.Concat(
                catalogue
                    .Regions.Ancestors(place.Code)
                    .Where(region => region.Level != RegionLevel.Country)
                    .Reverse()
                    .Select(region => region.Name)
            ),
            skill is null ? new Text("服务", "service") : new Text(skill.Zh, skill.En),
            form,
            row.Minutes
        );
    }

    private sealed record MinutesRow
    {
        public DateTimeOffset EndedAt { get; init; }
        public int Minutes { get; init; }
    }

    private sealed record ServiceRow
    {
        public Guid VisitId { get; init; }
        public DateTimeOffset EndedAt { get; init; }
        public string Form { get; init; } = "";
        public int Minutes { get; init; }
        public string RegionCode { get; init; } = "";
        public string? CountyCode { get; init; }
        public string? MainSkill { get; init; }
    }

    private sealed record RatingRow
    {
        public long Times { get; init; }
        public long Total { get; init; }
    }
}
