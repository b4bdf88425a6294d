using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Outcomes;

namespace Dispatch.Api.Features.Exports;

internal sealed partial class RecordSheets
{
    private const string FromProblems = """
        problem
        join help_request on help_request.request_id = problem.request_id
        join problem_result first_result on first_result.problem_id = problem.problem_id and not exists (
            select 1 from problem_result earlier where earlier.problem_id = problem.problem_id and earlier.reported_at < first_result.reported_at)
        join problem_result last_result on last_result.problem_id = problem.problem_id and not exists (
            select 1 from problem_result later where later.problem_id = problem.problem_id and later.reported_at > last_result.reported_at)
        """;

    private const string ProblemsInPeriod =
        "exists (select 1 from problem_result told where told.problem_id = problem.problem_id and told.reported_at >= @from and told.reported_at < @to)";

    private static readonly Column[] SkillColumns =
    [
        new("skill", new Text("技能代码", "Skill code"), CellKind.Text, 16),
        new("skill_name", new Text("技能", "Skill"), CellKind.Text, 18),
    ];

    private Sheet Problems(RecordsAsked asked) =>
        new(
            new Text("问题", "Problems"),
            FileNameOf(asked),
            [
                new("problem_id", new Text("问题编号（系统）", "Problem id"), CellKind.Text, 38),
                new("found_day", new Text("发现日期", "Day found"), CellKind.Date, 12),
                .. RequestColumns,
                .. PlaceColumns,
                new("title", new Text("问题（已隐去个人信息）", "Problem (personal data masked)"), CellKind.Text, 40),
                .. SkillColumns,
                new("first_visit_id", new Text("首次服务编号", "First visit id"), CellKind.Text, 38),
                new("result", new Text("最后结果", "Last result"), CellKind.Text, 12),
                new("result_day", new Text("结果日期", "Day of that result"), CellKind.Date, 12),
                new("last_visit_id", new Text("最后服务编号", "Last visit id"), CellKind.Text, 38),
                new("reports", new Text("报告次数", "Times reported"), CellKind.Whole, 10),
            ],
            Cells(
                Read<ProblemRecord>(
                    asked,
                    $"""
                    {WhoseWords}, problem.title, problem.skill_code, first_result.visit_id as first_visit_id, first_result.reported_at as first_at,
                    last_result.visit_id as last_visit_id, last_result.result, last_result.reported_at,
                    (select count(*) from problem_result told where told.problem_id = problem.problem_id) as reports
                    """,
                    FromProblems,
                    ProblemsInPeriod,
                    "problem.found_at",
                    "problem.problem_id"
                ),
                row =>
                    [
                        row.RowId.ToString("D"),
                        DayOf(row.FirstAt),
                        .. RequestOf(row),
                        .. PlaceOf(row),
                        Told(row, row.Title),
                        row.SkillCode,
                        SkillName(row.SkillCode),
                        row.FirstVisitId.ToString("D"),
                        row.Result,
                        DayOf(row.ReportedAt),
                        row.LastVisitId.ToString("D"),
                        row.Reports,
                    ]
            )
        );

    private Sheet Trainings(RecordsAsked asked) =>
        OfVisits<TrainingRecord>(
            asked,
            new Text("培训", "Trainings"),
            new Column("training_id", new Text("培训编号（系统）", "Training id"), CellKind.Text, 38),
            "training",
            [
                new("topic", new Text("主题（已隐去个人信息）", "Topic (personal data masked)"), CellKind.Text, 36),
                .. SkillColumns,
                new("sessions", new Text("场次", "Sessions"), CellKind.Whole, 10),
                new("attendances", new Text("培训人次", "Person-times trained"), CellKind.Whole, 10),
                new("people", new Text("培训人数", "Persons trained"), CellKind.Whole, 10),
                new("hours", new Text("学时", "Hours"), CellKind.Number, 10),
            ],
            $"{WhoseWords}, training.topic, training.skill_code, training.sessions, training.attendances, training.people, training.hours",
            row =>
                [
                    Told(row, row.Topic),
                    row.SkillCode,
                    SkillName(row.SkillCode),
                    (long)row.Sessions,
                    (long)row.Attendances,
                    (long?)row.People,
                    (decimal)row.Hours,
                ]
        );

