namespace Dispatch.Api.Features.Approvals;

internal static class ApprovalsRoutes
{
    public static void MapApprovals(this IEndpointRouteBuilder v1)
    {
        var approvals = v1.MapGroup("/approvals").WithTags("Approvals");
        approvals.MapListApprovals();
        approvals.MapShowApproval();
        approvals.MapApproveAsked();
        approvals.MapRefuseAsked();
        var exports = v1.MapGroup("/exports").WithTags("Approvals");
        exports.MapAskExport();
        exports.MapTakeExport();
    }
}
