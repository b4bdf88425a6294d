using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.SolvedCases;
using Dispatch.Api.Features.Visits;

namespace Dispatch.Api.Features.Requests;

internal static class RequestsRoutes
{
    public static void MapRequests(this IEndpointRouteBuilder v1)
    {
        var requests = v1.MapGroup("/requests").WithTags("Requests");
        requests.MapSubmitRequest();
        requests.MapListRequests();
        requests.MapShowRequest();
        requests.MapChangeRequest();
        requests.MapPatchRequest();
        requests.MapShowTimeline();
        requests.MapPublishRequest();
        requests.MapEscalateRequest();
        requests.MapArbitrateRequest();
        requests.MapReleaseRequest();
        requests.MapReassignRequest();
        requests.MapHoldRequest();
        requests.MapResumeRequest();
        requests.MapResolveRequest();
        requests.MapConfirmRequest();
        requests.MapReopenRequest();
        requests.MapCancelRequest();
        requests.MapHandleSafetyHold();
        requests.MapLiftSafetyHold();
        requests.MapSplitRequest();
        requests.MapJudgeDuplicate();
        requests.MapShowSolvedCases();

        var matching = v1.MapGroup("/requests").WithTags("Matching");
        matching.MapShowMatches();
        matching.MapDispatchRequest();

        var offers = v1.MapGroup("/requests").WithTags("Offers");
        offers.MapMakeOffer();
        offers.MapClaimRequest();
        offers.MapOfferJointly();
        offers.MapOfferSupport();
        offers.MapWaivePart();
        offers.MapWithdrawPlan();
        v1.MapGroup("/requests").WithTags("Visits").MapBookVisit();
    }
}
