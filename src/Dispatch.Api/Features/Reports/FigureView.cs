using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Reports;

/// <summary>Days in Shanghai, both inclusive.</summary>
internal sealed record PeriodView(DateOnly From, DateOnly To);

/// <summary>A figure with what it takes to answer for it.</summary>
/// <param name="Value">Null: a rate or a median of nothing, or suppressed.</param>
/// <param name="Definition">Where its meaning is told.</param>
/// <param name="Records">Where the requests behind it are listed.</param>
/// <param name="Suppressed">Fewer than five cases of somebody else, or what would give them away.</param>
internal sealed record FigureView(
    string Indicator,
    decimal? Value,
    string Unit,
    string Qualifier,
    string Source,
    PeriodView Period,
    string? Region,
    string Definition,
    string? Records,
    bool Suppressed
);

/// <summary>Puts a value and its origin together.</summary>
internal static class Figures
{
    public const string Exact = "exact";
    public const string About = "about";
    public const string AtLeast = "at_least";
    private const string Computed = "computed";

    public static FigureView Of(
        IndicatorEntry entry,
        decimal? value,
        string qualifier,
        PeriodView period,
        string? region,
        IEnumerable<(string Name, string Value)> further,
        bool suppressed = false
    ) =>
        new(
            entry.Indicator.Code,
            suppressed ? null : value,
            entry.Indicator.Unit,
            qualifier,
            Computed,
            period,
            region,
            "/v1/indicators/" + entry.Indicator.Code,
            suppressed ? null : Records(entry, period, region, further),
            suppressed
        );

    private static string Records(
        IndicatorEntry entry,
        PeriodView period,
        string? region,
        IEnumerable<(string Name, string Value)> further
    ) =>
        $"/v1/reports/records?indicator={entry.Indicator.Code}&from={period.From:yyyy-MM-dd}&to={period.To:yyyy-MM-dd}"
        + (region is null ? "" : "&region=" + region)
        + string.Concat(further.Select(filter => $"&{filter.Name}={Uri.EscapeDataString(filter.Value)}"));
}
