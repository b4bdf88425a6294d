namespace Dispatch.Api.Features.Skills;

internal static class SkillsRoutes
{
    public static void MapSkills(this IEndpointRouteBuilder v1)
    {
        var group = v1.MapGroup("/skills").WithTags("Skills");
        group.MapListSkills();
        v1.MapGroup("/skill-suggestions").WithTags("Skills").MapSuggestSkills();
    }
}
