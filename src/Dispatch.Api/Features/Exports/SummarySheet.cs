using Dispatch.Api.Features.Reports;
using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Exports;

/// <summary>The summary as a table: first what holds for all of it, then group by group, a line for each figure.</summary>
internal static class SummarySheet
{
    private static readonly Column[] Columns =
    [
        new("from", new Text("起始日期", "From"), CellKind.Date, 12),
        new("to", new Text("截止日期", "To"), CellKind.Date, 12),
        new("region", new Text("地区代码", "Region"), CellKind.Text, 12),
        new("group", new Text("分组代码", "Group"), CellKind.Text, 38),
        new("group_name", new Text("分组", "Name of the group"), CellKind.Text, 24),
        new("indicator", new Text("指标", "Indicator"), CellKind.Text, 34),
        new("value", new Text("数值", "Value"), CellKind.Number, 16),
        new("unit", new Text("单位", "Unit"), CellKind.Text, 14),
        new("qualifier", new Text("限定", "Qualifier"), CellKind.Text, 12),
        new("source", new Text("来源", "Source"), CellKind.Text, 12),
    ];

    public static Sheet Of(SummaryView summary, Language language) =>
        new(
            new Text("统计汇总", "Summary"),
            $"summary-{summary.Region ?? "all"}-{summary.Period.From:yyyyMMdd}-{summary.Period.To:yyyyMMdd}",
            Columns,
            Rows(summary, language).ToAsyncEnumerable()
        );

    private static IEnumerable<object?[]> Rows(SummaryView summary, Language language) =>
        summary
            .Figures.Select(figure => Row(summary, figure, null, null))
            .Concat(
                summary.Groups.SelectMany(group =>
                    group.Figures.Select(figure => Row(summary, figure, group.Key, group.Name.In(language)))
                )
            );

    private static object?[] Row(SummaryView summary, FigureView figure, string? group, string? name) =>
        [
            summary.Period.From,
            summary.Period.To,
            summary.Region,
            group,
            name,
            figure.Indicator,
            figure.Value,
            figure.Unit,
            figure.Qualifier,
            figure.Source,
        ];
}
