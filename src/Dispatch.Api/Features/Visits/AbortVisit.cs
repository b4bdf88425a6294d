using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Visits;

/// <summary>The work is broken off; it counts as no service.</summary>
internal sealed record AbortVisit(string Reason, string? Note = null) : ICommand<VisitView>
{
    [JsonIgnore]
    public Guid VisitId { get; init; }
}

internal static class AbortVisitEndpoint
{
    public static void MapAbortVisit(this IEndpointRouteBuilder visits) =>
        visits.MapPost("/{visitId:guid}/abort", Post).WithName(nameof(AbortVisit)).WithSummary("Break a visit off").Acts();

    private static Task<VisitView> Post(Guid visitId, AbortVisit command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { VisitId = visitId }, ct);
}

internal sealed class AbortVisitValidator : AbstractValidator<AbortVisit>
{
    public AbortVisitValidator()
    {
        RuleFor(c => c.Reason).NotEmpty().MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class AbortVisitHandler(VisitStore visits, Underway underway, VisitReader reader, TimeProvider clock)
    : IRequestHandler<AbortVisit, VisitView>
{
    public async Task<VisitView> Handle(AbortVisit command, CancellationToken cancellationToken)
    {
        var (request, visit) = await visits.Hold(command.VisitId);
        var values = new { now = clock.GetUtcNow(), reason = command.Reason };
        var moved = await visits.Move(visit, VisitAction.Abort, "ended_at = @now, reason = @reason", values, command.Reason, command.Note);
        await underway.End(request);
        return await reader.View(moved);
    }
}
