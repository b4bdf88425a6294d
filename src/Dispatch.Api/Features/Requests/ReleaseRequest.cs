using System.Text.Json.Serialization;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>退单: the team gives it back. It is not offered to that team again.</summary>
internal sealed record ReleaseRequest(string? Reason = null, string? Note = null) : ICommand<RequestView>
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
            .For(Role.Leader, Role.Officer)
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
    Return back
) : IRequestHandler<ReleaseRequest, RequestView>
{
    public async Task<RequestView> Handle(ReleaseRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        var active = await assignments.Active(request.RequestId);
        var own = active.FirstOrDefault(assignment => caller.IsOffice ? assignment.Role == "lead" : assignment.TeamId == caller.TeamId);
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
