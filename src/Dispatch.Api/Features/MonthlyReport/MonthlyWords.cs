using System.Globalization;
using Dispatch.Api.Http;

namespace Dispatch.Api.Features.MonthlyReport;

/// <summary>The words of the monthly report.</summary>
internal static class MonthlyWords
{
    private static readonly Dictionary<string, Text> Units = new(StringComparer.Ordinal)
    {
        ["requests"] = new("件", "requests"),
        ["services"] = new("次", "services"),
        ["person_times"] = new("人次", "person-times"),
        ["persons"] = new("人", "persons"),
        ["problems"] = new("个", "problems"),
        ["sessions"] = new("场", "sessions"),
        ["hours"] = new("小时", "hours"),
        ["yuan"] = new("元", "yuan"),
        ["percent"] = new("%", "%"),
        ["minutes"] = new("分钟", "minutes"),
        ["organisations"] = new("家", "organisations"),
        ["households"] = new("户", "households"),
        ["items"] = new("项", "items"),
        ["offers"] = new("次", "offers"),
    };

    private static readonly Dictionary<string, Text> Qualifiers = new(StringComparer.Ordinal)
    {
        ["exact"] = new("确数", "exact"),
        ["about"] = new("约数", "about"),
        ["at_least"] = new("不少于", "at least"),
    };

    private static readonly Dictionary<string, Text> Sources = new(StringComparer.Ordinal)
    {
        ["computed"] = new("由记录计算", "computed from records"),
        ["imported"] = new("导入", "imported"),
        ["estimated"] = new("估计", "estimated"),
    };

    public static Text Unit(string unit) => Units.GetValueOrDefault(unit, Text.AsWritten(unit));

    public static Text Qualifier(string word) => Qualifiers.GetValueOrDefault(word, Text.AsWritten(word));

    public static Text Source(string word) => Sources.GetValueOrDefault(word, Text.AsWritten(word));

    public static Text Month(ReportMonth month) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"{month.Year} 年 {month.Month} 月"),
            month.First.ToString("MMMM yyyy", CultureInfo.InvariantCulture)
        );

    /// <summary>All its digits; sums of money and hours with two places where they need them.</summary>
    public static string Number(decimal? value) =>
        value switch
        {
            null => "—",
            { } whole when whole == decimal.Truncate(whole) => whole.ToString("#,##0", CultureInfo.InvariantCulture),
            { } part => part.ToString("#,##0.00", CultureInfo.InvariantCulture),
        };

    public static string Rate(decimal? part, decimal? whole) =>
        part is { } some && whole is > 0 ? (100 * some / whole.Value).ToString("0.0", CultureInfo.InvariantCulture) + "%" : "—";
}
