namespace Dispatch.Api.Features.Auditing;

internal static class AuditRoutes
{
    public static void MapAudit(this IEndpointRouteBuilder v1)
    {
        var group = v1.MapGroup("/audit").WithTags("Audit");
        group.MapListAudit();
        group.MapExportAudit();
    }
}
