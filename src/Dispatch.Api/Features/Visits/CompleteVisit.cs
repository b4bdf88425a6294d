using System.Text.Json.Serialization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Outcomes;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Visits;

internal sealed record AttendedBody(Guid MemberId, int Minutes);

internal sealed record ProblemBody(ResolutionResult Result, Guid? ProblemId = null, string? Title = null, string? Skill = null);

internal sealed record TrainingBody(string Topic, int Sessions, int Attendances, double Hours, string? Skill = null, int? People = null);

internal sealed record BenefitBody(BenefitKind Kind, long AmountFen, string Basis);

internal sealed record AchievementBody(AchievementKind Kind, string Title, string? Number = null);

/// <summary>The team reports what it found, solved and taught. The visit is over.</summary>
internal sealed record CompleteVisit(
    string Findings,
    int Minutes,
    IReadOnlyList<AttendedBody>? Attended = null,
    int? PersonTimes = null,
    IReadOnlyList<ProblemBody>? Problems = null,
    IReadOnlyList<TrainingBody>? Trainings = null,
    IReadOnlyList<BenefitBody>? Benefits = null,
    IReadOnlyList<AchievementBody>? Results = null
) : ICommand<VisitView>
{
    [JsonIgnore]
    public Guid VisitId { get; init; }
}

internal static class CompleteVisitEndpoint
{
    public static void MapCompleteVisit(this IEndpointRouteBuilder visits) =>
        visits
            .MapPost("/{visitId:guid}/complete", Post)
            .WithName(nameof(CompleteVisit))
            .WithSummary("Close a visit with what was found and done")
            .ActsOnce();

    private static Task<VisitView> Post(Guid visitId, CompleteVisit command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { VisitId = visitId }, ct);
}

internal sealed class CompleteVisitValidator : AbstractValidator<CompleteVisit>
{
    public CompleteVisitValidator(
        IValidator<AttendedBody> attended,
        IValidator<ProblemBody> problem,
        IValidator<TrainingBody> training,
        IValidator<BenefitBody> benefit,
        IValidator<AchievementBody> result
    )
    {
        RuleFor(c => c.Findings).NotEmpty().MaximumLength(4000);
        RuleFor(c => c.Minutes).InclusiveBetween(1, AttendedBodyValidator.OneDay);
        RuleFor(c => c.PersonTimes).InclusiveBetween(1, 1000);
        RuleFor(c => c.Attended).MaximumItems(BookVisitValidator.MostMembers);
        RuleForEach(c => c.Attended).SetValidator(attended);
        RuleFor(c => c.Attended)
            .Must(list => list is null || list.DistinctBy(entry => entry.MemberId).Count() == list.Count)
            .Says("member_twice", "同一队员只能出现一次。", "A member may stand there once only.");
        RuleFor(c => c.Problems).MaximumItems(50);
        RuleForEach(c => c.Problems).SetValidator(problem);
        RuleFor(c => c.Trainings).MaximumItems(20);
        RuleForEach(c => c.Trainings).SetValidator(training);
        RuleFor(c => c.Benefits).MaximumItems(20);
        RuleForEach(c => c.Benefits).SetValidator(benefit);
        RuleFor(c => c.Results).MaximumItems(20);
        RuleForEach(c => c.Results).SetValidator(result);
    }
}

internal sealed class AttendedBodyValidator : AbstractValidator<AttendedBody>
{
    public const int OneDay = 24 * 60;

    public AttendedBodyValidator() => RuleFor(a => a.Minutes).InclusiveBetween(1, OneDay);
}

internal sealed class ProblemBodyValidator : AbstractValidator<ProblemBody>
{
    public ProblemBodyValidator(Catalogue catalogue)
    {
        RuleFor(p => p.Title).MaximumLength(200);
        RuleFor(p => p.Title)
            .NotEmpty()
            .When(p => p.ProblemId is null)
            .Says(
                "title_missing",
                "新问题须写标题；跟进旧问题请给 problemId。",
                "A new problem needs a title; for an old one give its problemId."
            );
        RuleFor(p => p.Skill).MaximumLength(40);
        RuleFor(p => p.Skill)
            .Must(code => code is null || catalogue.Skills.ContainsKey(code))
            .Says("skill_unknown", "没有这个技能代码，见 GET /v1/skills。", "There is no such skill. See GET /v1/skills.");
        RuleFor(p => p.Result).IsInEnum();
    }
}

internal sealed class TrainingBodyValidator : AbstractValidator<TrainingBody>
{
    public TrainingBodyValidator(Catalogue catalogue)
    {
        RuleFor(t => t.Topic).NotEmpty().MaximumLength(200);
        RuleFor(t => t.Sessions).InclusiveBetween(1, 100);
        RuleFor(t => t.Attendances).InclusiveBetween(0, 100_000);
        RuleFor(t => t.Hours).InclusiveBetween(0, 1000);
        RuleFor(t => t.People).InclusiveBetween(0, 100_000);
        RuleFor(t => t.People)
            .Must((training, people) => !(people > training.Attendances))
            .Says("people_above_attendances", "人数不能超过人次。", "There cannot be more people than attendances.");
        RuleFor(t => t.Skill).MaximumLength(40);
        RuleFor(t => t.Skill)
            .Must(code => code is null || catalogue.Skills.ContainsKey(code))
            .Says("skill_unknown", "没有这个技能代码，见 GET /v1/skills。", "There is no such skill. See GET /v1/skills.");
    }
}

internal sealed class BenefitBodyValidator : AbstractValidator<BenefitBody>
{
    public const long OneTrillionYuan = 100_000_000_000_000;

    public BenefitBodyValidator()
    {
        RuleFor(b => b.Kind).IsInEnum();
        RuleFor(b => b.AmountFen).InclusiveBetween(1, OneTrillionYuan);
        RuleFor(b => b.Basis).NotEmpty().MaximumLength(500);
    }
}

internal sealed class AchievementBodyValidator : AbstractValidator<AchievementBody>
{
    public AchievementBodyValidator()
    {
        RuleFor(a => a.Kind).IsInEnum();
        RuleFor(a => a.Title).NotEmpty().MaximumLength(200);
        RuleFor(a => a.Number).MaximumLength(100);
    }
}

internal sealed class CompleteVisitHandler(
    VisitStore visits,
    Booking booking,
    OutcomeStore outcomes,
    Underway underway,
    VisitReader reader,
    TimeProvider clock
) : IRequestHandler<CompleteVisit, VisitView>
{
    public async Task<VisitView> Handle(CompleteVisit command, CancellationToken cancellationToken)
    {
        var (request, visit) = await visits.Hold(command.VisitId);
        var values = new
        {
            now = clock.GetUtcNow(),
            command.Findings,
            command.Minutes,
            command.PersonTimes,
        };
        var completed = await visits.Move(
            visit,
            VisitAction.Complete,
            "ended_at = @now, findings = @Findings, minutes = @Minutes, stated_person_times = @PersonTimes",
            values
        );
        await booking.RequireMembers(visit.TeamId, [.. (command.Attended ?? []).Select(entry => entry.MemberId)], "#/attended");
        await outcomes.Keep(completed, command);
        await underway.End(request);
        return await reader.View(completed);
    }
}