    private Sheet Benefits(RecordsAsked asked) =>
        OfVisits<BenefitRecord>(
            asked,
            new Text("效益", "Benefits"),
            new Column("benefit_id", new Text("效益编号（系统）", "Benefit id"), CellKind.Text, 38),
            "benefit",
            [
                new("kind", new Text("类别", "Kind"), CellKind.Text),
                new("is_economic", new Text("是否计入经济效益", "Counts as economic benefit"), CellKind.Text, 12),
                new("amount_yuan", new Text("金额（元）", "Amount (yuan)"), CellKind.Money, 16),
                new("proof", new Text("依据程度", "Proof"), CellKind.Text, 12),
            ],
            "benefit.kind, benefit.amount_fen, benefit.proof",
            row => [row.Kind, FigureCells.YesNo(EconomicBenefit.Includes(Words.To<BenefitKind>(row.Kind))), row.AmountFen, row.Proof]
        );

    private Sheet Achievements(RecordsAsked asked) =>
        OfVisits<AchievementRecord>(
            asked,
            new Text("成果", "Achievements"),
            new Column("achievement_id", new Text("成果编号（系统）", "Achievement id"), CellKind.Text, 38),
            "achievement",
            [
                new("kind", new Text("类别", "Kind"), CellKind.Text, 12),
                new("title", new Text("名称（已隐去个人信息）", "Title (personal data masked)"), CellKind.Text, 40),
            ],
            $"{WhoseWords}, achievement.kind, achievement.title",
            row => [row.Kind, Told(row, row.Title)]
        );

    /// <summary>What visits brought: the visit, the request and the place, then what is told of the thing itself.</summary>
    /// <param name="table">Of the things; <paramref name="columns"/> are read of it, <paramref name="own"/> shown.</param>
    private Sheet OfVisits<T>(
        RecordsAsked asked,
        Text name,
        Column id,
        string table,
        Column[] own,
        string columns,
        Func<T, object?[]> cells
    )
        where T : RecordRow, IOfVisit =>
        new(
            name,
            FileNameOf(asked),
            [id, .. VisitColumns, .. RequestColumns, .. PlaceColumns, .. own],
            Cells(
                Read<T>(asked, $"visit.visit_id, {columns}", FromVisitsOf(table), VisitsInPeriod, "visit.ended_at", $"{table}.{table}_id"),
                row =>
                    [
                        row.RowId.ToString("D"),
                        row.VisitId.ToString("D"),
                        DayOf(row.RowAt),
                        .. RequestOf(row),
                        .. PlaceOf(row),
                        .. cells(row),
                    ]
            )
        );

    private static string FromVisitsOf(string table) =>
        $"{table} join visit on visit.visit_id = {table}.visit_id join help_request on help_request.request_id = visit.request_id";

    private interface IOfVisit
    {
        Guid VisitId { get; }
    }

    private sealed record ProblemRecord : WordedRow
    {
        public string Title { get; init; } = "";
        public string? SkillCode { get; init; }
        public Guid FirstVisitId { get; init; }
        public DateTimeOffset FirstAt { get; init; }
        public Guid LastVisitId { get; init; }
        public string Result { get; init; } = "";
        public DateTimeOffset ReportedAt { get; init; }
        public long Reports { get; init; }
    }

    private sealed record TrainingRecord : WordedRow, IOfVisit
    {
        public Guid VisitId { get; init; }
        public string Topic { get; init; } = "";
        public string? SkillCode { get; init; }
        public int Sessions { get; init; }
        public int Attendances { get; init; }
        public int? People { get; init; }
        public double Hours { get; init; }
    }

    private sealed record BenefitRecord : RecordRow, IOfVisit
    {
        public Guid VisitId { get; init; }
        public string Kind { get; init; } = "";
        public long AmountFen { get; init; }
        public string Proof { get; init; } = "";
    }

    private sealed record AchievementRecord : WordedRow, IOfVisit
    {
        public Guid VisitId { get; init; }
        public string Kind { get; init; } = "";
        public string Title { get; init; } = "";
    }
}
