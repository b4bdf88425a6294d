using Dispatch.Api.Features.Reference;
using Dispatch.Api.Generating;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Outcomes;
using MediatR;

namespace Dispatch.Api.Features.Reports;

/// <summary>A region's own figures beside those of its sisters; of these nothing that stands for fewer than five cases, nor what would tell it.</summary>
internal sealed record CompareRegions(DateOnly From, DateOnly To, string? Within, IReadOnlyList<IndicatorEntry> Indicators)
    : IRequest<ComparisonView>,
        IBeyondRegion;

/// <param name="Own">Whether the caller answers for it: nothing of it is suppressed.</param>
internal sealed record ComparedRegionView(string Region, string Name, bool Own, IReadOnlyList<FigureView> Figures);

/// <param name="Region">Whose children are compared; null: the country's.</param>
/// <param name="Figures">Of all of them together.</param>
/// <param name="Synthetic">Null: these are real records.</param>
internal sealed record ComparisonView(
    PeriodView Period,
    string? Region,
    IReadOnlyList<FigureView> Figures,
    IReadOnlyList<ComparedRegionView> Regions,
    SyntheticView? Synthetic
);

internal static class CompareRegionsEndpoint
{
    public static void MapCompareRegions(this IEndpointRouteBuilder reports) =>
        reports
            .MapGet("/region-comparison", Get)
            .WithName(nameof(CompareRegions))
            .WithSummary("Compare the own region with its sisters")
            .ShowsMany();

    private static Task<ComparisonView> Get(
        IMediator mediator,
        ReportQueries queries,
        CancellationToken ct,
        DateOnly? from = null,
        DateOnly? to = null,
        string? region = null,
        string? indicators = null
    ) => mediator.Send(queries.Comparison(from, to, region, indicators), ct);
}

internal sealed class CompareRegionsHandler(Session db, ReportTable table, Catalogue catalogue, Caller caller)
    : IRequestHandler<CompareRegions, ComparisonView>
{
    public async Task<ComparisonView> Handle(CompareRegions query, CancellationToken cancellationToken)
    {
        var related = query.Indicators.Select(Related).ToList();
        var question = new TableQuestion(
            query.From,
            query.To,
            query.Within,
            [.. related.SelectMany(entries => entries).Distinct()],
            ReportAxis.Region,
            ReportAxis.Month
        );
        var period = new PeriodView(query.From, query.To);
        var cells = await table.Read(question);
        var sums = cells.GroupBy(cell => cell.Row, StringComparer.Ordinal).ToDictionary(of => of.Key, SumOf, StringComparer.Ordinal);
        var months = cells
            .GroupBy(cell => cell.Column, StringComparer.Ordinal)
            .Select(month => month.ToDictionary(cell => cell.Row, cell => cell.Amounts, StringComparer.Ordinal))
            .ToList();
        // What lies in the region and in none of its children is one of those that add up to it.
        var places = catalogue
            .Regions.All.Where(region => region.ParentCode == query.Within)
            .Select(region => region.Code)
            .Union(sums.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        var own = places.ConvertAll(IsOwn);
        var all = SumOf(cells);
        var seesAll = caller.RegionCode is null || catalogue.Regions.IsWithin(query.Within, caller.RegionCode);
        var hidden = related.ConvertAll(HiddenOf);
        return new ComparisonView(
            period,
            query.Within,
            [.. query.Indicators.Select((entry, at) => View(entry, all, query.Within, isLink: seesAll, hidden[at].Total && !seesAll))],
            [
                .. places.Select(
                    (code, place) =>
                        new ComparedRegionView(
                            code,
                            catalogue.Regions.Find(code)!.Name,
                            own[place],
                            [
                                .. query.Indicators.Select(
                                    (entry, at) => View(entry, Of(sums, code), code, own[place], hidden[at].Cells[place])
                                ),
                            ]
                        )
                ),
            ],
            await SyntheticYear.Of(db)
        );

        // What is hidden of one month is hidden of every period it lies in: nothing is told of a period that its months, each by itself, do not tell.
        (IReadOnlyList<bool> Cells, bool Total) HiddenOf(IReadOnlyList<IndicatorEntry> entries)
        {
            var found = months.ConvertAll(month => Suppression.Of([.. entries.Select(entry => Column(month, entry.Indicator))]));
            return ([.. places.Select((_, place) => found.Exists(month => month.Cells[place]))], found.Exists(month => month.Total));
        }

        IReadOnlyList<ComparedCell> Column(Dictionary<string, Amounts> month, Indicator indicator) =>
            [.. places.Select((code, place) => new ComparedCell(CasesOf(indicator, Of(month, code)), own[place]))];

        static Amounts Of(Dictionary<string, Amounts> amounts, string code) => amounts.GetValueOrDefault(code) ?? new Amounts();

        FigureView View(IndicatorEntry entry, Amounts amounts, string? region, bool isLink, bool suppressed)
        {
            var view = Figures.Of(entry, entry.Indicator.Of(amounts), Figures.Exact, period, region, [], suppressed);
            return isLink ? view : view with { Records = null };
        }
    }

    /// <summary>All that can be worked out from one another, whether asked for together or one after the other: a rate and what it is made of, a sum and its parts, and
    /// all that is money or hours.</summary>
    private List<IndicatorEntry> Related(IndicatorEntry asked)
    {
        List<IndicatorEntry> related = [asked];
        var rest = catalogue.Indicators.Values.Where(entry => entry.Indicator.IsComputedFromSums && entry != asked).ToList();
        while (rest.Find(entry => related.Exists(known => AreRelated(known.Indicator, entry.Indicator))) is { } found)
        {
            related.Add(found);
            rest.Remove(found);
        }

        return related;
    }

    private static bool AreRelated(Indicator one, Indicator other) =>
        (one.Divisor != 1 && other.Divisor != 1) || one.Measures.Intersect(other.Measures).Any();

    private static Amounts SumOf(IEnumerable<TableCell> cells)
    {
        var sum = new Amounts();
        foreach (var cell in cells)
        {
            sum.Add(cell.Amounts);
        }

        return sum;
    }

    // Money without a service of its own is as telling as one case.
    private static long CasesOf(Indicator indicator, Amounts amounts) =>
        indicator.Cases(amounts) is 0 && indicator.Measures.Any(measure => amounts[measure] != 0) ? 1 : indicator.Cases(amounts);

    private bool IsOwn(string code) => caller.RegionCode is null || catalogue.Regions.IsWithin(code, caller.RegionCode);
}
