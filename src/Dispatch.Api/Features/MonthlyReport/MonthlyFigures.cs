using System.Globalization;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Http;
using MediatR;

namespace Dispatch.Api.Features.MonthlyReport;

/// <summary>Figures by indicator. One that is not there has nothing to be computed from, or may not be told.</summary>
internal sealed record FigureRow(string Name, IReadOnlyDictionary<string, decimal?> Values)
{
    public decimal? this[string indicator] => Values.GetValueOrDefault(indicator);
}

/// <summary>A month.</summary>
internal readonly record struct ReportMonth(int Year, int Month)
{
    public DateOnly First => new(Year, Month, 1);

    public DateOnly Last => First.AddMonths(1).AddDays(-1);

    public ReportMonth Before(int months)
    {
        var day = First.AddMonths(-months);
        return new ReportMonth(day.Year, day.Month);
    }

    /// <summary>As in <c>2026-06</c>.</summary>
    public string Key => First.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public static ReportMonth? Read(string key) =>
        DateOnly.TryParseExact(key + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new ReportMonth(day.Year, day.Month)
            : null;
}

/// <summary>What a monthly report stands on: the summary, asked several ways in one view of the records.</summary>
/// <param name="Months">The month and the eleven before it, the oldest first.</param>
/// <param name="Regions">The children of the region, and the region itself for what is below none of them.</param>
internal sealed record MonthlyFigures(
    FigureRow Month,
    FigureRow MonthBefore,
    IReadOnlyList<FigureRow> Months,
    IReadOnlyList<FigureRow> Regions,
    IReadOnlyList<FigureRow> Teams,
    IReadOnlyList<FigureRow> Skills,
    IReadOnlyList<SummarisedFigure> Indicators
)
{
    private const int MonthsShown = 12;

    public static async Task<MonthlyFigures> Read(IMediator mediator, ReportMonth month, string? region, Language language, CancellationToken ct)
    {
        var whole = await Ask(month, null);
        var trend = await Ask(month.Before(MonthsShown - 1), SummaryGrouping.Month);
        var byMonth = Groups(trend, group => group.Key);
        var months = Enumerable.Range(0, MonthsShown).Select(back => month.Before(MonthsShown - 1 - back)).ToList();
        return new MonthlyFigures(
            new FigureRow(month.Key, Values(whole.Figures)),
            Of(month.Before(1)),
            [.. months.Select(Of)],
            await Rows(SummaryGrouping.Region),
            await Rows(SummaryGrouping.Team),
            await Rows(SummaryGrouping.Skill),
            [.. whole.Figures.Select(figure => new SummarisedFigure(figure.Indicator, figure.Unit, figure.Qualifier, figure.Source))]
        );

        // Only of a month in which something counted are there figures.
        FigureRow Of(ReportMonth of) =>
            byMonth.FirstOrDefault(row => row.Name == of.Key)
            ?? new FigureRow(of.Key, whole.Figures.ToDictionary(figure => figure.Indicator, _ => (decimal?)0));

        async Task<IReadOnlyList<FigureRow>> Rows(SummaryGrouping by) => Groups(await Ask(month, by), group => group.Name.In(language));

        Task<SummaryView> Ask(ReportMonth from, SummaryGrouping? by) => mediator.Send(new ShowSummary(from.First, month.Last, region, by), ct);
    }

    private static List<FigureRow> Groups(SummaryView summary, Func<GroupView, string> name) =>
        [.. summary.Groups.Select(group => new FigureRow(name(group), Values(group.Figures)))];

    private static Dictionary<string, decimal?> Values(IReadOnlyList<FigureView> figures) =>
        figures.ToDictionary(figure => figure.Indicator, figure => (decimal?)figure.Value, StringComparer.Ordinal);
}

/// <summary>What a figure is, beside its value.</summary>
internal sealed record SummarisedFigure(string Indicator, string Unit, string Qualifier, string Source);
