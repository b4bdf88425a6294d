using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;

namespace Dispatch.Api.Features.Teams;

/// <summary>When a team can come, as <see cref="SetAvailability"/> would have it now.</summary>
internal sealed record ReadAvailabilityBody(Guid TeamId) : IRequest<Basis<SetAvailability>>;

internal static class PatchAvailabilityEndpoint
{
    public static void MapPatchAvailability(this IEndpointRouteBuilder teams) =>
        teams
            .MapPatch("/{teamId:guid}/availability", Patch)
            .WithName("PatchAvailability")
            .WithSummary("Change some of when a team can come")
            .Acts();

    private static async Task<TeamView> Patch(
        Guid teamId,
        Patch<SetAvailability> patch,
        Preconditions preconditions,
        IMediator mediator,
        CancellationToken ct
    )
    {
        var changed = patch.On(await mediator.Send(new ReadAvailabilityBody(teamId), ct), preconditions);
        return await mediator.Send(changed with { TeamId = teamId }, ct);
    }
}

internal sealed class ReadAvailabilityBodyHandler(TeamStore teams, TeamReader reader)
    : IRequestHandler<ReadAvailabilityBody, Basis<SetAvailability>>
{
    public async Task<Basis<SetAvailability>> Handle(ReadAvailabilityBody query, CancellationToken cancellationToken)
    {
        var team = await reader.View(await teams.FindChangeable(query.TeamId));
        return new Basis<SetAvailability>(
            team.Id,
            team.Version,
            new SetAvailability(
                [.. team.Availability.Weekly.Select(hours => new WeeklyHoursBody(hours.Day, hours.Start, hours.End))],
                team.Availability.DaysOff,
                [.. team.Availability.Leaves.Select(leave => new LeaveBody(leave.From, leave.To))]
            )
        );
    }
}
