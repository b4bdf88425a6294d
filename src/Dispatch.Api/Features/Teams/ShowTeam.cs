using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Teams;

/// <summary>One team.</summary>
internal sealed record ShowTeam(Guid TeamId) : IRequest<TeamView>;

internal static class ShowTeamEndpoint
{
    public static void MapShowTeam(this IEndpointRouteBuilder teams) =>
        teams.MapGet("/{teamId:guid}", Get).WithName(nameof(ShowTeam)).WithSummary("Read one team").ShowsOne();

    // The reader looks the system up: every answer about a team passes through it.
    private static Task<TeamView> Get(
        Guid teamId,
        IMediator mediator,
        CancellationToken ct,
        [FromQuery(Name = MapQuery.CoordType)] string? coordType = null
    ) => mediator.Send(new ShowTeam(teamId), ct);
}

internal sealed class ShowTeamHandler(TeamStore teams, TeamReader reader) : IRequestHandler<ShowTeam, TeamView>
{
    public async Task<TeamView> Handle(ShowTeam query, CancellationToken cancellationToken) =>
        await reader.View(await teams.Find(query.TeamId));
}
