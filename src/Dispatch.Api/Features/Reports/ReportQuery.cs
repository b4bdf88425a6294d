using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;

namespace Dispatch.Api.Features.Reports;

/// <summary>What reports are asked with, checked.</summary>
internal static class ReportQuery
{
    private const int LongestYears = 11;

    /// <summary>What a report shows unless it is told otherwise.</summary>
    private static readonly string[] Usual =
    [
        "requests_received",
        "requests_closed",
        "requests_confirmed_solved",
        "services",
        "shared_services",
        "service_person_times",
        "problems_found",
        "problems_solved",
        "training_sessions",
        "trained_person_times",
        "training_hours",
        "economic_benefit_yuan",
        "economic_benefit_yuan_confirmed",
        "economic_benefit_yuan_estimated",
    ];

    /// <summary>This year until today, unless told otherwise.</summary>
    public static (DateOnly From, DateOnly To) Period(DateOnly? from, DateOnly? to, TimeProvider clock)
    {
        var today = ShanghaiTime.DayOf(clock.GetUtcNow());
        var (first, last) = (from ?? new DateOnly(today.Year, 1, 1), to ?? today);
        return last < first || last.Year - first.Year >= LongestYears
            ? throw QueryNames.Wrong(
                "to",
                "period",
                "to 不能早于 from，且最多十年。",
                "to must not be before from, and the period has ten years at most."
            )
            : (first, last);
    }

    /// <summary>The region asked for, or the caller's own; null is the whole country.</summary>
    public static string? Scope(string? region, Caller caller, RegionTree regions)
    {
        var code = region is null ? caller.RegionCode : Known(region, regions);
        return caller.RegionCode is null || regions.IsWithin(code!, caller.RegionCode) ? code : throw NotYours();
    }

    public static string Known(string region, RegionTree regions) =>
        regions.Find(region)?.Code
        ?? throw QueryNames.Wrong("region", "region_unknown", "没有这个行政区划代码。", "There is no such region.");

    public static Refused NotYours() =>
        QueryNames.Wrong("region", "region_not_yours", "该地区不在你的管辖范围内。", "This region is not within your own.");

    public static T? Word<T>(string name, string? value)
        where T : struct, Enum
    {
        if (value is null)
        {
            return null;
        }

        var known = string.Join(", ", Words.All<T>());
        return Words.TryTo<T>(value, out var found)
            ? found
            : throw QueryNames.Wrong(name, "unknown", $"{name} 只能是：{known}。", $"{name} is one of: {known}.");
    }

    /// <summary>Codes with commas between, in the order asked for.</summary>
    public static IReadOnlyList<IndicatorEntry> Indicators(string? codes, Catalogue catalogue) =>
        [.. (codes?.Split(',') ?? Usual).Distinct(StringComparer.Ordinal).Select(code => Indicator("indicators", code, catalogue))];

    public static IndicatorEntry Indicator(string name, string code, Catalogue catalogue) =>
        catalogue.Indicators.TryGetValue(code, out var entry)
            ? entry
            : throw QueryNames.Wrong(
                name,
                "unknown",
                "没有这个指标，见 GET /v1/indicators。",
                "There is no such indicator. See GET /v1/indicators."
            );
}
