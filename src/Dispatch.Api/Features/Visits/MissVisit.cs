using System.Text.Json.Serialization;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Visits;

/// <summary>Somebody did not come: the team, or the requester.</summary>
internal sealed record MissVisit(MissedBy By, string? Note = null) : ICommand<VisitView>
{
    [JsonIgnore]
    public Guid VisitId { get; init; }
}

internal static class MissVisitEndpoint
{
    public static void MapMissVisit(this IEndpointRouteBuilder visits) =>
        visits.MapPost("/{visitId:guid}/miss", Post).WithName(nameof(MissVisit)).WithSummary("Note that somebody did not come").Acts();

    private static Task<VisitView> Post(Guid visitId, MissVisit command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { VisitId = visitId }, ct);
}

internal sealed class MissVisitValidator : AbstractValidator<MissVisit>
{
    public MissVisitValidator()
    {
        RuleFor(c => c.By).IsInEnum();
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class MissVisitHandler(VisitStore visits, Underway underway, VisitReader reader, NoticeStore notices, TimeProvider clock)
    : IRequestHandler<MissVisit, VisitView>
{
    public async Task<VisitView> Handle(MissVisit command, CancellationToken cancellationToken)
    {
        var (request, visit) = await visits.Hold(command.VisitId);
        var by = Words.Of(command.By);
        var moved = await visits.Move(
            visit,
            VisitAction.Miss,
            "ended_at = @now, missed_by = @by",
            new { now = clock.GetUtcNow(), by },
            by,
            command.Note
        );
        await underway.End(request);
        await notices.ToOfficers(request, NoticeKind.Visit, NoticeWording.Missed(request, command.By));
        return await reader.View(moved);
    }
}
