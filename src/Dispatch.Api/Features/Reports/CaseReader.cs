using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;

namespace Dispatch.Api.Features.Reports;

/// <summary>One case of a figure that is no sum: when and where it counts, and what is looked at.</summary>
internal sealed record CaseRow
{
    public DateTimeOffset At { get; init; }
    public string RegionCode { get; init; } = "";
    public string Skill { get; init; } = "";
    public string Form { get; init; } = "";
    public string RequesterKind { get; init; } = "";
    public string Urgency { get; init; } = "";
    public string Channel { get; init; } = "";
    public Guid? TeamId { get; init; }
    public string? Tier { get; init; }
    public string? HostRegion { get; init; }

    /// <summary>Where a time is looked at: from here to <see cref="Until"/>.</summary>
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }

    /// <summary>Where different ones are counted: which one it is.</summary>
    public string? Who { get; init; }

    /// <summary>Whether the one was erased: two of its cases may count as two.</summary>
    public bool Erased { get; init; }

    /// <summary>Where the largest is looked at.</summary>
    public long? Size { get; init; }

    public string? Of(FigureDimension dimension) =>
        new FigureKey(ShanghaiTime.DayOf(At), RegionCode, Skill, Form, RequesterKind, Urgency, Channel, TeamId, Tier, HostRegion).Of(
            dimension
        );
}

/// <summary>Reads the cases of medians and of different persons, which no sum holds, when they are asked for by name.</summary>
internal sealed class CaseReader(Session db, Catalogue catalogue)
{
    private const string OfRequest = """
        help_request.region_code, coalesce(help_request.main_skill, '') as skill, help_request.requester_kind, help_request.urgency, help_request.channel,
        help_request.erased_at is not null as erased
        """;

    private const string OfVisit = $"""
        visit.ended_at as at, visit.form, {OfRequest}, lead.team_id, lead.tier, lead.region_code as host_region
        """;

    private const string Visits = """
        from visit
        join help_request on help_request.request_id = visit.request_id
        join team lead on lead.team_id = coalesce(
            (select earlier.team_id from assignment earlier where earlier.request_id = visit.request_id and earlier.role = 'lead' and earlier.accepted_at <= visit.ended_at
             order by earlier.accepted_at desc, earlier.team_id desc limit 1), visit.team_id)
        """;

    private const string VisitOfPeriod = "visit.state = 'completed' and visit.ended_at >= @from and visit.ended_at < @to";

    // Whatever happened in the period was booked on its day, or later where that was closed, or waits.
    private const string Counted = """
        help_request.request_id in (
            select request_id from figure_entry where counts_on >= @first and counts_on <= @last
            union select request_id from figure_entry where corrects is not null and counts_on > @last
            union select request_id from figure_due)
        """;

    /// <param name="what">What an indicator is made of.</param>
    public Task<IReadOnlyList<CaseRow>> Read(string what, DateOnly from, DateOnly to, string? region)
    {
        var args = new Arguments(
            new
            {
                first = from,
                last = to,
                from = ShanghaiTime.At(from, TimeOnly.MinValue),
                to = ShanghaiTime.At(to.AddDays(1), TimeOnly.MinValue),
            }
        );
        var scope = "";
        if (catalogue.Regions.Find(region) is { Level: not RegionLevel.Country } found)
        {
            scope = " and " + RegionScope.Sql("help_request", "@region", found);
            args.Add("region", found.Code);
        }

        return db.List<CaseRow>(Sql(what) + scope, args);
    }

    private static string Sql(string what) =>
        what switch
        {
            "minutes_to_offer" => Times(
                "(select min(offer.offered_at) from offer where offer.request_id = help_request.request_id and offer.asked)",
                "help_request.request_id in (select offer.request_id from offer where offer.asked and offer.offered_at >= @from and offer.offered_at < @to)"
            ),
            "minutes_to_acceptance" => Times("help_request.accepted_at", Counted),
            "minutes_to_resolution" => Times("help_request.resolved_at", Counted),
            "minutes_to_first_visit" => $"""
                select {OfVisit}, help_request.created_at as since, coalesce(visit.began_at, visit.ended_at) as until {Visits}
                where {VisitOfPeriod} and not exists (select 1 from visit sooner where sooner.request_id = visit.request_id and sooner.state = 'completed'
                    and (sooner.ended_at < visit.ended_at or (sooner.ended_at = visit.ended_at and sooner.visit_id < visit.visit_id)))
                """,
            "helpers" => $"""
                select {OfVisit}, cast(attendance.member_id as text) as who {Visits} join attendance on attendance.visit_id = visit.visit_id where {VisitOfPeriod}
                """,
            "organisations_served" => Requesters("<>"),
            "households_served" => Requesters("="),
            "trained_persons" => $"""
                select {OfVisit}, training.people as size {Visits} join training on training.visit_id = visit.visit_id where {VisitOfPeriod} and training.people is not null
                """,
            _ => throw new FormatException($"Nobody knows how to look at {what}."),
        };

    private static string Times(string moment, string hint) =>
        $"""
            select {moment} as at, help_request.form, {OfRequest}, help_request.created_at as since, {moment} as until from help_request
            where {hint} and {moment} >= @from and {moment} < @to
            """;

    private static string Requesters(string farmer) =>
        $"""
            select {OfVisit}, help_request.requester_key as who {Visits} where {VisitOfPeriod}
            and help_request.requester_kind {farmer} 'farmer' and help_request.requester_kind not in ('individual', 'worker', 'model_worker')
            """;
}
