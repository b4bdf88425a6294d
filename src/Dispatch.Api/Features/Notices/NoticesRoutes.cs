namespace Dispatch.Api.Features.Notices;

internal static class NoticesRoutes
{
    public static void MapNotices(this IEndpointRouteBuilder v1)
    {
        var group = v1.MapGroup("/notices").WithTags("Notices");
        group.MapListNotices();
        group.MapReadNotice();
    }
}
