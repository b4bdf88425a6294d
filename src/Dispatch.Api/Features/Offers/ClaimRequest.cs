using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Requests;
using MediatR;

namespace Dispatch.Api.Features.Offers;

/// <summary>抢单: a team takes a published request itself, under the same rules as an offer.</summary>
internal sealed record ClaimRequest(Guid TeamId) : ICommand<OfferView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class ClaimRequestEndpoint
{
    public static void MapClaimRequest(this IEndpointRouteBuilder requests) =>
        requests.MapPost("/{requestId:guid}/claim", Post).WithName(nameof(ClaimRequest)).WithSummary("Take a published request").ActsOnce();

    private static Task<OfferView> Post(Guid requestId, ClaimRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class ClaimRequestHandler(
    Caller caller,
    RequestStore requests,
    OfferStore offers,
    Matching matching,
    DecisionStore decisions,
    Acceptance acceptance,
    OfferReader reader,
    TimeProvider clock
) : IRequestHandler<ClaimRequest, OfferView>
{
    public async Task<OfferView> Handle(ClaimRequest command, CancellationToken cancellationToken)
    {
        if (!caller.IsOffice && caller.TeamId != command.TeamId)
        {
            throw Refused.Unknown();
        }

        // A published request may be known to every team: it waits for any of them.
        var request = await requests.HoldUnseen(command.RequestId) ?? throw Refused.Unknown();
        if (request.Queue != Words.Of(RequestQueue.Claim) || request.StateNow != HelpRequestState.Open)
        {
            await RefuseSlower(request);
            request = await requests.Hold(command.RequestId);
            RequestStore.RefuseHeld(request);
            RequestStore.Check(request, HelpRequestAction.Claim);
            throw new Refused(ProblemKinds.NotPublished, "该求助没有公开认领。", "This request has not been published for claiming.");
        }

        var (match, candidate) = await matching.For(request, command.TeamId);
        if (candidate is null)
        {
            throw Offering.NotEligible((await matching.ReasonsAgainst(request, command.TeamId, match.Opened))[0]);
        }

        var now = clock.GetUtcNow();
        var offer = await offers.Insert(
            new OfferRow
            {
                OfferId = Guid.CreateVersion7(now),
                RequestId = request.RequestId,
                TeamId = command.TeamId,
                Role = "lead",
                Way = Words.Of(OfferWay.Claimed),
                Tier = Words.Of(match.Opened),
                Score = candidate.Score.Points,
                Explanation = SavedExplanation.Of(candidate, match.WeightsVersion),
                DecisionId = await decisions.Keep(match, [candidate]),
                OfferedAt = now,
                AnswerDueAt = now,
            }
        );
        await acceptance.Take(request, offer, HelpRequestAction.Claim);
        return await reader.View(offer.OfferId);
    }

    // What was published is no secret to the teams: the slower one hears that it is taken, not that it never was.
    private async Task RefuseSlower(RequestRow request)
    {
        if (caller.IsOfTeam && request.AcceptedAt is not null && await offers.WasClaimed(request.RequestId))
        {
            throw new Refused(ProblemKinds.RequestTaken, "另一支队伍已先认领。", "Another team was first and has claimed it.")
            {
                State = request.State,
                Allowed = [],
            };
        }
    }
}
