using System.Globalization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Generating;
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

/// <summary>What a figure is, beside its value.</summary>
internal sealed record SaidFigure(IndicatorEntry Entry, string Qualifier, string Source)
{
    public string Code => Entry.Indicator.Code;

    public string Unit => Entry.Indicator.Unit;

    public Text Name => new(Entry.Zh, Entry.En);
}

/// <summary>What a monthly report stands on: the summary, asked several ways in one view of the records.</summary>
/// <param name="Months">The month and the eleven before it, the oldest first.</param>
/// <param name="Unmet">What was asked in the month and nobody had the skill for.</param>
/// <param name="Synthetic">Null: these are real records.</param>
/// <param name="Regions">The children of the region, and the region itself for what is below none of them.</param>
internal sealed record MonthlyFigures(
    FigureRow Month,
    FigureRow MonthBefore,
    IReadOnlyList<FigureRow> Months,
    IReadOnlyList<FigureRow> Regions,
    IReadOnlyList<FigureRow> Teams,
    IReadOnlyList<FigureRow> Skills,
    UnmetNeedsView Unmet,
    IReadOnlyList<SaidFigure> Said,
    SyntheticView? Synthetic
)
{
    private const int MonthsShown = 12;
    private const string OfMonth =
        "services,service_person_times,helpers,volunteer_hours,shared_services,problems_found,problems_solved,solved_rate,training_sessions,trained_person_times,training_hours,"
        + "economic_benefit_yuan,economic_benefit_yuan_confirmed,economic_benefit_yuan_estimated,requests_received,requests_closed,requests_confirmed_solved,"
        + "confirmed_rate,on_time_closing_rate,satisfaction,median_minutes_to_acceptance,median_minutes_to_first_visit,organisations_served,households_served,"
        + "requests_unmet";
    private const string OfTrend = "services,problems_solved";
    private const string OfRegions =
        "services,service_person_times,problems_found,problems_solved,trained_person_times,economic_benefit_yuan";
    private const string OfTeams = "services,shared_services,service_person_times,problems_solved,trained_person_times";

    public static async Task<MonthlyFigures> Read(
        IMediator mediator,
        Catalogue catalogue,
        ReportMonth month,
        string? region,
        Language language,
        CancellationToken ct
    )
    {
        var whole = await Ask(month, month, null, OfMonth);
        var before = await Ask(month.Before(1), month.Before(1), null, OfMonth);
        var byMonth = Groups(await Ask(month.Before(MonthsShown - 1), month, ReportAxis.Month, OfTrend), group => group.Key);
        return new MonthlyFigures(
            new FigureRow(month.Key, Values(whole.Figures)),
            new FigureRow(month.Before(1).Key, Values(before.Figures)),
            [.. Enumerable.Range(0, MonthsShown).Select(at => OfOne(month.Before(MonthsShown - 1 - at)))],
            await Rows(ReportAxis.Region, OfRegions),
            await Rows(ReportAxis.Team, OfTeams),
            await Rows(ReportAxis.Skill, "services"),
            await mediator.Send(new ShowUnmetNeeds(month.First, month.Last, region), ct),
            [.. whole.Figures.Select(figure => new SaidFigure(catalogue.Indicators[figure.Indicator], figure.Qualifier, figure.Source))],
            whole.Synthetic
        );

        // Only of a month in which something counted are there figures.
        FigureRow OfOne(ReportMonth one) =>
            byMonth.Find(row => row.Name == one.Key) ?? new FigureRow(one.Key, new Dictionary<string, decimal?>());

        async Task<IReadOnlyList<FigureRow>> Rows(ReportAxis by, string indicators) =>
            Groups(await Ask(month, month, by, indicators), group => group.Name.In(language));

        Task<SummaryView> Ask(ReportMonth from, ReportMonth to, ReportAxis? by, string indicators) =>
            mediator.Send(new ShowSummary(from.First, to.Last, region, by, ReportQuery.Indicators(indicators, catalogue), null, null), ct);
    }

    private static List<FigureRow> Groups(SummaryView summary, Func<GroupView, string> name) =>
        [.. summary.Groups.Select(group => new FigureRow(name(group), Values(group.Figures)))];

    private static Dictionary<string, decimal?> Values(IReadOnlyList<FigureView> figures) =>
        figures.ToDictionary(figure => figure.Indicator, figure => figure.Value, StringComparer.Ordinal);
}
