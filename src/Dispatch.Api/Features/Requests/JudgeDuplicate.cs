using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>An officer's yes or no to a likely duplicate: yes ends it, and its requester follows the original; no lets it go on.</summary>
internal sealed record JudgeDuplicate(bool Duplicate, string? Note = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class JudgeDuplicateEndpoint
{
    public static void MapJudgeDuplicate(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/judge-duplicate", Post)
            .WithName(nameof(JudgeDuplicate))
            .WithSummary("Say whether a likely duplicate is one")
            .Acts();

    private static Task<RequestView> Post(Guid requestId, JudgeDuplicate command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class JudgeDuplicateValidator : AbstractValidator<JudgeDuplicate>
{
    public JudgeDuplicateValidator()
    {
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class JudgeDuplicateHandler(
    RequestStore requests,
    RequestReader reader,
    LookAlikes lookAlikes,
    Originals originals,
    Cancellation cancellation,
    Desks desks
) : IRequestHandler<JudgeDuplicate, RequestView>
{
    public async Task<RequestView> Handle(JudgeDuplicate command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        if (request.LikelyDuplicateOf is not { } original)
        {
            throw new Refused(
                ProblemKinds.NotSuspected,
                "该求助没有待判断的重复。要按重复撤销，请用 cancel 并给出 duplicateOf。",
                "There is no likely duplicate to judge. To cancel it as one, use cancel with duplicateOf."
            )
            {
                State = request.State,
            };
        }

        if (command.Duplicate)
        {
            original = await originals.RequireFor(request, original, "#/duplicate");
            return await reader.View(await cancellation.Cancel(request, CancelReason.Duplicate, original, command.Note));
        }

        request = await lookAlikes.Deny(request, command.Note);
        return await reader.View(request.StateNow == HelpRequestState.Open ? await desks.ToItsDesk(request) : request);
    }
}
