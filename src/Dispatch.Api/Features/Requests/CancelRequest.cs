using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>撤销, with one of five reasons.</summary>
internal sealed record CancelRequest(CancelReason Reason, Guid? DuplicateOf = null, string? Note = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class CancelRequestEndpoint
{
    public static void MapCancelRequest(this IEndpointRouteBuilder requests) =>
        requests.MapPost("/{requestId:guid}/cancel", Post).WithName(nameof(CancelRequest)).WithSummary("Cancel a request").Acts();

    private static Task<RequestView> Post(Guid requestId, CancelRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class CancelRequestValidator : AbstractValidator<CancelRequest>
{
    public CancelRequestValidator()
    {
        RuleFor(c => c.Note).MaximumLength(2000);
        RuleFor(c => c.DuplicateOf)
            .Must((command, other) => other is not null && other != command.RequestId)
            .When(c => c.Reason == CancelReason.Duplicate)
            .Says("duplicate_of_missing", "请给出重复的是哪一个求助。", "Say which request it duplicates.");
    }
}

internal sealed class CancelRequestHandler(
    Caller caller,
    RequestStore requests,
    RequestReader reader,
    Originals originals,
    Cancellation cancellation
) : IRequestHandler<CancelRequest, RequestView>
{
    public async Task<RequestView> Handle(CancelRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        if (!caller.IsOffice && command.Reason != CancelReason.Withdrawn)
        {
            throw new Refused(
                ProblemKinds.Forbidden,
                "求助人只能以 withdrawn 撤回；其他理由由工会办理。",
                "A requester withdraws; the other reasons are the office's."
            );
        }

        requests.RefuseOtherHandler(request);
        var original = command.DuplicateOf;
        if (original is { } named)
        {
            await requests.RequireKnown(named, "#/duplicateOf");
            original = await originals.RequireFor(request, named, "#/duplicateOf");
        }

        return await reader.View(await cancellation.Cancel(request, command.Reason, original, command.Note));
    }
}
