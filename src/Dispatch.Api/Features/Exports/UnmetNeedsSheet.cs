using Dispatch.Api.Features.Reports;
using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Exports;

/// <summary>Unmet needs as a table: a line for each skill, place and month.</summary>
internal static class UnmetNeedsSheet
{
    private static readonly Column[] Columns =
    [
        .. FigureCells.Period,
        new("skill", new Text("技能代码", "Skill code"), CellKind.Text, 16),
        new("skill_name", new Text("技能", "Skill"), CellKind.Text, 18),
        new("place", new Text("求助地代码", "Place code"), CellKind.Text, 12),
        new("place_name", new Text("求助地", "Place"), CellKind.Text, 18),
        new("month", new Text("月份", "Month"), CellKind.Text, 10),
        new("unmet", new Text("无法满足（件）", "Given up (requests)"), CellKind.Whole, 12),
        new("waiting", new Text("待裁定（件）", "Waiting (requests)"), CellKind.Whole, 12),
        new("teams", new Text("现有此技能的队伍", "Teams with the skill today"), CellKind.Whole, 14),
        new("requests", new Text("求助记录（最早的五十件）", "Requests (the oldest fifty)"), CellKind.Text, 60),
        FigureCells.Synthetic,
    ];

    public static Sheet Of(UnmetNeedsView needs, Language language) =>
        new(
            new Text("未满足的需求", "Unmet needs"),
            FigureCells.FileName("unmet-needs", needs.Region, needs.Period.From, needs.Period.To),
            Columns,
            needs
                .Needs.Select(need =>
                    (object?[])
                        [
                            .. FigureCells.Of(needs.Period, needs.Region),
                            need.Skill,
                            need.SkillName.In(language),
                            need.Region,
                            need.RegionName,
                            need.Month,
                            (long)need.Unmet,
                            (long)need.Waiting,
                            need.Teams,
                            string.Join(' ', need.Requests),
                            FigureCells.Of(needs.Synthetic),
                        ]
                )
                .ToAsyncEnumerable()
        );
}
