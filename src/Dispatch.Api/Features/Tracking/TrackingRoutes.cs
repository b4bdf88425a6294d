namespace Dispatch.Api.Features.Tracking;

internal static class TrackingRoutes
{
    public static void MapTracking(this IEndpointRouteBuilder v1)
    {
        var group = v1.MapGroup("/track").WithTags("Track");
        group.MapShowTrack();
        group.MapConfirmByTrack();
        group.MapReopenByTrack();
        group.MapReplyByTrack();
        group.MapWithdrawByTrack();
    }
}
