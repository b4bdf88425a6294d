using Dispatch.Api.Features.Published;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Exports;

/// <summary>Published figures as a table, each beside what the records say, and below them their totals, which are lines of their own kind.</summary>
internal static class PublishedSheet
{
    private static readonly Column[] Columns =
    [
        new("line", new Text("行类别", "Kind of line"), CellKind.Text, 10),
        new("code", new Text("编号", "Code"), CellKind.Text, 20),
        new("source", new Text("来源", "Source"), CellKind.Text, 12),
        new("document", new Text("文件", "Document"), CellKind.Text, 20),
        new("indicator", new Text("指标代码", "Indicator"), CellKind.Text, 30),
        new("value", new Text("数值", "Value"), CellKind.Number, 16),
        new("qualifier", new Text("限定", "Qualifier"), CellKind.Text, 12),
        new("unit", new Text("单位", "Unit"), CellKind.Text, 14),
        new("counted_in", new Text("合计单位", "Counted in"), CellKind.Text, 14),
        new("what", new Text("内容", "What it is"), CellKind.Text, 40),
        new("published_period", new Text("文件所称期间", "Period in the words of the document"), CellKind.Text, 20),
        new("kind", new Text("类别", "Kind"), CellKind.Text, 14),
        new("region_code", new Text("地区代码", "Region code"), CellKind.Text, 12),
        new("is_economic_benefit", new Text("是否经济效益", "Counts as economic benefit"), CellKind.Text, 12),
        new("contained_in", new Text("已含于", "Contained in"), CellKind.Text, 20),
        new("added", new Text("计入合计的编号", "Codes added up"), CellKind.Text, 40),
        new("left_out", new Text("未计入的编号", "Codes left out"), CellKind.Text, 30),
        new("computed_value", new Text("由记录计算", "Out of the records"), CellKind.Number, 16),
        new("computed_from", new Text("计算起始日期", "Computed from"), CellKind.Date, 12),
        new("computed_to", new Text("计算截止日期", "Computed to"), CellKind.Date, 12),
        FigureCells.Synthetic,
    ];

    public static Sheet Of(PublishedReportView report) =>
        new(
            new Text("公开数字", "Published figures"),
            FigureCells.FileName("published", report.Region, report.Period.From, report.Period.To),
            Columns,
            report
                .Figures.Select(figure =>
                    (object?[])
                        [
                            "figure",
                            figure.Code,
                            figure.Source,
                            figure.Document,
                            figure.Indicator,
                            figure.Value,
                            Words.Of(figure.Qualifier),
                            figure.Unit,
                            figure.CountedIn,
                            figure.What,
                            figure.Period,
                            figure.Kind,
                            figure.RegionCode,
                            FigureCells.YesNo(figure.IsEconomicBenefit),
                            figure.ContainedIn,
                            null,
                            null,
                            figure.Computed?.Value,
                            figure.Computed is null ? null : report.Period.From,
                            figure.Computed is null ? null : report.Period.To,
                            FigureCells.Of(report.Synthetic),
                        ]
                )
                .Concat(report.Totals.Select(total => Total(total, FigureCells.Of(report.Synthetic))))
                .ToAsyncEnumerable()
        );

    private static object?[] Total(PublishedTotalView total, string? synthetic)
    {
        var cells = new object?[Columns.Length];
        Set("line", "total");
        Set("source", total.Source);
        Set("indicator", total.Indicator);
        Set("value", total.Value);
        Set("qualifier", Words.Of(total.Qualifier));
        Set("unit", total.Unit);
        Set("added", string.Join(' ', total.Of));
        Set("left_out", total.LeftOut.Count == 0 ? null : string.Join(' ', total.LeftOut));
        Set(FigureCells.Synthetic.Name, synthetic);
        return cells;

        void Set(string column, object? value) => cells[Array.FindIndex(Columns, known => known.Name == column)] = value;
    }
}
