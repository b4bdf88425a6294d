using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Exports;

internal sealed partial class RecordSheets
{
    private const string FromVisits = """
        visit
        join help_request on help_request.request_id = visit.request_id
        join team on team.team_id = visit.team_id
        join assignment on assignment.assignment_id = visit.assignment_id
        join team lead on lead.team_id = coalesce(
            (select earlier.team_id from assignment earlier where earlier.request_id = visit.request_id and earlier.role = 'lead' and earlier.accepted_at <= visit.ended_at
             order by earlier.accepted_at desc limit 1), visit.team_id)
        """;

    private const string VisitsInPeriod = "visit.state = 'completed' and visit.ended_at >= @from and visit.ended_at < @to";

    private static readonly Column[] VisitColumns =
    [
        new("visit_id", new Text("服务编号（系统）", "Visit id"), CellKind.Text, 38),
        new("day", new Text("服务日期", "Day of service"), CellKind.Date, 12),
    ];

    private Sheet Visits(RecordsAsked asked) =>
        new(
            new Text("服务", "Visits"),
            FileNameOf(asked),
            [
                .. VisitColumns,
                new("completed_at", new Text("完成时间（北京时间）", "Completed at (China time)"), CellKind.Instant, 20),
                .. RequestColumns,
                .. PlaceColumns,
                new("form", new Text("服务形式", "Form"), CellKind.Text, 12),
                new("main_skill", new Text("主技能代码", "Main skill code"), CellKind.Text, 16),
                new("main_skill_name", new Text("主技能", "Main skill"), CellKind.Text, 18),
                new("team_id", new Text("服务队编号（系统）", "Team id"), CellKind.Text, 38),
                new("team_name", new Text("服务队", "Team"), CellKind.Text, 28),
                new("team_tier", new Text("服务队层级", "Tier of the team"), CellKind.Text, 12),
                new("role", new Text("主办或协办", "Lead or support"), CellKind.Text, 12),
                new("lead_team_id", new Text("主办队编号（系统）", "Lead team id"), CellKind.Text, 38),
                new("lead_team_name", new Text("主办队", "Lead team"), CellKind.Text, 28),
                new("lead_team_tier", new Text("主办队层级", "Tier of the lead team"), CellKind.Text, 12),
                new("attended", new Text("到场人数", "Members attended"), CellKind.Whole, 10),
                new("stated_person_times", new Text("填报人次", "Person-times stated"), CellKind.Whole, 10),
                new("person_times", new Text("计入人次", "Person-times counted"), CellKind.Whole, 10),
                new("member_minutes", new Text("志愿服务分钟数", "Volunteer minutes"), CellKind.Whole),
                new("minutes", new Text("服务分钟数", "Minutes"), CellKind.Whole, 10),
            ],
            Cells(
                Read<VisitRecord>(
                    asked,
                    """
                    visit.form, help_request.main_skill, visit.team_id, team.name as team_name, team.tier as team_tier, assignment.role,
                    lead.team_id as lead_id, lead.name as lead_name, lead.tier as lead_tier, visit.stated_person_times, visit.minutes,
                    (select count(*) from attendance where attendance.visit_id = visit.visit_id) as attended,
                    (select coalesce(sum(attendance.minutes), 0) from attendance where attendance.visit_id = visit.visit_id) as member_minutes
                    """,
                    FromVisits,
                    VisitsInPeriod,
                    "visit.ended_at",
                    "visit.visit_id"
                ),
                row =>
                    [
                        row.RowId.ToString("D"),
                        DayOf(row.RowAt),
                        row.RowAt,
                        .. RequestOf(row),
                        .. PlaceOf(row),
                        row.Form,
                        row.MainSkill,
                        SkillName(row.MainSkill),
                        row.TeamId.ToString("D"),
                        row.TeamName,
                        row.TeamTier,
                        row.Role,
                        row.LeadId.ToString("D"),
                        row.LeadName,
                        row.LeadTier,
                        row.Attended,
                        (long?)row.StatedPersonTimes,
                        row.Attended > 0 ? row.Attended : row.StatedPersonTimes ?? 0L,
                        row.MemberMinutes,
                        (long?)row.Minutes,
                    ]
            )
        );

    private sealed record VisitRecord : RecordRow
    {
        public string Form { get; init; } = "";
        public string? MainSkill { get; init; }
        public Guid TeamId { get; init; }
        public string TeamName { get; init; } = "";
        public string TeamTier { get; init; } = "";
        public string Role { get; init; } = "";
        public Guid LeadId { get; init; }
        public string LeadName { get; init; } = "";
        public string LeadTier { get; init; } = "";
        public int? StatedPersonTimes { get; init; }
        public int? Minutes { get; init; }
        public long Attended { get; init; }
        public long MemberMinutes { get; init; }
    }
}
