using Dispatch.Api.Features.Reference;
using Dispatch.Api.Generating;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using MediatR;

namespace Dispatch.Api.Features.Published;

/// <summary>Figures that were published elsewhere, beside what the records of the service say of the same indicator.</summary>
/// <param name="Region">And all below; none: the whole country.</param>
/// <param name="Computed">Of the period and the region.</param>
internal sealed record ShowPublishedFigures(
    DateOnly From,
    DateOnly To,
    string? Region,
    string? Document,
    string? Indicator,
    IReadOnlyList<ComputedFigureView> Computed
) : IRequest<PublishedReportView>;

/// <param name="Source">Always <c>imported</c>.</param>
/// <param name="Period">In the words of the document.</param>
/// <param name="CountedIn">What totals count it in: honours are titles, not persons.</param>
/// <param name="IsEconomicBenefit">Fees deferred, sales, output, donations and payments of care are none.</param>
/// <param name="ContainedIn">The figure that has this one in it already: no total has both.</param>
/// <param name="Computed">The same indicator out of the records, of the period and region asked for; null: there is none.</param>
internal sealed record PublishedFigureView(
    string Code,
    string Source,
    string Document,
    string Indicator,
    decimal Value,
    FigureQualifier Qualifier,
    string Unit,
    string CountedIn,
    string What,
    string Period,
    string Kind,
    string? RegionCode,
    bool IsEconomicBenefit,
    string? ContainedIn,
    ComputedFigureView? Computed
);

/// <param name="Source">Always <c>imported</c>: nothing computed is in it.</param>
internal sealed record PublishedTotalView(
    string Indicator,
    string Source,
    decimal Value,
    FigureQualifier Qualifier,
    string Unit,
    IReadOnlyList<string> Of,
    IReadOnlyList<string> LeftOut
);

/// <param name="Period">Of what is computed; published figures name their own.</param>
/// <param name="Synthetic">Null: what is computed comes out of real records.</param>
internal sealed record PublishedReportView(
    ComputedPeriodView Period,
    string? Region,
    IReadOnlyList<PublishedFigureView> Figures,
    IReadOnlyList<PublishedTotalView> Totals,
    SyntheticView? Synthetic
);

internal static class ShowPublishedFiguresEndpoint
{
    public static void MapShowPublishedFigures(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/reports/published", Get)
            .WithTags("Reports")
            .WithName(nameof(ShowPublishedFigures))
            .WithSummary("Read published figures beside what the records say")
            .ShowsMany();

    private static async Task<PublishedReportView> Get(
        IMediator mediator,
        PublishedQueries queries,
        CancellationToken ct,
        DateOnly? from = null,
        DateOnly? to = null,
        string? region = null,
        string? document = null,
        string? indicator = null
    ) => await mediator.Send(await queries.Published(from, to, region, document, indicator, ct), ct);
}

internal sealed class ShowPublishedFiguresHandler(Session db, PublishedFigureStore figures, Catalogue catalogue)
    : IRequestHandler<ShowPublishedFigures, PublishedReportView>
{
    private const string Imported = "imported";

    public async Task<PublishedReportView> Handle(ShowPublishedFigures query, CancellationToken cancellationToken)
    {
        var shown = (await figures.All()).Where(figure => IsAskedFor(figure, query)).ToList();
        var computed = query.Computed.ToDictionary(figure => (figure.Indicator, figure.Unit));
        return new PublishedReportView(
            new ComputedPeriodView(query.From, query.To),
            query.Region,
            [
                .. shown.Select(figure => new PublishedFigureView(
                    figure.Code,
                    Imported,
                    figure.Document,
                    figure.Indicator,
                    figure.Number,
                    figure.QualifierNow,
                    figure.Unit,
                    PublishedTotals.UnitOf(figure),
                    figure.What,
                    figure.Period,
                    figure.FigureKind,
                    figure.RegionCode,
                    PublishedTotals.IsEconomicBenefit(figure.Indicator),
                    figure.ContainedIn,
                    computed.GetValueOrDefault((figure.Indicator, figure.Unit))
                )),
            ],
            [
                .. PublishedTotals
                    .Of(shown)
                    .Select(total => new PublishedTotalView(
                        total.Indicator,
                        Imported,
                        total.Value,
                        total.Qualifier,
                        total.Unit,
                        total.Of,
                        total.LeftOut
                    )),
            ],
            await SyntheticYear.Of(db)
        );
    }

    // What a document of several places says belongs to no one of them, and to the whole.
    private bool IsAskedFor(PublishedFigureRow figure, ShowPublishedFigures query) =>
        (query.Document is null || figure.Document == query.Document)
        && (query.Indicator is null || figure.Indicator == query.Indicator)
        && (query.Region is null || (figure.RegionCode is { } place && catalogue.Regions.IsWithin(place, query.Region)));
}
