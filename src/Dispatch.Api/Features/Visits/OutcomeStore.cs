using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Outcomes;

namespace Dispatch.Api.Features.Visits;

internal sealed record BenefitRow
{
    public const string Columns = "benefit_id, kind, amount_fen, basis, proof, reported_fen, evidence, confirmed_by, confirmed_at";

    public Guid BenefitId { get; init; }
    public string Kind { get; init; } = "";

    /// <summary>What counts.</summary>
    public long AmountFen { get; init; }
    public string Basis { get; init; } = "";
    public string Proof { get; init; } = "";

    /// <summary>Kept where another amount was confirmed.</summary>
    public long? ReportedFen { get; init; }
    public string? Evidence { get; init; }
    public string? ConfirmedBy { get; init; }
    public DateTimeOffset? ConfirmedAt { get; init; }

    public long Reported => ReportedFen ?? AmountFen;

    public bool IsConfirmed => Words.To<BenefitProof>(Proof) == BenefitProof.Confirmed;
}

/// <summary>What came of a visit, each kind in a table of its own: a problem is no training, and money is not one thing.</summary>
internal sealed class OutcomeStore(Session db, Caller caller, TimeProvider clock)
{
    public async Task Keep(VisitRow visit, CompleteVisit report)
    {
        foreach (var attended in report.Attended ?? [])
        {
            await db.Execute(
                "insert into attendance (visit_id, member_id, minutes) values (@VisitId, @MemberId, @Minutes)",
                new
                {
                    visit.VisitId,
                    attended.MemberId,
                    attended.Minutes,
                }
            );
        }

        foreach (var (problem, place) in (report.Problems ?? []).Select((problem, place) => (problem, place)))
        {
            await KeepProblem(visit, problem, place);
        }

        foreach (var training in report.Trainings ?? [])
        {
            await db.Execute(
                """
                insert into training (training_id, visit_id, request_id, topic, skill_code, sessions, attendances, people, hours)
                values (@id, @VisitId, @RequestId, @Topic, @Skill, @Sessions, @Attendances, @People, @Hours)
                """,
                new
                {
                    id = NewId(),
                    visit.VisitId,
                    visit.RequestId,
                    training.Topic,
                    training.Skill,
                    training.Sessions,
                    training.Attendances,
                    training.People,
                    training.Hours,
                }
            );
        }

        foreach (var benefit in report.Benefits ?? [])
        {
            await db.Execute(
                """
                insert into benefit (benefit_id, visit_id, request_id, kind, amount_fen, basis, proof)
                values (@id, @VisitId, @RequestId, @kind, @AmountFen, @Basis, @proof)
                """,
                new
                {
                    id = NewId(),
                    visit.VisitId,
                    visit.RequestId,
                    kind = Words.Of(benefit.Kind),
                    benefit.AmountFen,
                    benefit.Basis,
                    proof = Words.Of(BenefitProof.Estimated),
                }
            );
        }

        foreach (var result in report.Results ?? [])
        {
            await db.Execute(
                """
                insert into achievement (achievement_id, visit_id, request_id, kind, title, number)
                values (@id, @VisitId, @RequestId, @kind, @Title, @Number)
                """,
                new
                {
                    id = NewId(),
                    visit.VisitId,
                    visit.RequestId,
                    kind = Words.Of(result.Kind),
                    result.Title,
                    result.Number,
                }
            );
        }
    }

    public async Task<BenefitRow> FindBenefit(Guid visitId, Guid benefitId) =>
        await db.Find<BenefitRow>(
            $"select {BenefitRow.Columns} from benefit where benefit_id = @benefitId and visit_id = @visitId",
            new { visitId, benefitId }
        ) ?? throw Refused.Unknown();

    public Task<int> Confirm(BenefitRow benefit, long amountFen, string evidence) =>
        db.Execute(
            """
            update benefit set proof = @proof, amount_fen = @amountFen, reported_fen = @reported, evidence = @evidence, confirmed_by = @by, confirmed_at = @now
            where benefit_id = @BenefitId
            """,
            new
            {
                benefit.BenefitId,
                proof = Words.Of(BenefitProof.Confirmed),
                amountFen,
                reported = amountFen == benefit.Reported ? null : (long?)benefit.Reported,
                evidence,
                by = caller.Subject,
                now = clock.GetUtcNow(),
            }
        );

    private async Task KeepProblem(VisitRow visit, ProblemBody reported, int place)
    {
        var problemId = reported.ProblemId ?? NewId();
        if (reported.ProblemId is null)
        {
            await db.Execute(
                "insert into problem (problem_id, request_id, title, skill_code, found_at) values (@problemId, @RequestId, @Title, @Skill, @now)",
                new
                {
                    problemId,
                    visit.RequestId,
                    reported.Title,
                    reported.Skill,
                    now = clock.GetUtcNow(),
                }
            );
        }
        else if (
            await db.Value<long>(
                "select count(*) from problem where problem_id = @problemId and request_id = @RequestId",
                new { problemId, visit.RequestId }
            ) == 0
        )
        {
            throw Refused.Field(
                $"#/problems/{place}/problemId",
                "problem_unknown",
                "这个求助没有该问题。",
                "This request has no such problem."
            );
        }

        await db.Execute(
            """
            insert into problem_result (problem_id, visit_id, request_id, result, reported_at)
            values (@problemId, @VisitId, @RequestId, @result, @now)
            on conflict (problem_id, visit_id) do update set result = excluded.result
            """,
            new
            {
                problemId,
                visit.VisitId,
                visit.RequestId,
                result = Words.Of(reported.Result),
                now = clock.GetUtcNow(),
            }
        );
    }

    private Guid NewId() => Guid.CreateVersion7(clock.GetUtcNow());
}
