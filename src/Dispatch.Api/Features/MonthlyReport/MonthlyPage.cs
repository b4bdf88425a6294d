using System.Globalization;
using System.Text;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Http;
using Dispatch.Domain.Calendar;

namespace Dispatch.Api.Features.MonthlyReport;

/// <summary>The monthly report as a page: to be read in a browser, and printed on A4. It loads nothing and runs nothing.</summary>
internal sealed class MonthlyPage(MonthlyFigures figures, ReportMonth month, string regionName, DateTimeOffset now, Language language)
    : IPage
{
    private const int MostTeams = 30;
    private const int MostSkills = 10;
    private const int MostNeeds = 20;
    private const int MostOnOnePage = 24;
    private const int LongNumber = 9;

    private static readonly string Style = Paper.Style("Features/MonthlyReport/monthly.css");

    // What a union is asked for first, in this order.
    private static readonly string[] Headlines =
    [
        "services",
        "service_person_times",
        "problems_found",
        "problems_solved",
        "trained_person_times",
        "economic_benefit_yuan",
        "requests_received",
        "requests_confirmed_solved",
    ];

    private static readonly string[] Rates =
    [
        "on_time_closing_rate",
        "satisfaction",
        "median_minutes_to_acceptance",
        "median_minutes_to_first_visit",
        "helpers",
        "organisations_served",
        "households_served",
        "requests_unmet",
    ];

    private static readonly string[] Compared =
    [
        "services",
        "service_person_times",
        "problems_found",
        "problems_solved",
        "trained_person_times",
        "economic_benefit_yuan",
    ];

    private static readonly string[] OfTeams =
    [
        "services",
        "shared_services",
        "service_person_times",
        "problems_solved",
        "trained_person_times",
    ];

    private string OwnStyle => Style + PageBox();

    /// <summary>Of this page alone: its own style, and nothing else.</summary>
    public string Policy => Paper.Policy(OwnStyle);

    // The style stands between two pieces: escaped it would be another, and it holds no name but the one that PageBox escapes in its own way.
    public byte[] Html => Paper.Html(language, Markup.Of($"{Title} · {regionName} · {Said(MonthlyWords.Month(month))}"), OwnStyle, Body());

    private string Title => Say("劳模工匠技术服务月报", "Monthly report of craftsmen's service");

    private bool IsOver => ShanghaiTime.DayOf(now) > month.Last;

    private Markup Body() =>
        Markup.Of(
            $"""
            <body>
            <header><h1>{Title}</h1><p class="of">{regionName} · {Said(MonthlyWords.Month(month))}</p><p class="meta">{Period()}</p></header>
            <main>
            <p class="said">{InWords()}</p>
            <div class="cards">{Markup.Each(Headlines, Card)}</div>
            {Quality()}
            {Trend()}
            {Regions()}
            {Skills()}
            {Unmet()}
            {Teams()}
            {Computation()}
            <div class="signed"><span>{Say("编制：", "Prepared by:")}</span><span>{Say("审核：", "Checked by:")}</span><span>{Say(
                "签发（盖章）：",
                "Issued by (seal):"
            )}</span></div>
            </main>
            </body>

            """
        );

    private Markup Period()
    {
        var (last, made) = (IsOver ? month.Last : ShanghaiTime.DayOf(now), ShanghaiTime.ToLocal(now));
        var period = Say(
            $"统计期间 {Day(month.First)} 至 {Day(last)}（北京时间）",
            $"Period {Day(month.First)} to {Day(last)} (China time)"
        );
        var printed = made.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var open = IsOver
            ? Markup.Nothing
            : Markup.Of($"""<span class="open"> · {Say("本月尚未结束，数字会变", "the month is not over, figures will change")}</span>""");
        var madeUp = figures.Synthetic is { } synthetic
            ? Markup.Of(
                $"""<span class="open"> · {Say($"虚构数据（{synthetic.Scenario}），不是真实记录", $"made up ({synthetic.Scenario}), no real records")}</span>"""
            )
            : Markup.Nothing;
        return Markup.Of($"{period} · {Say($"生成于 {printed}", $"made {printed}")}{open}{madeUp}");
    }

    private Markup InWords()
    {
        var own = figures.Month;
        Markup B(string indicator) => Markup.Of($"<b>{MonthlyWords.Number(own[indicator])}</b>");
        var rate = MonthlyWords.Rate(own["problems_solved"], own["problems_found"]);
        var confirmed = MonthlyWords.Rate(own["requests_confirmed_solved"], own["requests_closed"]);
        return language == Language.English
            ? Markup.Of(
                $"""
                In {Said(MonthlyWords.Month(month))} {regionName} received {B("requests_received")} requests for help. Teams of craftsmen and model workers gave {B(
                    "services"
                )} services with {B("service_person_times")} person-times, found {B("problems_found")} problems and solved {B(
                    "problems_solved"
                )} ({rate}), and trained {B("trained_person_times")} person-times. The economic benefit is {B("economic_benefit_yuan")} yuan, {B(
                    "economic_benefit_yuan_confirmed"
                )} of it confirmed with evidence and {B("economic_benefit_yuan_estimated")} estimated. {B("requests_closed")} requests were closed; of these requesters confirmed {B(
                    "requests_confirmed_solved"
                )} as solved ({confirmed}).
                """
            )
            : Markup.Of(
                $"""
                {Said(MonthlyWords.Month(month))}，{regionName}共受理求助 {B("requests_received")} 件；劳模工匠技术服务队开展服务 {B("services")} 次、{B(
                    "service_person_times"
                )} 人次，发现问题 {B("problems_found")} 个，解决 {B("problems_solved")} 个（解决率 {rate}），培训 {B(
                    "trained_person_times"
                )} 人次。产生经济效益 {B("economic_benefit_yuan")} 元，其中凭证据确认 {B("economic_benefit_yuan_confirmed")} 元、预计 {B(
                    "economic_benefit_yuan_estimated"
                )} 元。办结求助 {B("requests_closed")} 件，其中经求助者确认解决 {B("requests_confirmed_solved")} 件（{confirmed}）。
                """
            );
    }

    private Markup Card(string indicator)
    {
        var figure = Of(indicator);
        var (written, unit) = (MonthlyWords.Number(figures.Month[indicator]), Said(MonthlyWords.Unit(figure.Unit)));
        return Markup.Of(
            $"""
            <div class="card"><h3>{Said(figure.Name)}</h3>
            <p class="{(written.Length > LongNumber ? "figure long" : "figure")}">{written}<span class="unit">{unit} · {Said(
                MonthlyWords.Qualifier(figure.Qualifier)
            )}</span></p>
            <p class="change">{Change(indicator)}</p><p class="means">{Said(figure.Entry.Counts)}</p></div>
            """
        );
    }

    private Markup Change(string indicator)
    {
        if (figures.Month[indicator] is not { } value || figures.MonthBefore[indicator] is not { } before)
        {
            return Markup.Nothing;
        }

        var (more, word) = (value - before, Say("上月", "month before: "));
        var sign = more switch
        {
            > 0 => Markup.Of($"""<span class="up">▲ {MonthlyWords.Number(more)}</span>"""),
            < 0 => Markup.Of($"""<span class="down">▼ {MonthlyWords.Number(-more)}</span>"""),
            _ => Markup.Of($"{Say("持平", "unchanged")}"),
        };
        return Markup.Of($"{word} {MonthlyWords.Number(before)} · {sign}");
    }

    /// <summary>How well it went: rates, times and whom it reached, beside the month before.</summary>
    private Markup Quality()
    {
        return Markup.Of($"""<div class="strip">{Markup.Each(Rates, Rate)}</div>""");

        Markup Rate(string indicator)
        {
            var (figure, before) = (Of(indicator), MonthlyWords.Number(figures.MonthBefore[indicator]));
            return Markup.Of(
                $"""
                <div><h3>{Said(figure.Name)}</h3><p><b>{MonthlyWords.Number(figures.Month[indicator])}</b> {Said(
                    MonthlyWords.Unit(figure.Unit)
                )}</p><p class="change">{Say("上月", "before:")} {before}</p></div>
                """
            );
        }
    }

    private Markup Trend()
    {
        var (bars, line) = (Said(Of("services").Name), Said(Of("problems_solved").Name));
        var plot = Plots.BarsAndLine(
            Say("近十二个月服务次数与解决问题数", "Services and problems solved in the last twelve months"),
            [.. figures.Months.Select(one => one.Name[2..])],
            [.. figures.Months.Select(one => one["services"] ?? 0)],
            [.. figures.Months.Select(one => one["problems_solved"] ?? 0)],
            value => MonthlyWords.Number(value)
        );
        return Section(
            Say("近十二个月走势", "The last twelve months"),
            Markup.Of(
                $"""
                <figure><figcaption><span class="key bars"></span>{bars}{Say("（次，左）", " (left)")}<span class="key lines"></span>{line}{Say(
                    "（个，右）",
                    " (right)"
                )}</figcaption>{plot}</figure>
                """
            )
        );
    }

    private Markup Regions() =>
        Section(
            Say("分地区情况", "By region"),
            Markup.Of(
                $"""
                {Table(Say("地区", "Region"), Compared, figures.Regions, (Say("合计", "Total"), figures.Month))}
                <p class="note">{Say(
                    "按服务地统计。合计由各项记录直接算出，等于各地区之和；共同服务只计一次。",
                    "By the place served. The total is computed from the records themselves and equals the sum of the regions; what several teams did together counts once."
                )}</p>
                """
            ),
            figures.Regions.Count <= MostOnOnePage
        );

    private Markup Skills()
    {
        var most = figures
            .Skills.Where(skill => skill["services"] > 0)
            .OrderByDescending(skill => skill["services"])
            .Take(MostSkills)
            .Select(skill => (skill.Name.Length == 0 ? Say("未定技能", "No skill yet") : skill.Name, skill["services"]!.Value))
            .ToList();
        return most.Count == 0
            ? Markup.Nothing
            : Section(
                Say("服务最多的技能", "Skills asked for most"),
                Markup.Of(
                    $"""
                    <figure><figcaption>{Say("按求助的主技能，服务次数", "By the main skill of the request, services")}</figcaption>{Plots.Bars(
                        Say("各技能服务次数", "Services by skill"),
                        most,
                        value => MonthlyWords.Number(value)
                    )}</figure>
                    """
                )
            );
    }

    /// <summary>What a union has to find teams for.</summary>
    private Markup Unmet()
    {
        var (needs, all) = (figures.Unmet.Needs, figures.Unmet.Needs.Take(MostNeeds).ToList());
        var more = needs.Count - all.Count;
        return Section(
            Say("未满足的需求", "Unmet needs"),
            needs.Count == 0
                ? Markup.Of(
                    $"""<p class="none">{Say("本月受理的求助，所需技能都有队伍。", "Of what was asked in this month there was a team for everything.")}</p>"""
                )
                : Markup.Of(
                    $"""
                    <table class="needs"><thead><tr><th>{Say("技能", "Skill")}</th><th>{Say("地区", "Region")}</th><th>{Say(
                        "无法满足（件）",
                        "Given up (requests)"
                    )}</th><th>{Say("待裁定（件）", "Waiting (requests)")}</th><th>{Say(
                        "现有队伍（支）",
                        "Teams today"
                    )}</th></tr></thead><tbody>{Markup.Each(all, Need)}</tbody></table>{Markup.Of(
                        $"""{(more <= 0 ? Markup.Nothing : Markup.Of($"""<p class="note">{Say($"另有 {more} 项，见导出的表格。", $"{more} more are in the exported table.")}</p>"""))}"""
                    )}
                    <p class="note">{Say(
                        "按受理月份统计：因无队伍具备技能而结束的求助，和没有队伍可询问、等待裁定的求助。现有队伍为所报告地区今日具备该技能的队伍。",
                        "By the month they were received: requests given up because no team had the skill, and those that wait for a person because nobody could be asked. Teams are those of the region reported that have the skill today."
                    )}</p>
                    """
                ),
            all.Count <= MostOnOnePage
        );

        Markup Need(UnmetNeedView need) =>
            Markup.Of(
                $"<tr><td>{Said(need.SkillName)}</td><td>{need.RegionName}</td><td>{need.Unmet}</td><td>{need.Waiting}</td><td>{MonthlyWords.Number(need.Teams)}</td></tr>"
            );
    }

    private Markup Teams()
    {
        var active = figures
            .Teams.Where(team => OfTeams.Any(indicator => team[indicator] > 0))
            .OrderByDescending(team => team["services"])
            .ThenByDescending(team => team["service_person_times"])
            .ThenBy(team => team.Name, StringComparer.Ordinal)
            .ToList();
        var more = active.Count - MostTeams;
        var rest =
            more <= 0
                ? Markup.Nothing
                : Markup.Of(
                    $"""<p class="note">{Say($"另有 {more} 支服务队，见导出的表格。", $"{more} more teams are in the exported table.")}</p>"""
                );
        return Section(
            Say("服务队", "Teams"),
            active.Count == 0
                ? Markup.Of($"""<p class="none">{Say("本月没有完成的服务。", "No service was completed in this month.")}</p>""")
                : Markup.Of(
                    $"""
                    {Table(Say("服务队", "Team"), OfTeams, [.. active.Take(MostTeams)], null)}{rest}
                    <p class="note">{Say(
                        "服务记在主办队名下；协办的次数单列，不与服务次数相加。",
                        "Services are credited to the lead; the part of supporting teams stands by itself and is not added."
                    )}</p>
                    """
                )
        );
    }

    private Markup Computation() =>
        Section(
            Say("各项数字如何得出", "How each figure was computed"),
            Markup.Of(
                $"""
                <table class="words"><thead><tr><th>{Say("指标", "Indicator")}</th><th>{Say("计入什么", "What counts")}</th><th>{Say(
                    "单位",
                    "Unit"
                )}</th><th>{Say("限定", "Qualifier")}</th><th>{Say("来源", "Source")}</th></tr></thead><tbody>{Markup.Each(figures.Said, Meaning)}</tbody></table>
                <p class="note">{Say(
                    "所有数字均由系统中的求助、服务、问题、培训、效益记录逐项计算，可逐条追溯；日期按北京时间。人次、人、次、场、个、件互不相加。",
                    "Every figure is computed from the records of requests, visits, problems, trainings and benefits, and leads back to them; days are those of China. Different units never add up together."
                )}</p>
                """
            )
        );

    private Markup Meaning(SaidFigure figure)
    {
        var notCounted = Said(figure.Entry.NotCounted);
        var not = notCounted is "无" or "nothing else" or ""
            ? Markup.Nothing
            : Markup.Of($"""<span class="not">{Say("；", "; ")}{notCounted}</span>""");
        return Markup.Of(
            $"""
            <tr><td>{Said(figure.Name)}</td><td>{Said(figure.Entry.Counts)}{not}</td><td>{Said(MonthlyWords.Unit(figure.Unit))}</td><td>{Said(
                MonthlyWords.Qualifier(figure.Qualifier)
            )}</td><td>{Said(MonthlyWords.Source(figure.Source))}</td></tr>
            """
        );
    }

    private Markup Table(string of, string[] indicators, IReadOnlyList<FigureRow> rows, (string Name, FigureRow Values)? total)
    {
        return Markup.Of(
            $"""
            <table><thead><tr><th>{of}</th>{Markup.Each(indicators, Head)}</tr></thead><tbody>{Markup.Each(rows, row => Row(row.Name, row, ""))}{(
                total is { } all ? Row(all.Name, all.Values, "total") : Markup.Nothing
            )}</tbody></table>
            """
        );

        Markup Head(string indicator) =>
            Markup.Of(
                $"<th>{Said(Of(indicator).Name)}<br>{Say("（", "(")}{Said(MonthlyWords.Unit(Of(indicator).Unit))}{Say("）", ")")}</th>"
            );

        Markup Row(string name, FigureRow values, string kind) =>
            Markup.Of(
                $"""<tr class="{kind}"><td>{name}</td>{Markup.Each(indicators, indicator => Markup.Of($"<td>{MonthlyWords.Number(values[indicator])}</td>"))}</tr>"""
            );
    }

    private SaidFigure Of(string indicator) => figures.Said.First(figure => figure.Code == indicator);

    /// <param name="isWhole">Short enough to stand on one page, and read better so.</param>
    private static Markup Section(string title, Markup content, bool isWhole = false) =>
        Markup.Of($"""<section class="{(isWhole ? "whole" : "")}"><h2>{title}</h2>{content}</section>""");

    private string Say(string zh, string en) => language == Language.English ? en : zh;

    private string Said(Text text) => text.In(language);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // What stands at the edges of every printed page.
    private string PageBox()
    {
        var (head, foot) = (Quoted($"{regionName} · {Said(MonthlyWords.Month(month))}"), Quoted(Title));
        return "@page { size: A4; margin: 19mm 15mm 17mm; "
            + $"@top-left {{ content: {foot}; font-size: 7.8pt; color: #5c6675; }} @top-right {{ content: {head}; font-size: 7.8pt; color: #5c6675; }} "
            + "@bottom-center { content: counter(page) \" / \" counter(pages); font-size: 8pt; color: #5c6675; } }\n"
            + "@page :first { @top-left { content: \"\"; } @top-right { content: \"\"; } }\n";
    }

    /// <summary>A string of CSS: whatever is no plain letter or digit by its number.</summary>
    private static string Quoted(string words) =>
        '"'
        + string.Concat(
            words
                .EnumerateRunes()
                .Select(rune =>
                    Rune.IsLetterOrDigit(rune) ? rune.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\{rune.Value:X6}")
                )
        )
        + '"';
}
