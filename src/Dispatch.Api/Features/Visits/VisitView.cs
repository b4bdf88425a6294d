using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Outcomes;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Visits;

internal sealed record AttendedView(Guid MemberId, int Minutes);

internal sealed record ProblemView(Guid ProblemId, string Title, string? Skill, ResolutionResult Result);

internal sealed record TrainingView(string Topic, string? Skill, int Sessions, int Attendances, int? People, double Hours);

/// <param name="ReportedFen">What the team reported, where another amount was confirmed.</param>
/// <param name="Evidence">What the office saw it from; null: it is not confirmed.</param>
internal sealed record BenefitView(
    Guid BenefitId,
    BenefitKind Kind,
    long AmountFen,
    string Basis,
    BenefitProof Proof,
    long? ReportedFen,
    string? Evidence,
    string? ConfirmedBy,
    DateTimeOffset? ConfirmedAt
);

internal sealed record AchievementView(AchievementKind Kind, string Title, string? Number);

/// <summary>A visit from its booking to what came of it.</summary>
internal sealed record VisitView(
    Guid Id,
    Guid RequestId,
    Guid TeamId,
    VisitForm Form,
    VisitState State,
    IReadOnlyList<string> Allowed,
    DateTimeOffset Start,
    DateTimeOffset End,
    string? Note,
    IReadOnlyList<Guid> MemberIds,
    int RescheduledTimes,
    DateTimeOffset? DepartedAt,
    DateTimeOffset? BeganAt,
    DateTimeOffset? EndedAt,
    MissedBy? MissedBy,
    string? Reason,
    string? Findings,
    int? Minutes,
    int? StatedPersonTimes,
    IReadOnlyList<AttendedView> Attended,
    IReadOnlyList<ProblemView> Problems,
    IReadOnlyList<TrainingView> Trainings,
    IReadOnlyList<BenefitView> Benefits,
    IReadOnlyList<AchievementView> Results,
    long Version
) : IResource
{
    public string Place() => $"/v1/visits/{Id}";

    /// <summary>When and by whom, and nothing that anybody wrote.</summary>
    public VisitView WithoutWords() =>
        this with
        {
            Note = null,
            Reason = null,
            Findings = null,
            Problems = [],
            Trainings = [],
            Benefits = [],
            Results = [],
        };
}

internal sealed class VisitReader(Session db)
{
    public async Task<VisitView> View(VisitRow visit)
    {
        var id = new { visit.VisitId };
        var members = await db.List<MemberRow>(
            "select member_id, 0 as minutes from visit_member where visit_id = @VisitId order by member_id",
            id
        );
        var attended = await db.List<MemberRow>(
            "select member_id, minutes from attendance where visit_id = @VisitId order by member_id",
            id
        );
        var problems = await db.List<ProblemRow>(
            """
            select problem.problem_id, problem.title, problem.skill_code, problem_result.result
            from problem_result join problem on problem.problem_id = problem_result.problem_id
            where problem_result.visit_id = @VisitId order by problem.problem_id
            """,
            id
        );
        var trainings = await db.List<TrainingRow>(
            "select topic, skill_code, sessions, attendances, people, hours from training where visit_id = @VisitId order by training_id",
            id
        );
        var benefits = await db.List<BenefitRow>(
            $"select {BenefitRow.Columns} from benefit where visit_id = @VisitId order by benefit_id",
            id
        );
        var results = await db.List<AchievementRow>(
            "select kind, title, number from achievement where visit_id = @VisitId order by achievement_id",
            id
        );
        return new VisitView(
            visit.VisitId,
            visit.RequestId,
            visit.TeamId,
            Words.To<VisitForm>(visit.Form),
            visit.StateNow,
            [.. VisitFlow.Machine.Allowed(visit.StateNow).Select(Words.Of)],
            visit.StartsAt,
            visit.EndsAt,
            visit.Note,
            [.. members.Select(m => m.MemberId)],
            visit.RescheduledTimes,
            visit.DepartedAt,
            visit.BeganAt,
            visit.EndedAt,
            visit.MissedBy is null ? null : Words.To<MissedBy>(visit.MissedBy),
            visit.Reason,
            visit.Findings,
            visit.Minutes,
            visit.StatedPersonTimes,
            [.. attended.Select(a => new AttendedView(a.MemberId, a.Minutes))],
            [.. problems.Select(p => new ProblemView(p.ProblemId, p.Title, p.SkillCode, Words.To<ResolutionResult>(p.Result)))],
            [.. trainings.Select(t => new TrainingView(t.Topic, t.SkillCode, t.Sessions, t.Attendances, t.People, t.Hours))],
            [
                .. benefits.Select(b => new BenefitView(
                    b.BenefitId,
                    Words.To<BenefitKind>(b.Kind),
                    b.AmountFen,
                    b.Basis,
                    Words.To<BenefitProof>(b.Proof),
                    b.ReportedFen,
                    b.Evidence,
                    b.ConfirmedBy,
                    b.ConfirmedAt
                )),
            ],
            [.. results.Select(r => new AchievementView(Words.To<AchievementKind>(r.Kind), r.Title, r.Number))],
            visit.Version
        );
    }

    private sealed record MemberRow
    {
        public Guid MemberId { get; init; }
        public int Minutes { get; init; }
    }

    private sealed record ProblemRow
    {
        public Guid ProblemId { get; init; }
        public string Title { get; init; } = "";
        public string? SkillCode { get; init; }
        public string Result { get; init; } = "";
    }

    private sealed record TrainingRow
    {
        public string Topic { get; init; } = "";
        public string? SkillCode { get; init; }
        public int Sessions { get; init; }
        public int Attendances { get; init; }
        public int? People { get; init; }
        public double Hours { get; init; }
    }

    private sealed record AchievementRow
    {
        public string Kind { get; init; } = "";
        public string Title { get; init; } = "";
        public string? Number { get; init; }
    }
}
