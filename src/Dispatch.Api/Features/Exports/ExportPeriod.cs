using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;

namespace Dispatch.Api.Features.Exports;

/// <summary>The days and the region that an export may be asked for.</summary>
internal static class ExportPeriod
{
    private const int LongestYears = 11;

    /// <summary>This year until today, unless said otherwise.</summary>
    public static (DateOnly From, DateOnly To) Of(DateOnly? from, DateOnly? to, TimeProvider clock)
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

    /// <summary>The region asked for, which lies in the caller's own; or all of the caller's own.</summary>
    public static string? Scope(string? region, Caller caller, RegionTree regions)
    {
        var code = region is null
            ? caller.RegionCode
            : regions.Find(region)?.Code
                ?? throw QueryNames.Wrong("region", "region_unknown", "没有这个行政区划代码。", "There is no such region.");
        return caller.RegionCode is null || regions.IsWithin(code!, caller.RegionCode)
            ? code
            : throw QueryNames.Wrong("region", "region_not_yours", "该地区不在你的管辖范围内。", "This region is not within your own.");
    }
}
