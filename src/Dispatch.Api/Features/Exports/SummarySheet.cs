using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Exports;

/// <summary>The summary as a table: first what holds for all of it, then row by row and column by column, a line for each figure.</summary>
internal static class SummarySheet
{
    private static readonly Column[] Columns =
    [
        .. FigureCells.Period,
        new("row", new Text("行代码", "Row"), CellKind.Text, 38),
        new("row_name", new Text("行", "Name of the row"), CellKind.Text, 24),
        new("column", new Text("列代码", "Column"), CellKind.Text, 16),
        new("column_name", new Text("列", "Name of the column"), CellKind.Text, 20),
        .. FigureCells.Figure,
        FigureCells.Synthetic,
    ];

    public static Sheet Of(SummaryView summary, Catalogue catalogue, Language language) =>
        new(
            new Text("统计汇总", "Summary"),
            FigureCells.FileName("summary", summary.Region, summary.Period.From, summary.Period.To),
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

        object?[] Row(FigureView figure, PlaceView? row, PlaceView? column) =>
            [
                .. FigureCells.Of(figure.Period, figure.Region),
                row?.Key,
                row?.Name.In(language),
                column?.Key,
                column?.Name.In(language),
                .. FigureCells.Of(figure, catalogue, language),
                FigureCells.Of(summary.Synthetic),
            ];
    }
}
