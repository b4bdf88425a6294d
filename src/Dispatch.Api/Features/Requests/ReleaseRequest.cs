using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>退单: the team gives it back. It is not offered to that team again.</summary>
/// <param name="TeamId">For an officer: whose part is given back; the lead's unless given.</param>
internal sealed record ReleaseRequest(string? Reason = null, string? Note = null, Guid? TeamId = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class ReleaseRequestEndpoint
{
    public static void MapReleaseRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/release", Post)
            .WithName(nameof(ReleaseRequest))
            .WithSummary("Give an accepted request back")
            .Acts();

    private static Task<RequestView> Post(Guid requestId, ReleaseRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class ReleaseRequestValidator : AbstractValidator<ReleaseRequest>
{
    public ReleaseRequestValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class ReleaseRequestHandler(
    Caller caller,
    RequestStore requests,
    RequestReader reader,
    AssignmentStore assignments,
    JointWay joint,
    Return back
) : IRequestHandler<ReleaseRequest, RequestView>
{
    public async Task<RequestView> Handle(ReleaseRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        var active = await assignments.Active(request.RequestId);
        var own = active.FirstOrDefault(assignment =>
            command.TeamId is { } named ? assignment.TeamId == named && (caller.IsOffice || caller.TeamId == named)
            : caller.IsOffice ? assignment.Role == "lead"
            : assignment.TeamId == caller.TeamId
        );
        if (command.TeamId is not null && own is null)
        {
            throw Refused.Field("#/teamId", "team_not_assigned", "这支队伍没有接这个求助。", "This team does not have the request.");
        }

        if (own is not null && request.StateNow is HelpRequestState.Open or HelpRequestState.Offered)
        {
            return await reader.View(await joint.GiveBack(request, own, command.Reason, command.Note));
        }

        if (own is { Role: "support" })
        {
            await back.ReleaseSupport(request, own, command.Reason, command.Note);
            return await reader.View(request);
        }

        return await reader.View(
            await back.TakeBack(request, HelpRequestAction.Release, AssignmentAction.Release, command.Reason, command.Note)
        );
    }
}
