using System.Text.Json.Serialization;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Lessons;

/// <summary>Another officer's yes or no to a correction: only what is confirmed is learned. Without a word it is confirmed by the requester who says that it was
/// solved.</summary>
internal sealed record JudgeCorrection(bool Confirmed, string? Note = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class JudgeCorrectionEndpoint
{
    public static void MapJudgeCorrection(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/judge-correction", Post)
            .WithName(nameof(JudgeCorrection))
            .WithSummary("Say whether a correction is right")
            .Acts();

    private static Task<RequestView> Post(Guid requestId, JudgeCorrection command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class JudgeCorrectionValidator : AbstractValidator<JudgeCorrection>
{
    public JudgeCorrectionValidator()
    {
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class JudgeCorrectionHandler(
    Session db,
    Caller caller,
    RequestStore requests,
    RequestReader reader,
    TimelineStore timeline,
    TimeProvider clock
) : IRequestHandler<JudgeCorrection, RequestView>
{
    public async Task<RequestView> Handle(JudgeCorrection command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        var correction = await db.Find<CorrectionRow>(
            $"select {CorrectionRow.Columns} {CorrectionRow.From} and skill_correction.request_id = @RequestId",
            command
        );
        if (correction is null)
        {
            throw new Refused(
                ProblemKinds.NoCorrection,
                "该求助没有可核实的更正：技能仍是读出的，或后来又改了。",
                "There is no correction to judge: the skills are as read, or were changed again."
            );
        }

        if (correction.CorrectedBy == caller.Subject && command.Confirmed)
        {
            throw new Refused(
                ProblemKinds.OwnCorrection,
                "自己的更正须由另一名工作人员核实。",
                "Your own correction is confirmed by another officer."
            );
        }

        var judged = Words.Of(command.Confirmed ? CorrectionState.Confirmed : CorrectionState.Refused);
        await db.Execute(
            """
            update skill_correction set judged = @judged, judged_at = @now, judged_by = @Subject
            where request_id = @RequestId and version = (select max(later.version) from skill_correction later where later.request_id = @RequestId)
            """,
            new
            {
                judged,
                now = clock.GetUtcNow(),
                caller.Subject,
                command.RequestId,
            }
        );
        await timeline.Write(
            request.RequestId,
            new Entry(TimelineSubject.Request, request.RequestId, "judge_correction", request.State, request.State, judged, command.Note)
        );
        return await reader.View(request);
    }
}
