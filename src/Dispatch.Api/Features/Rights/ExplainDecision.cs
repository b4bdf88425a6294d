using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Tracking;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Offers;
using MediatR;

namespace Dispatch.Api.Features.Rights;

/// <summary>Why this team: in words, for whoever asked for help. Nothing of the teams that were not asked.</summary>
internal sealed record ExplainDecision(Guid RequestId) : IRequest<DecisionsView>;

/// <summary>The same by track token.</summary>
internal sealed record ExplainDecisionByTrack(string Track) : IRequest<DecisionsView>, IBeyondRegion;

/// <param name="Automatic">The service itself goes from team to team by its ranking.</param>
/// <param name="AsksOfficer">The requester wants an officer to choose.</param>
/// <param name="Route">What to do to have a person decide.</param>
internal sealed record DecisionsView(string Reference, bool Automatic, bool AsksOfficer, IReadOnlyList<DecisionView> Decisions, Text Route);

/// <param name="By">Who chose: the ranking, an officer, the team itself.</param>
/// <param name="Reasons">What spoke for the team, the weightiest first; none where a person chose without the ranking.</param>
internal sealed record DecisionView(string TeamName, OfferState State, DateTimeOffset At, Text By, IReadOnlyList<ReasonView> Reasons);

internal sealed record ReasonView(string Name, Text Text);

internal static class ExplainDecisionEndpoints
{
    public static void MapExplainDecision(this IEndpointRouteBuilder requests) =>
        requests
            .MapGet(
                "/{requestId:guid}/decision",
                (Guid requestId, IMediator mediator, CancellationToken ct) => mediator.Send(new ExplainDecision(requestId), ct)
            )
            .WithName(nameof(ExplainDecision))
            .WithSummary("Read why this team was asked, in words")
            .ShowsMany();

    public static void MapExplainDecisionByTrack(this IEndpointRouteBuilder tracks) =>
        tracks
            .MapGet(
                "/{track}/decision",
                (string track, IMediator mediator, CancellationToken ct) => mediator.Send(new ExplainDecisionByTrack(track), ct)
            )
            .WithName(nameof(ExplainDecisionByTrack))
            .WithSummary("Read why this team was asked, by track token")
            .ShowsMany();
}

internal sealed class ExplainDecisionHandler(RequestStore requests, DecisionWords words) : IRequestHandler<ExplainDecision, DecisionsView>
{
    public async Task<DecisionsView> Handle(ExplainDecision query, CancellationToken cancellationToken) =>
        await words.Of(await requests.Find(query.RequestId));
}

internal sealed class ExplainDecisionByTrackHandler(TrackStore tracks, DecisionWords words)
    : IRequestHandler<ExplainDecisionByTrack, DecisionsView>
{
    public async Task<DecisionsView> Handle(ExplainDecisionByTrack query, CancellationToken cancellationToken) =>
        await words.Of((await tracks.Find(query.Track)).InHand);
}

/// <summary>Puts the decisions on a request into words for its requester.</summary>
internal sealed class DecisionWords(Session db, Caller caller)
{
    public async Task<DecisionsView> Of(RequestRow request)
    {
        // The ways to several teams would tell the office where a held request is.
        if (!caller.ReadsHeld(request))
        {
            RequestStore.RefuseHeld(request);
        }

        var offers = await db.List<OfferedRow>(
            """
            select team.name, offer.state, offer.way, offer.explanation, offer.offered_at from offer join team on team.team_id = offer.team_id
            where offer.request_id = @RequestId and offer.state in ('pending', 'accepted') order by offer.offered_at, offer.offer_id
            """,
            new { request.RequestId }
        );
        return new DecisionsView(
            request.Reference,
            request.Automatic,
            request.AsksOfficer,
            [.. offers.Select(View)],
            new Text(
                "不同意由系统排序选队的，可用 ask-officer 要求由工作人员决定。",
                "Whoever does not want the ranking to choose asks for an officer: ask-officer."
            )
        );
    }

    private static DecisionView View(OfferedRow row) =>
        new(
            row.Name,
            Words.To<OfferState>(row.State),
            row.OfferedAt,
            By(Words.To<OfferWay>(row.Way)),
            [
                .. (SavedExplanation.Read(row.Explanation).Candidate?.Parts ?? [])
                    .OrderByDescending(part => part.Points)
                    .Select(part => new ReasonView(part.Name, part.Reason)),
            ]
        );

    private static Text By(OfferWay way) =>
        way switch
        {
            OfferWay.Automatic => new("系统按排序自动派单。", "The service asked by its ranking."),
            OfferWay.Broadcast => new("紧急求助，系统同时询问排序最前的队伍。", "An emergency: the service asked the best teams at once."),
            OfferWay.Batch => new("多件求助统一排定，由工作人员确认。", "Planned with many requests at once, and committed by an officer."),
            OfferWay.Claimed => new("队伍主动认领。", "The team took it up itself."),
            OfferWay.Arbitrated => new("由工作人员裁定。", "An officer decided."),
            _ => new("由工作人员在排序中选定。", "An officer chose it from the ranking."),
        };

    private sealed record OfferedRow
    {
        public string Name { get; init; } = "";
        public string State { get; init; } = "";
        public string Way { get; init; } = "";
        public string Explanation { get; init; } = "";
        public DateTimeOffset OfferedAt { get; init; }
    }
}
