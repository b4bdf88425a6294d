using System.Globalization;
using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Imports;

/// <summary>A column of a template.</summary>
/// <param name="Key">The heading in English, and the member of a line of NDJSON.</param>
/// <param name="Zh">The heading in Chinese.</param>
/// <param name="Pointer">Where the rules of the commands find what stands in it.</param>
internal sealed record ImportColumn(string Key, string Zh, bool Required = false, string? Pointer = null, bool IsTime = false);

/// <summary>The columns of every kind of file.</summary>
internal static class ImportColumns
{
    /// <summary>Behind the heading of a column that must not be empty; reading passes over it.</summary>
    public const char RequiredMark = '*';

    /// <summary>The headings of what is wrong with a file, for readers of either language.</summary>
    public static readonly IReadOnlyList<string> OfProblems = ["文件 file", "行 row", "列", "column", "code", "原因", "reason"];

    private static readonly ImportColumn Source = new("source", "来源系统", Required: true, "#/externalRef/source");
    private static readonly ImportColumn Number = new("number", "外部编号", Required: true, "#/externalRef/number");

    private static readonly ImportColumn[] Call =
    [
        new("requesterKind", "求助人类型", Required: true, "#/requester/kind"),
        new("name", "求助人", Required: true, "#/requester/name"),
        new("phone", "电话", false, "#/requester/phone"),
        new("creditCode", "统一社会信用代码", false, "#/requester/creditCode"),
        new("contact", "联系人", false, "#/requester/contact"),
        new("text", "求助内容", Required: true, "#/text"),
        new("regionCode", "行政区划代码", false, "#/location"),
        new("address", "地址", false, "#/location/address"),
        new("lat", "纬度", false, "#/location/lat"),
        new("lng", "经度", false, "#/location/lng"),
        new("crs", "坐标系", false, "#/location/crs"),
        new("skills", "技能", false, "#/skills"),
        new("urgency", "紧急程度", false, "#/urgency"),
        new("form", "服务形式", false, "#/form"),
        new("channel", "受理渠道", false, "#/channel"),
    ];

    private static readonly Dictionary<ImportKind, ImportColumn[]> All = new()
    {
        [ImportKind.Requests] = [Source, Number, .. Call],
        [ImportKind.Teams] =
        [
            Source,
            Number,
            new("code", "队伍编号", false, "#/code"),
            new("name", "队伍名称", Required: true, "#/name"),
            new("kind", "队伍类型", Required: true, "#/kind"),
            new("regionCode", "行政区划代码", Required: true, "#/regionCode"),
            new("size", "人数", Required: true, "#/size"),
            new("capacity", "同时承接数", false, "#/capacity"),
            new("hostOrganisation", "主办单位", false, "#/hostOrganisation"),
            new("lat", "纬度", false, "#/bases"),
            new("lng", "经度", false, "#/bases"),
            new("crs", "坐标系"),
            new("serves", "服务区域", false, "#/serves"),
            new("radiusKm", "服务半径公里", false, "#/radiusKm"),
            new("forms", "服务形式", false, "#/forms"),
            new("skills", "技能", false, "#/skills"),
        ],
        [ImportKind.Members] =
        [
            Source,
            Number,
            new("team", "所属队伍", Required: true, "#/teamId"),
            new("name", "姓名", Required: true, "#/name"),
            new("leader", "是否队长", false, "#/leader"),
        ],
        [ImportKind.PastServices] =
        [
            Source,
            Number,
            .. Call,
            new("team", "服务队伍", Required: true),
            new("received", "受理时间", Required: true, IsTime: true),
            new("start", "服务开始", Required: true, IsTime: true),
            new("end", "服务结束", Required: true, IsTime: true),
            new("findings", "服务情况", Required: true, "#/findings"),
            new("minutes", "服务分钟", false, "#/minutes"),
            new("personTimes", "服务人次", false, "#/personTimes"),
            new("members", "参加队员", false, "#/attended"),
            new("problems", "问题与结果", false, "#/problems"),
            new("trainingTopic", "培训主题", false, "#/trainings/0/topic"),
            new("trainingSessions", "培训场次", false, "#/trainings/0/sessions"),
            new("trainingAttendances", "培训人次", false, "#/trainings/0/attendances"),
            new("trainingPeople", "培训人数", false, "#/trainings/0/people"),
            new("trainingHours", "培训学时", false, "#/trainings/0/hours"),
            new("benefitKind", "效益类别", false, "#/benefits/0/kind"),
            new("benefitYuan", "效益金额元", false, "#/benefits/0/amountFen"),
            new("benefitBasis", "效益依据", false, "#/benefits/0/basis"),
            new("result", "办理结果", Required: true, "#/result"),
            new("summary", "结果说明", Required: true, "#/summary"),
            new("confirmed", "求助人确认", false),
            new("rating", "满意度", false, "#/rating"),
            new("closed", "办结时间", false, IsTime: true),
        ],
        [ImportKind.PublishedFigures] =
        [
            new("code", "编号", Required: true),
            new("document", "来源文件", Required: true),
            new("indicator", "指标", Required: true),
            new("value", "数值", Required: true),
            new("qualifier", "限定", Required: true),
            new("unit", "单位", Required: true),
            new("what", "说明", Required: true),
            new("period", "时期", Required: true),
            new("kind", "类别", Required: true),
            new("regionCode", "行政区划代码"),
            new("containedIn", "包含于"),
        ],
    };

    public static IReadOnlyList<ImportColumn> Of(ImportKind kind) => All[kind];

    /// <summary>By its heading, in either language; null: there is no such column.</summary>
    public static ImportColumn? Find(ImportKind kind, string heading)
    {
        var name = heading.Trim().TrimEnd(RequiredMark).Trim();
        return Array.Find(
            All[kind],
            column =>
                column.Zh == name
                || string.Equals(column.Key, name.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)
        );
    }

    /// <summary>The column a rule speaks of, by the longest pointer that leads there.</summary>
    public static string? At(ImportKind kind, string pointer) =>
        All[kind]
            .Where(column => column.Pointer is { } own && (pointer == own || pointer.StartsWith(own + "/", StringComparison.Ordinal)))
            .MaxBy(column => column.Pointer!.Length)
            ?.Key;

    public static Text Headings(ImportKind kind) =>
        new(
            string.Join("、", All[kind].Select(column => column.Zh)),
            string.Join(", ", All[kind].Select(column => column.Key.ToString(CultureInfo.InvariantCulture)))
        );
}
