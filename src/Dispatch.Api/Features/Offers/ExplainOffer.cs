using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Teams;
using MediatR;

namespace Dispatch.Api.Features.Offers;

/// <summary>The ranking an offer was decided on, worked out again from what was kept of it.</summary>
internal sealed record ExplainOffer(Guid OfferId) : IRequest<OfferDecisionView>;

/// <param name="Formula">The way scores were worked out then.</param>
/// <param name="FormulaChanged">They are worked out otherwise today: what is shown is what was kept, not worked out again.</param>
/// <param name="Replayed">Worked out again, order and points are those of then.</param>
/// <param name="Eligible">How many teams were eligible; the best of them and those asked were kept.</param>
/// <param name="DecidedBecause">The reason a person gave who decided without the ranking; then there is none.</param>
/// <param name="Part">The part of a joint plan it is for; the ranking is the one for its skills.</param>
internal sealed record OfferDecisionView(
    Guid OfferId,
    Guid RequestId,
    DateTimeOffset DecidedAt,
    string? Formula,
    bool FormulaChanged,
    bool Replayed,
    WeightsView? Weights,
    Tier Tier,
    int Eligible,
    int Evaluated,
    IReadOnlyList<CountedRefusalView> Refused,
    IReadOnlyList<DecidedTeamView> Ranking,
    string? DecidedBecause,
    OfferedPartView? Part
);

/// <summary>What each part of the score was worth, in points of 100.</summary>
internal sealed record WeightsView(int Skill, int Nearness, int Load, int Record, int Soonness, int Familiarity, string Version);

internal sealed record CountedRefusalView(string Reason, int Count, Text Text);

/// <param name="Asked">This offer went to it.</param>
internal sealed record DecidedTeamView(
    int Rank,
    Guid TeamId,
    string TeamName,
    bool Asked,
    bool PreferredByName,
    double Score,
    double? DistanceKm,
    double? TravelMinutes,
    IReadOnlyList<ScorePartView> Parts
);

internal static class ExplainOfferEndpoint
{
    public static void MapExplainOffer(this IEndpointRouteBuilder offers) =>
        offers
            .MapGet(
                "/{offerId:guid}/explanation",
                (Guid offerId, IMediator mediator, CancellationToken ct) => mediator.Send(new ExplainOffer(offerId), ct)
            )
            .WithName(nameof(ExplainOffer))
            .WithSummary("Show what an offer was decided on, worked out again")
            .ShowsOne();
}

internal sealed class ExplainOfferHandler(
    Session db,
    Caller caller,
    OfferStore offers,
    OfferReader reader,
    RequestStore requests,
    DecisionStore decisions,
    Catalogue catalogue
) : IRequestHandler<ExplainOffer, OfferDecisionView>
{
    private const double PointScale = Weights.PointScale;

    public async Task<OfferDecisionView> Handle(ExplainOffer query, CancellationToken cancellationToken)
    {
        var offer = await offers.Find(query.OfferId);
        var request = await requests.Find(offer.RequestId);
        // The distances of many teams would tell the place.
        if (!caller.ReadsHeld(request))
        {
            RequestStore.RefuseHeld(request);
        }

        var view = offer.DecisionId is { } id ? await Replayed(offer, request, await decisions.Find(id)) : WithoutRanking(offer);
        return view with { Part = offer.PartId is null ? null : (await reader.View(offer.OfferId)).Part };
    }

    private async Task<OfferDecisionView> Replayed(OfferRow offer, RequestRow request, Decision decision)
    {
        var replay = decision.Replay(catalogue.Rules);
        var weights = decision.Weights;
        var names = await Names(decision.Ranking.Select(ranked => ranked.TeamId));
        return new OfferDecisionView(
            offer.OfferId,
            offer.RequestId,
            decision.DecidedAt,
            decision.Formula,
            replay.FormulaChanged,
            replay.Identical,
            new WeightsView(
                weights.Skill,
                weights.Nearness,
                weights.Load,
                weights.Record,
                weights.Soonness,
                weights.Familiarity,
                weights.Version
            ),
            decision.Opened,
            decision.Eligible,
            decision.Evaluated,
            [
                .. decision.Refused.Select(refusal => new CountedRefusalView(
                    Words.Of(refusal.Reason),
                    refusal.Count,
                    Text.Of(Wording.Of(refusal.Reason))
                )),
            ],
            [.. replay.Ranking.OrderBy(team => team.Then.Rank).Select(team => Shown(offer, request, team, names, replay.FormulaChanged))],
            null,
            null
        );
    }

    private DecidedTeamView Shown(
        OfferRow offer,
        RequestRow request,
        ReplayedTeam team,
        Dictionary<Guid, string> names,
        bool formulaChanged
    )
    {
        // Of what is confidential an auditor learns no distances; the distances of several teams would tell the place.
        var journey = request.IsConfidential && !caller.IsOffice ? null : team.Then.Facts.Journey;
        return new DecidedTeamView(
            team.Then.Rank,
            team.Then.TeamId,
            names.GetValueOrDefault(team.Then.TeamId, ""),
            team.Then.TeamId == offer.TeamId,
            team.Then.PreferredByName,
            team.Then.Points / PointScale,
            caller.IsOffice ? journey?.Km
                : journey is { Km: var km } ? Math.Round(km)
                : null,
            journey?.Minutes,
            formulaChanged || journey is null != team.Then.Facts.Journey is null ? [] : [.. team.Now.Parts.Select(ScorePartView.Of)]
        );
    }

    private static OfferDecisionView WithoutRanking(OfferRow offer) =>
        new(
            offer.OfferId,
            offer.RequestId,
            offer.OfferedAt,
            null,
            FormulaChanged: false,
            Replayed: false,
            null,
            Words.To<Tier>(offer.Tier),
            0,
            0,
            [],
            [],
            SavedExplanation.Read(offer.Explanation).DecidedBecause,
            null
        );

    private async Task<Dictionary<Guid, string>> Names(IEnumerable<Guid> teamIds)
    {
        var rows = await db.List<NameRow>($"select team_id, name from team where team_id {db.In("@ids")}", new { ids = teamIds.ToArray() });
        return rows.ToDictionary(row => row.TeamId, row => row.Name);
    }

    private sealed record NameRow
    {
        public Guid TeamId { get; init; }
        public string Name { get; init; } = "";
    }
}
