using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Exports;

/// <summary>The summary as a table: first what holds for all of it, then row by row and column by column, a line for each figure.</summary>
internal static class SummarySheet
{
    private static readonly Column[] Columns =
    [
        new("from", new Text("起始日期", "From"), CellKind.Date, 12),
        new("to", new Text("截止日期", "To"), CellKind.Date, 12),
        new("region", new Text("地区代码", "Region"), CellKind.Text, 12),
        new("row", new Text("行代码", "Row"), CellKind.Text, 38),
        new("row_name", new Text("行", "Name of the row"), CellKind.Text, 24),
        new("column", new Text("列代码", "Column"), CellKind.Text, 16),
        new("column_name", new Text("列", "Name of the column"), CellKind.Text, 20),
        new("indicator", new Text("指标代码", "Indicator"), CellKind.Text, 34),
        new("indicator_name", new Text("指标", "Name of the indicator"), CellKind.Text, 24),
        new("value", new Text("数值", "Value"), CellKind.Number, 16),
        new("unit", new Text("单位", "Unit"), CellKind.Text, 14),
        new("qualifier", new Text("限定", "Qualifier"), CellKind.Text, 12),
        new("source", new Text("来源", "Source"), CellKind.Text, 12),
        new("suppressed", new Text("是否隐去", "Suppressed"), CellKind.Text, 10),
        new("definition", new Text("定义", "Definition"), CellKind.Link, 40),
        new("records", new Text("所依据的记录", "Records behind it"), CellKind.Link, 80),
    ];

    public static Sheet Of(SummaryView summary, Catalogue catalogue, Language language) =>
        new(
            new Text("统计汇总", "Summary"),
            $"summary-{summary.Region ?? "all"}-{summary.Period.From:yyyyMMdd}-{summary.Period.To:yyyyMMdd}",
            Columns,
            Rows(summary, catalogue, language).ToAsyncEnumerable()
        );

    private static IEnumerable<object?[]> Rows(SummaryView summary, Catalogue catalogue, Language language)
    {
        foreach (var figure in summary.Figures)
        {
            yield return Row(figure, null, null);
        }

        if (summary.Table is not { } table)
        {
            yield break;
        }

        var rows = table.Rows.ToDictionary(row => row.Key, StringComparer.Ordinal);
        var columns = table.Columns.ToDictionary(column => column.Key, StringComparer.Ordinal);
        foreach (var cell in table.Cells)
        {
            foreach (var figure in cell.Figures)
            {
                yield return Row(figure, rows[cell.Row], cell.Column is null ? null : columns[cell.Column]);
            }
        }

        object?[] Row(FigureView figure, PlaceView? row, PlaceView? column)
        {
            var entry = catalogue.Indicators[figure.Indicator];
            return
            [
                figure.Period.From,
                figure.Period.To,
                figure.Region,
                row?.Key,
                row?.Name.In(language),
                column?.Key,
                column?.Name.In(language),
                figure.Indicator,
                new Text(entry.Zh, entry.En).In(language),
                figure.Value,
                figure.Unit,
                figure.Qualifier,
                figure.Source,
                figure.Suppressed ? "yes" : "no",
                figure.Definition,
                figure.Records,
            ];
        }
    }
}
