using System.Globalization;
using Dispatch.Api.Http;

namespace Dispatch.Api.Features.MonthlyReport;

/// <summary>What an indicator is called in a report, and what it counts.</summary>
internal sealed record IndicatorWords(Text Name, Text Means);

/// <summary>The words of the monthly report.</summary>
internal static class MonthlyWords
{
    private static readonly Dictionary<string, IndicatorWords> Indicators = new(StringComparer.Ordinal)
    {
        ["requests_received"] = new(
            new Text("受理求助", "Requests received"),
            new Text("受理日在本月的求助，每件一次；撤销的仍算收到。", "Each request once, on the day it came in; a cancelled one was received all the same.")
        ),
        ["requests_closed"] = new(
            new Text("办结求助", "Requests closed"),
            new Text("办结日在本月的求助，每件一次。", "Each request once, on the day it was closed.")
        ),
        ["requests_confirmed_solved"] = new(
            new Text("经确认解决", "Confirmed as solved"),
            new Text("本月办结、且求助者（或回访）确认已解决的求助。", "Requests closed in the month that the requester, or a call-back, confirmed as solved.")
        ),
        ["services"] = new(
            new Text("服务次数", "Services"),
            new Text(
                "完成日在本月的服务；一件求助同一天多队同去算一次。",
                "Services completed in the month; several teams at one request on one day are one service."
            )
        ),
        ["shared_services"] = new(
            new Text("协办服务", "Shared services"),
            new Text(
                "协办队参与的次数；已计入主办队的服务，不再另加。",
                "How often a supporting team had its part; counted with the lead already, never added."
            )
        ),
        ["service_person_times"] = new(
            new Text("服务人次", "Person-times of service"),
            new Text("每次服务到场的队员数之和；没有名单的按填报数。", "Members present at each service, added up; where none are named, the number stated.")
        ),
        ["problems_found"] = new(
            new Text("发现问题", "Problems found"),
            new Text("首次报告在本月的问题，每个一次。", "Each problem once, on the day it was first reported.")
        ),
        ["problems_solved"] = new(
            new Text("解决问题", "Problems solved"),
            new Text("最后结果为“已解决”、且报告在本月的问题。", "Problems whose last result is “solved” and was reported in the month.")
        ),
        ["training_sessions"] = new(
            new Text("培训场次", "Training sessions"),
            new Text("本月完成的服务中举办的培训场次。", "Sessions held at services completed in the month.")
        ),
        ["trained_person_times"] = new(
            new Text("培训人次", "Person-times trained"),
            new Text("各场培训的到场人次之和；一人参加两场算两人次。", "Attendances of all sessions, added up; one person at two sessions is two.")
        ),
        ["training_hours"] = new(
            new Text("培训学时", "Training hours"),
            new Text("本月完成的服务中各项培训的学时之和。", "Hours of the trainings at services completed in the month.")
        ),
        ["economic_benefit_yuan"] = new(
            new Text("经济效益", "Economic benefit"),
            new Text(
                "新增效益、节约和增收三类之和，含预计与确认；缓交、销售额、产值、捐赠不计。",
                "New value, cost saved and income gained, estimated and confirmed; never fees deferred, sales, output or donations."
            )
        ),
        ["economic_benefit_yuan_confirmed"] = new(
            new Text("其中：确认", "of it confirmed"),
            new Text("由工会人员凭证据确认的部分。", "What an officer confirmed with evidence.")
        ),
        ["economic_benefit_yuan_estimated"] = new(
            new Text("其中：预计", "of it estimated"),
            new Text("服务队填报、尚未确认的部分。", "What teams reported and nobody has confirmed yet.")
        ),
    };

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

    public static IndicatorWords Indicator(string code) =>
        Indicators.GetValueOrDefault(code) ?? new IndicatorWords(Text.AsWritten(code), Text.AsWritten(""));

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
