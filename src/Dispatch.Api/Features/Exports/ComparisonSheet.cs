using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Exports;

/// <summary>Regions side by side as a table: first all of them together, then one after the other, a line for each figure. What is suppressed there is so here.</summary>
internal static class ComparisonSheet
{
    private static readonly Column[] Columns =
    [
        .. FigureCells.Period,
        new("compared", new Text("比较的地区代码", "Compared region"), CellKind.Text, 14),
        new("compared_name", new Text("比较的地区", "Name of the compared region"), CellKind.Text, 18),
        new("own", new Text("是否本地区", "Own region"), CellKind.Text, 10),
        .. FigureCells.Figure,
        FigureCells.Synthetic,
    ];

    public static Sheet Of(ComparisonView comparison, Catalogue catalogue, Language language)
    {
        return new Sheet(
            new Text("地区比较", "Region comparison"),
            FigureCells.FileName("region-comparison", comparison.Region, comparison.Period.From, comparison.Period.To),
            Columns,
            comparison
                .Figures.Select(figure => Row(figure, null))
                .Concat(comparison.Regions.SelectMany(region => region.Figures.Select(figure => Row(figure, region))))
                .ToAsyncEnumerable()
        );

        object?[] Row(FigureView figure, ComparedRegionView? region) =>
            [
                .. FigureCells.Of(comparison.Period, comparison.Region),
                region?.Region,
                region?.Name,
                region is null ? null : FigureCells.YesNo(region.Own),
                .. FigureCells.Of(figure, catalogue, language),
                FigureCells.Of(comparison.Synthetic),
            ];
    }
}
