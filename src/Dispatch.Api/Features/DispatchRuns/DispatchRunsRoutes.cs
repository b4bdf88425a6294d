namespace Dispatch.Api.Features.DispatchRuns;

internal static class DispatchRunsRoutes
{
    public static void MapDispatchRuns(this IEndpointRouteBuilder v1)
    {
        var group = v1.MapGroup("/dispatch-runs").WithTags("Dispatch runs");
        group.MapStartDispatchRun();
        group.MapListDispatchRuns();
        group.MapShowDispatchRun();
        group.MapListDispatchRunItems();
        group.MapCommitDispatchRun();
        group.MapRefreshDispatchRun();
        group.MapCancelDispatchRun();
    }
}
