using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Visits;

/// <summary>A visit not begun is called off.</summary>
internal sealed record CancelVisit(string? Reason = null, string? Note = null) : ICommand<VisitView>
{
    [JsonIgnore]
    public Guid VisitId { get; init; }
}

internal static class CancelVisitEndpoint
{
    public static void MapCancelVisit(this IEndpointRouteBuilder visits) =>
        visits.MapPost("/{visitId:guid}/cancel", Post).WithName(nameof(CancelVisit)).WithSummary("Call a visit off").Acts();

    private static Task<VisitView> Post(Guid visitId, CancelVisit command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { VisitId = visitId }, ct);
}

internal sealed class CancelVisitValidator : AbstractValidator<CancelVisit>
{
    public CancelVisitValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class CancelVisitHandler(VisitStore visits, Underway underway, VisitReader reader, TimeProvider clock)
    : IRequestHandler<CancelVisit, VisitView>
{
    public async Task<VisitView> Handle(CancelVisit command, CancellationToken cancellationToken)
    {
        var (request, visit) = await visits.Hold(command.VisitId);
        var values = new { now = clock.GetUtcNow(), reason = command.Reason };
        var moved = await visits.Move(visit, VisitAction.Cancel, "ended_at = @now, reason = @reason", values, command.Reason, command.Note);
        await underway.End(request);
        return await reader.View(moved);
    }
}
