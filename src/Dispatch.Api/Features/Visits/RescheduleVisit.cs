using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Visits;

/// <summary>A new time; the visit stays scheduled and the change is counted.</summary>
internal sealed record RescheduleVisit(DateTimeOffset Start, DateTimeOffset End, string? Reason = null) : ICommand<VisitView>
{
    [JsonIgnore]
    public Guid VisitId { get; init; }
}

internal static class RescheduleVisitEndpoint
{
    public static void MapRescheduleVisit(this IEndpointRouteBuilder visits) =>
        visits.MapPost("/{visitId:guid}/reschedule", Post).WithName(nameof(RescheduleVisit)).WithSummary("Give a visit a new time").Acts();

    private static Task<VisitView> Post(Guid visitId, RescheduleVisit command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { VisitId = visitId }, ct);
}

internal sealed class RescheduleVisitValidator : AbstractValidator<RescheduleVisit>
{
    public RescheduleVisitValidator()
    {
        RuleFor(c => c.Start).InYears();
        RuleFor(c => c.End).InYears();
        RuleFor(c => c.End)
            .Must((command, end) => end > command.Start)
            .Says("window_reversed", "结束时间须晚于开始时间。", "The end must be later than the start.");
        RuleFor(c => c.Reason).MaximumLength(200);
    }
}

internal sealed class RescheduleVisitHandler(VisitStore visits, Booking booking, VisitReader reader)
    : IRequestHandler<RescheduleVisit, VisitView>
{
    public async Task<VisitView> Handle(RescheduleVisit command, CancellationToken cancellationToken)
    {
        var (request, visit) = await visits.Hold(command.VisitId);
        var members = (await reader.View(visit)).MemberIds;
        await booking.RefuseDoubleBooking(visit.VisitId, members, command.Start, command.End);
        var moved = await visits.Move(
            visit,
            VisitAction.Reschedule,
            "starts_at = @Start, ends_at = @End, rescheduled_times = rescheduled_times + 1",
            new { command.Start, command.End },
            command.Reason
        );
        await booking.TellRequester(request, command.Start);
        return await reader.View(moved);
    }
}
