using Dispatch.Api.Features.Consents;

namespace Dispatch.Api.Features.Rights;

internal static class RightsRoutes
{
    public static void MapRights(this IEndpointRouteBuilder v1)
    {
        v1.MapListPersonalData();
        v1.MapListConsentTexts();
        v1.MapGroup("/persons").WithTags("Personal data").MapLookUpPerson();
        v1.MapGroup("/erasures").WithTags("Personal data").MapAskErasure();

        var requests = v1.MapGroup("/requests").WithTags("Personal data");
        requests.MapShowPersonalCopy();
        requests.MapCorrectPerson();
        requests.MapRecordConsent();
        requests.MapWishErasure();
        requests.MapExplainDecision();
        requests.MapAskOfficer();

        var tracks = v1.MapGroup("/track").WithTags("Personal data");
        tracks.MapShowPersonalCopyByTrack();
        tracks.MapCorrectPersonByTrack();
        tracks.MapRecordConsentByTrack();
        tracks.MapWishErasureByTrack();
        tracks.MapExplainDecisionByTrack();
        tracks.MapAskOfficerByTrack();
    }
}
