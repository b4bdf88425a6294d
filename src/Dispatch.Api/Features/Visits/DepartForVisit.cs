using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Visits;

/// <summary>The team sets off.</summary>
internal sealed record DepartForVisit(string? Reason = null, string? Note = null) : ICommand<VisitView>
{
    [JsonIgnore]
    public Guid VisitId { get; init; }
}

internal static class DepartForVisitEndpoint
{
    public static void MapDepartForVisit(this IEndpointRouteBuilder visits) =>
        visits.MapPost("/{visitId:guid}/depart", Post).WithName(nameof(DepartForVisit)).WithSummary("The team sets off").Acts();

    private static Task<VisitView> Post(Guid visitId, DepartForVisit command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { VisitId = visitId }, ct);
}

internal sealed class DepartForVisitValidator : AbstractValidator<DepartForVisit>
{
    public DepartForVisitValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class DepartForVisitHandler(VisitStore visits, Underway underway, VisitReader reader, TimeProvider clock)
    : IRequestHandler<DepartForVisit, VisitView>
{
    public async Task<VisitView> Handle(DepartForVisit command, CancellationToken cancellationToken)
    {
        var (request, visit) = await visits.Hold(command.VisitId);
        var moved = await visits.Move(
            visit,
            VisitAction.Depart,
            "departed_at = @now",
            new { now = clock.GetUtcNow() },
            command.Reason,
            command.Note
        );
        await underway.Begin(request, arrived: false);
        return await reader.View(moved);
    }
}
