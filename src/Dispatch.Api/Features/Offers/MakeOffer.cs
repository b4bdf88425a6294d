using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Requests;
using MediatR;

namespace Dispatch.Api.Features.Offers;

/// <summary>派单 by hand: an officer picks a team from the ranking.</summary>
internal sealed record MakeOffer(Guid TeamId) : ICreates<OfferView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class MakeOfferEndpoint
{
    public static void MapMakeOffer(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/offers", Post)
            .WithName(nameof(MakeOffer))
            .WithSummary("Offer a request to a team picked from the ranking")
            .Creates<OfferView>();

    private static Task<OfferView> Post(Guid requestId, MakeOffer command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class MakeOfferHandler(
    RequestStore requests,
    LookAlikes lookAlikes,
    OfferStore offers,
    Matching matching,
    Offering offering,
    JointWay joint,
    OfferReader reader
) : IRequestHandler<MakeOffer, OfferView>
{
    public async Task<OfferView> Handle(MakeOffer command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RequestStore.Check(request, HelpRequestAction.Offer);
        RequestStore.RefuseHeld(request);
        await joint.RefuseUnderWay(request);
        Offering.RefuseSecondOffer(request);
        RequestStore.RefuseUnknownSkill(request);
        if ((await offers.Pending(request.RequestId)).Any(offer => offer.TeamId == command.TeamId))
        {
            throw new Refused(
                ProblemKinds.OfferLive,
                "已经派给这支队伍，正在等待答复。",
                "This team has been asked already and has not answered yet."
            );
        }

        var (match, candidate) = await matching.For(request, command.TeamId);
        if (candidate is null)
        {
            throw Offering.NotEligible((await matching.ReasonsAgainst(request, command.TeamId, match.Opened))[0]);
        }

        request = await lookAlikes.Deny(request, "dispatched");
        var offer = (await offering.Offer(request, match, [candidate], OfferWay.Picked))[0];
        await offering.MarkOffered(request, match.Opened, "picked_from_ranking");
        return await reader.View(offer.OfferId);
    }
}
