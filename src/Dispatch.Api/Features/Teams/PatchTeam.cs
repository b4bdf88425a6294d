using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;

namespace Dispatch.Api.Features.Teams;

/// <summary>A team as <see cref="ChangeTeam"/> would have it now.</summary>
internal sealed record ReadTeamBody(Guid TeamId) : IRequest<Basis<ChangeTeam>>;

internal static class PatchTeamEndpoint
{
    public static void MapPatchTeam(this IEndpointRouteBuilder teams) =>
        teams.MapPatch("/{teamId:guid}", Patch).WithName("PatchTeam").WithSummary("Change some members of a team").Replaces();

    private static async Task<TeamView> Patch(
        Guid teamId,
        Patch<ChangeTeam> patch,
        Preconditions preconditions,
        IMediator mediator,
        CancellationToken ct
    )
    {
        var changed = patch.On(await mediator.Send(new ReadTeamBody(teamId), ct), preconditions);
        return await mediator.Send(changed with { TeamId = teamId }, ct);
    }
}

internal sealed class ReadTeamBodyHandler(TeamStore teams, TeamReader reader) : IRequestHandler<ReadTeamBody, Basis<ChangeTeam>>
{
    public async Task<Basis<ChangeTeam>> Handle(ReadTeamBody query, CancellationToken cancellationToken)
    {
        var team = await reader.View(await teams.FindChangeable(query.TeamId));
        return new Basis<ChangeTeam>(
            team.Id,
            team.Version,
            new ChangeTeam(
                team.Name,
                team.Kind,
                team.RegionCode,
                team.Size,
                team.Code,
                team.HostOrganisation,
                team.Capacity,
                [.. team.Bases.Select(point => new BaseBody(point.Lat, point.Lng, point.Crs))],
                team.Serves,
                team.RadiusKm,
                team.Forms,
                team.Suspended
            )
        );
    }
}
