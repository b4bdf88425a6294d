namespace Dispatch.Api.Features.Lessons;

internal static class LessonsRoutes
{
    public static void MapLessons(this IEndpointRouteBuilder v1)
    {
        var versions = v1.MapGroup("/suggestion-versions").WithTags("Lessons");
        versions.MapListSuggestionVersions();
        versions.MapShowSuggestionVersion();
        versions.MapMakeSuggestionVersion();
        versions.MapActivateSuggestionVersion();

        v1.MapGroup("/skill-corrections").WithTags("Lessons").MapListSkillCorrections();
        v1.MapGroup("/requests").WithTags("Lessons").MapJudgeCorrection();
    }
}
