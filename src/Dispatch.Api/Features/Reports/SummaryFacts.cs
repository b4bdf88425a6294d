using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Outcomes;

namespace Dispatch.Api.Features.Reports;

/// <summary>One thing that counts: a completed service on the day it was completed, or a request on the day of its event; both under the
/// place served.</summary>
internal sealed record Fact(
    DateTimeOffset At,
    string RegionCode,
    string? Tier,
    Guid? TeamId,
    string? TeamName,
    string? MainSkill,
    string Form,
    ServiceFacts? Service,
    RequestFacts? Request
);

/// <summary>Reads the facts of a period and a region from the records themselves.</summary>
internal sealed class SummaryFacts(Session db, RegionTree regions)
{
    private static readonly string EconomicKinds = string.Join(
        ", ",
        Enum.GetValues<BenefitKind>().Where(EconomicBenefit.Includes).Select(kind => $"'{Words.Of(kind)}'")
    );

    public async Task<IReadOnlyList<Fact>> Read(ShowSummary query)
    {
        var args = new Arguments(
            new { from = ShanghaiTime.At(query.From, TimeOnly.MinValue), to = ShanghaiTime.At(query.To.AddDays(1), TimeOnly.MinValue) }
        );
        var scope = "";
        if (query.Region is not null)
        {
            scope = " and " + RegionScope.Sql("help_request", "@region", regions.Find(query.Region));
            args.Add("region", query.Region);
        }

        var services = await Services(scope, args);
        var received = await Requests("created_at", scope, args);
        var closed = await Requests("closed_at", scope, args);
        return
        [
            .. services.GroupBy(row => (row.RequestId, Day: ShanghaiTime.DayOf(row.At))).SelectMany(OfOneDay),
            .. received.Select(row => OfRequest(row, new RequestFacts(true, false, false))),
            .. closed.Select(row => OfRequest(row, new RequestFacts(false, true, row.Outcome == "confirmed"))),
        ];
    }

    private Task<IReadOnlyList<ServiceRow>> Services(string scope, Arguments args) =>
        db.List<ServiceRow>(
            $"""
            select visit.ended_at as at, visit.request_id, help_request.region_code, team.tier, visit.team_id, team.name as team_name, visit.form, help_request.main_skill,
                   lead.team_id as lead_id, lead.name as lead_name, lead.tier as lead_tier, assignment.role,
                   (select count(*) from attendance where attendance.visit_id = visit.visit_id) as attended, visit.stated_person_times,
                   (select count(*) from problem_result where problem_result.visit_id = visit.visit_id
                        and not exists (select 1 from problem_result earlier where earlier.problem_id = problem_result.problem_id
                                        and earlier.reported_at < problem_result.reported_at)) as problems_found,
                   (select count(*) from problem_result where problem_result.visit_id = visit.visit_id and problem_result.result = 'solved'
                        and not exists (select 1 from problem_result later where later.problem_id = problem_result.problem_id
                                        and later.reported_at > problem_result.reported_at)) as problems_solved,
                   (select coalesce(sum(sessions), 0) from training where training.visit_id = visit.visit_id) as sessions,
                   (select coalesce(sum(attendances), 0) from training where training.visit_id = visit.visit_id) as attendances,
                   (select coalesce(sum(hours), 0) from training where training.visit_id = visit.visit_id) as hours,
                   (select coalesce(sum(amount_fen), 0) from benefit where benefit.visit_id = visit.visit_id and proof = 'estimated' and kind in ({EconomicKinds})) as estimated,
                   (select coalesce(sum(amount_fen), 0) from benefit where benefit.visit_id = visit.visit_id and proof = 'confirmed' and kind in ({EconomicKinds})) as confirmed
            from visit
            join help_request on help_request.request_id = visit.request_id
            join team on team.team_id = visit.team_id
            join assignment on assignment.assignment_id = visit.assignment_id
            join team lead on lead.team_id = coalesce(
                (select earlier.team_id from assignment earlier where earlier.request_id = visit.request_id and earlier.role = 'lead' and earlier.accepted_at <= visit.ended_at
                 order by earlier.accepted_at desc limit 1), visit.team_id)
            where visit.state = 'completed' and visit.ended_at >= @from and visit.ended_at < @to{scope}
            order by visit.ended_at, visit.visit_id
            """,
            args
        );

    private Task<IReadOnlyList<RequestRow>> Requests(string moment, string scope, Arguments args) =>
        db.List<RequestRow>(
            $"""
            select help_request.{moment} as at, help_request.region_code, help_request.form, help_request.outcome, help_request.main_skill
            from help_request
            where help_request.{moment} >= @from and help_request.{moment} < @to{scope}
            order by help_request.{moment}, help_request.request_id
            """,
            args
        );

    /// <summary>What the teams of one request did on one day is one service: the lead's, or without a visit of its own the first support's.</summary>
    private static IEnumerable<Fact> OfOneDay(IEnumerable<ServiceRow> visits)
    {
        var counts = true;
        foreach (var row in visits.OrderBy(row => row.Role, StringComparer.Ordinal).ThenBy(row => row.At))
        {
            var isLead = row.Role == "lead";
            yield return OfService(row, counts || isLead);
            if (!isLead)
            {
                yield return Shared(row);
            }

            counts = false;
        }
    }

    /// <summary>Credited to the lead, whoever did it.</summary>
    private static Fact OfService(ServiceRow row, bool counts) =>
        new(
            row.At,
            row.RegionCode,
            row.LeadTier,
            row.LeadId,
            row.LeadName,
            row.MainSkill,
            row.Form,
            new ServiceFacts(
                row.Attended > 0 ? (int)row.Attended : row.StatedPersonTimes ?? 0,
                counts,
                IsShared: false,
                (int)row.ProblemsFound,
                (int)row.ProblemsSolved,
                (int)row.Sessions,
                (int)row.Attendances,
                row.Hours,
                row.Estimated,
                row.Confirmed
            ),
            null
        );

    /// <summary>That a support had its part, and nothing else a second time.</summary>
    private static Fact Shared(ServiceRow row) =>
        new(
            row.At,
            row.RegionCode,
            row.Tier,
            row.TeamId,
            row.TeamName,
            row.MainSkill,
            row.Form,
            new ServiceFacts(0, Counts: false, IsShared: true, 0, 0, 0, 0, 0, 0, 0),
            null
        );

    private static Fact OfRequest(RequestRow row, RequestFacts facts) =>
        new(row.At, row.RegionCode, null, null, null, row.MainSkill, row.Form, null, facts);

    private sealed record ServiceRow
    {
        public DateTimeOffset At { get; init; }
        public string RegionCode { get; init; } = "";
        public string Tier { get; init; } = "";
        public Guid RequestId { get; init; }
        public string Role { get; init; } = "";
        public Guid TeamId { get; init; }
        public string TeamName { get; init; } = "";
        public Guid LeadId { get; init; }
        public string LeadName { get; init; } = "";
        public string LeadTier { get; init; } = "";
        public string Form { get; init; } = "";
        public string? MainSkill { get; init; }
        public long Attended { get; init; }
        public int? StatedPersonTimes { get; init; }
        public long ProblemsFound { get; init; }
        public long ProblemsSolved { get; init; }
        public long Sessions { get; init; }
        public long Attendances { get; init; }
        public double Hours { get; init; }
        public long Estimated { get; init; }
        public long Confirmed { get; init; }
    }

    private sealed record RequestRow
    {
        public DateTimeOffset At { get; init; }
        public string RegionCode { get; init; } = "";
        public string Form { get; init; } = "";
        public string? Outcome { get; init; }
        public string? MainSkill { get; init; }
    }
}
