using Dispatch.Api.Features.Reports;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Outcomes;

namespace Dispatch.Api.Features.Exports;

/// <summary>The funnel as a table: of each step a line for those who reached it, one for those under way, and one for each reason why others went no further.</summary>
internal static class FunnelSheet
{
    private static readonly Column[] Columns =
    [
        .. FigureCells.Period,
        new("skill", new Text("技能代码", "Skill code"), CellKind.Text, 16),
        new("step", new Text("步骤代码", "Step"), CellKind.Text, 12),
        new("step_name", new Text("步骤", "Name of the step"), CellKind.Text, 14),
        new("what", new Text("计什么", "What is counted"), CellKind.Text, 12),
        new("reason", new Text("原因", "Reason"), CellKind.Text, 16),
        new("requests", new Text("求助件数", "Requests"), CellKind.Whole, 10),
        new("timed", new Text("有时长的件数", "Requests with a known wait"), CellKind.Whole, 12),
        new("p50_minutes", new Text("半数不超过（分钟）", "Half waited at most (minutes)"), CellKind.Whole, 16),
        new("p90_minutes", new Text("九成不超过（分钟）", "Nine of ten waited at most (minutes)"), CellKind.Whole, 16),
        FigureCells.Synthetic,
    ];

    public static Sheet Of(FunnelView funnel, Language language) =>
        new(
            new Text("流程漏斗", "Funnel"),
            FigureCells.FileName("funnel", funnel.Region, funnel.Period.From, funnel.Period.To),
            Columns,
            funnel.Steps.SelectMany(step => Lines(funnel, step, language)).ToAsyncEnumerable()
        );

    private static IEnumerable<object?[]> Lines(FunnelView funnel, FunnelStepView step, Language language)
    {
        yield return Line("reached", null, step.Requests, (long)step.Timed, step.P50Minutes, step.P90Minutes);
        yield return Line("under_way", null, step.UnderWay, null, null, null);
        foreach (var loss in step.Losses)
        {
            yield return Line("lost", loss.Reason, loss.Requests, null, null, null);
        }

        object?[] Line(string what, string? reason, int requests, long? timed, long? half, long? most) =>
            [
                .. FigureCells.Of(funnel.Period, funnel.Region),
                funnel.Skill,
                Words.Of(step.Step),
                NameOf(step.Step).In(language),
                what,
                reason,
                (long)requests,
                timed,
                half,
                most,
                FigureCells.Of(funnel.Synthetic),
            ];
    }

    private static Text NameOf(FunnelStep step) =>
        step switch
        {
            FunnelStep.Open => new("受理", "received"),
            FunnelStep.Offered => new("派单", "offered"),
            FunnelStep.Accepted => new("接单", "accepted"),
            FunnelStep.Visited => new("服务", "visited"),
            FunnelStep.Resolved => new("解决", "resolved"),
            _ => new("确认", "confirmed"),
        };
}
