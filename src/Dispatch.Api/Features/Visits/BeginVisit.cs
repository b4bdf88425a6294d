using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Visits;

/// <summary>The work begins: the team is there, or on the line.</summary>
internal sealed record BeginVisit(string? Reason = null, string? Note = null) : ICommand<VisitView>
{
    [JsonIgnore]
    public Guid VisitId { get; init; }
}

internal static class BeginVisitEndpoint
{
    public static void MapBeginVisit(this IEndpointRouteBuilder visits) =>
        visits.MapPost("/{visitId:guid}/begin", Post).WithName(nameof(BeginVisit)).WithSummary("The work begins").Acts();

    private static Task<VisitView> Post(Guid visitId, BeginVisit command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { VisitId = visitId }, ct);
}

internal sealed class BeginVisitValidator : AbstractValidator<BeginVisit>
{
    public BeginVisitValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class BeginVisitHandler(VisitStore visits, Underway underway, VisitReader reader, TimeProvider clock)
    : IRequestHandler<BeginVisit, VisitView>
{
    public async Task<VisitView> Handle(BeginVisit command, CancellationToken cancellationToken)
    {
        var (request, visit) = await visits.Hold(command.VisitId);
        var moved = await visits.Move(
            visit,
            VisitAction.Begin,
            "began_at = @now",
            new { now = clock.GetUtcNow() },
            command.Reason,
            command.Note
        );
        await underway.Begin(request, arrived: true);
        return await reader.View(moved);
    }
}
