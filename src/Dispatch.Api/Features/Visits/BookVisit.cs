using System.Text.Json.Serialization;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Visits;

/// <summary>Agrees on when the team comes, or calls.</summary>
internal sealed record BookVisit(
    DateTimeOffset Start,
    DateTimeOffset End,
    Guid? TeamId = null,
    VisitForm? Form = null,
    IReadOnlyList<Guid>? MemberIds = null,
    string? Note = null
) : ICreates<VisitView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class BookVisitEndpoint
{
    public static void MapBookVisit(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/visits", Post)
            .WithName(nameof(BookVisit))
            .WithSummary("Book a visit for an accepted request")
            .Creates<VisitView>();

    private static Task<VisitView> Post(Guid requestId, BookVisit command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class BookVisitValidator : AbstractValidator<BookVisit>
{
    public const int MostMembers = 100;

    public BookVisitValidator()
    {
        RuleFor(c => c.Start).InYears();
        RuleFor(c => c.End).InYears();
        RuleFor(c => c.End)
            .Must((command, end) => end > command.Start)
            .Says("window_reversed", "结束时间须晚于开始时间。", "The end must be later than the start.");
        RuleFor(c => c.MemberIds).MaximumItems(MostMembers);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class BookVisitHandler(
    Caller caller,
    RequestStore requests,
    AssignmentStore assignments,
    Booking booking,
    VisitReader reader
) : IRequestHandler<BookVisit, VisitView>
{
    public async Task<VisitView> Handle(BookVisit command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        var teamId = caller.IsOffice ? command.TeamId : caller.TeamId;
        var active = await assignments.Active(request.RequestId);
        if (request.StateNow is not (HelpRequestState.Accepted or HelpRequestState.InProgress))
        {
            throw new Refused(
                ProblemKinds.InvalidTransition,
                $"{Vocabulary.Of(request.StateNow).Zh}状态下不能预约上门；须先接单。",
                $"No visit can be booked in state {request.State}: a team must have accepted first."
            )
            {
                State = request.State,
                Allowed = HelpRequestFlow.Machine.Possible(request.StateNow),
            };
        }

        var assignment = active.FirstOrDefault(assignment => teamId is null ? assignment.Role == "lead" : assignment.TeamId == teamId);
        if (assignment is null || (command.TeamId is { } named && named != assignment.TeamId))
        {
            throw Refused.Field("#/teamId", "team_not_assigned", "这支队伍没有接这个求助。", "This team does not have the request.");
        }

        var visit = await booking.Book(
            request,
            assignment,
            new Booked(command.Form, command.Start, command.End, command.MemberIds ?? [], command.Note)
        );
        return await reader.View(visit);
    }
}
