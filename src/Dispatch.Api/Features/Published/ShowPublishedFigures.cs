using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;
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
internal sealed record PublishedReportView(
    ComputedPeriodView Period,
    string? Region,
    IReadOnlyList<PublishedFigureView> Figures,
    IReadOnlyList<PublishedTotalView> Totals
);

internal static class ShowPublishedFiguresEndpoint
{
    private const int MostYears = 10;

    public static void MapShowPublishedFigures(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/reports/published", Get)
            .WithTags("Reports")
            .WithName(nameof(ShowPublishedFigures))
            .WithSummary("Read published figures beside what the records say")
            .ShowsMany();

    private static async Task<PublishedReportView> Get(
        IMediator mediator,
        ComputedFigures computed,
        Caller caller,
        Catalogue catalogue,
        TimeProvider clock,
        CancellationToken ct,
        DateOnly? from = null,
        DateOnly? to = null,
        string? region = null,
        string? document = null,
        string? indicator = null
    )
    {
        var today = ShanghaiTime.DayOf(clock.GetUtcNow());
        var (first, last) = (from ?? new DateOnly(today.Year, 1, 1), to ?? today);
        if (last < first || last.Year - first.Year > MostYears)
        {
            throw QueryNames.Wrong(
                "to",
                "period",
                "to 不能早于 from，且最多十年。",
                "to must not be before from, and the period has ten years at most."
            );
        }

        var within = Scope(region, caller, catalogue.Regions);
        return await mediator.Send(
            new ShowPublishedFigures(first, last, within, document, indicator, await computed.Of(first, last, within, ct)),
            ct
        );
    }

    private static string? Scope(string? region, Caller caller, RegionTree regions)
    {
        var code = region is null
            ? caller.RegionCode
            : regions.Find(region)?.Code
                ?? throw QueryNames.Wrong("region", "region_unknown", "没有这个行政区划代码。", "There is no such region.");
        return caller.RegionCode is null || regions.IsWithin(code!, caller.RegionCode)
            ? code
            : throw QueryNames.Wrong("region", "region_not_yours", "该地区不在你的管辖范围内。", "This region is not within your own.");
    }
}

internal sealed class ShowPublishedFiguresHandler(PublishedFigureStore figures, Catalogue catalogue)
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
            ]
        );
    }

    // What a document of several places says belongs to no one of them, and to the whole.
    private bool IsAskedFor(PublishedFigureRow figure, ShowPublishedFigures query) =>
        (query.Document is null || figure.Document == query.Document)
        && (query.Indicator is null || figure.Indicator == query.Indicator)
        && (query.Region is null || (figure.RegionCode is { } place && catalogue.Regions.IsWithin(place, query.Region)));
}
