using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Generating;
using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Exports;

/// <summary>What several reports say in their lines, in one way.</summary>
internal static class FigureCells
{
    public static readonly Column[] Period =
    [
        new("from", new Text("起始日期", "From"), CellKind.Date, 12),
        new("to", new Text("截止日期", "To"), CellKind.Date, 12),
        new("region", new Text("地区代码", "Region"), CellKind.Text, 12),
    ];

    /// <summary>A figure with its origin.</summary>
    public static readonly Column[] Figure =
    [
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

    /// <summary>A table is passed on without the answer it came in: each line says it.</summary>
    public static readonly Column Synthetic = new("synthetic", new Text("虚构数据", "Made up"), CellKind.Text, 18);

    public static object?[] Of(FigureView figure, Catalogue catalogue, Language language)
    {
        var entry = catalogue.Indicators[figure.Indicator];
        return
        [
            figure.Indicator,
            new Text(entry.Zh, entry.En).In(language),
            figure.Value,
            figure.Unit,
            figure.Qualifier,
            figure.Source,
            YesNo(figure.Suppressed),
            figure.Definition,
            figure.Records,
        ];
    }

    public static object?[] Of(PeriodView period, string? region) => [period.From, period.To, region];

    /// <summary>The scenario; nothing where the records are real.</summary>
    public static string? Of(SyntheticView? synthetic) => synthetic?.Scenario;

    public static string YesNo(bool so) => so ? "yes" : "no";

    public static string FileName(string report, string? of, DateOnly from, DateOnly to) =>
        $"{report}-{of ?? "all"}-{from:yyyyMMdd}-{to:yyyyMMdd}";
}
