using Dispatch.Api.Features.Reference;
using Dispatch.Api.Generating;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Outcomes;
using MediatR;

namespace Dispatch.Api.Features.Reports;

/// <summary>A region's own figures beside those of its sisters; of these nothing that stands for fewer than five cases.</summary>
internal sealed record CompareRegions(DateOnly From, DateOnly To, string? Within, IReadOnlyList<IndicatorEntry> Indicators)
    : IRequest<ComparisonView>, IBeyondRegion;

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
        Caller caller,
        Catalogue catalogue,
        TimeProvider clock,
        CancellationToken ct,
        DateOnly? from = null,
        DateOnly? to = null,
        string? region = null,
        string? indicators = null
    )
    {
        var (first, last) = ReportQuery.Period(from, to, clock);
        // Two periods a day apart would tell that day.
        if (first.Day != 1 || (to is not null && last.AddDays(1).Day != 1))
        {
            throw QueryNames.Wrong("to", "whole_months", "比较以整月为单位。", "Regions are compared by whole months.");
        }

        var entries = ReportQuery.Indicators(indicators, catalogue);
        if (entries.FirstOrDefault(entry => !entry.Indicator.IsComputedFromSums) is { } other)
        {
            throw QueryNames.Wrong(
                "indicators",
                "not_compared",
                $"{other.Indicator.Code} 不是可加总的数字，不作地区比较。",
                $"{other.Indicator.Code} does not come out of sums and is not compared."
            );
        }

        return mediator.Send(new CompareRegions(first, last, Within(region, caller, catalogue.Regions), entries), ct);
    }

    /// <summary>The region above the own one, or any within it.</summary>
    private static string? Within(string? region, Caller caller, RegionTree regions)
    {
        var above = regions.Find(caller.RegionCode)?.ParentCode;
        if (region is null)
        {
            return above;
        }

        var code = ReportQuery.Known(region, regions);
        return caller.RegionCode is null || code == above || regions.IsWithin(code, caller.RegionCode)
            ? code
            : throw ReportQuery.NotYours();
    }
}

internal sealed class CompareRegionsHandler(Session db, ReportTable table, Catalogue catalogue, Caller caller)
    : IRequestHandler<CompareRegions, ComparisonView>
{
    public async Task<ComparisonView> Handle(CompareRegions query, CancellationToken cancellationToken)
    {
        var question = new TableQuestion(query.From, query.To, query.Within, query.Indicators, ReportAxis.Region);
        var period = new PeriodView(query.From, query.To);
        var cells = (await table.Read(question)).ToDictionary(cell => cell.Row, cell => cell.Amounts, StringComparer.Ordinal);
        // What lies in the region and in none of its children is one of those that add up to it.
        var places = catalogue
            .Regions.All.Where(region => region.ParentCode == query.Within)
            .Select(region => region.Code)
            .Union(cells.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        var own = places.ConvertAll(IsOwn);
        var all = new Amounts();
        foreach (var amounts in cells.Values)
        {
            all.Add(amounts);
        }

        var seesAll = caller.RegionCode is null || catalogue.Regions.IsWithin(query.Within, caller.RegionCode);
        var hidden = query.Indicators.Select(entry => HiddenOf(entry.Indicator)).ToList();
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
                            [.. query.Indicators.Select((entry, at) => View(entry, Of(code), code, own[place], hidden[at].Cells[place]))]
                        )
                ),
            ],
            await SyntheticYear.Of(db)
        );

        (IReadOnlyList<bool> Cells, bool Total) HiddenOf(Indicator indicator)
        {
            var found = Suppression.Of([.. places.Select((code, place) => new ComparedCell(CasesOf(indicator, Of(code)), own[place]))]);
            return (found.Cells, found.Total || CasesOf(indicator, all) is > 0 and < Suppression.Least);
        }

        Amounts Of(string code) => cells.GetValueOrDefault(code) ?? new Amounts();

        FigureView View(IndicatorEntry entry, Amounts amounts, string? region, bool isLink, bool suppressed)
        {
            var view = Figures.Of(entry, entry.Indicator.Of(amounts), Figures.Exact, period, region, [], suppressed);
            return isLink ? view : view with { Records = null };
        }
    }

    // Money without a service of its own is as telling as one case.
    private static long CasesOf(Indicator indicator, Amounts amounts) =>
        indicator.Cases(amounts) is 0 && indicator.Measures.Any(measure => amounts[measure] != 0) ? 1 : indicator.Cases(amounts);

    private bool IsOwn(string code) => caller.RegionCode is null || catalogue.Regions.IsWithin(code, caller.RegionCode);
}
