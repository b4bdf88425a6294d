namespace Dispatch.Api.Features.Teams;

internal static class TeamsRoutes
{
    public static void MapTeams(this IEndpointRouteBuilder v1)
    {
        var group = v1.MapGroup("/teams").WithTags("Teams");
        group.MapRegisterTeam();
        group.MapListTeams();
        group.MapShowTeam();
        group.MapChangeTeam();
        group.MapPatchTeam();
        group.MapSetTeamSkills();
        group.MapSetAvailability();
        group.MapPatchAvailability();
        group.MapAddMember();
        group.MapLinkMember();
    }
}
