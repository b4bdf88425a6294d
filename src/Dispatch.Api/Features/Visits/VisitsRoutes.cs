namespace Dispatch.Api.Features.Visits;

internal static class VisitsRoutes
{
    public static void MapVisits(this IEndpointRouteBuilder v1)
    {
        var group = v1.MapGroup("/visits").WithTags("Visits");
        group.MapListVisits();
        group.MapShowVisit();
        group.MapDepartForVisit();
        group.MapBeginVisit();
        group.MapCompleteVisit();
        group.MapAbortVisit();
        group.MapMissVisit();
        group.MapCancelVisit();
        group.MapRescheduleVisit();
        group.MapConfirmBenefit();
    }
}
