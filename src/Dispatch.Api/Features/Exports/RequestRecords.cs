using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Exports;

internal sealed partial class RecordSheets
{
    private const string FromRequests = "help_request";

    private const string RequestsInPeriod =
        "((help_request.created_at >= @from and help_request.created_at < @to) or (help_request.closed_at >= @from and help_request.closed_at < @to))";

    private Sheet Requests(RecordsAsked asked) =>
        new(
            new Text("求助", "Requests"),
            FileNameOf(asked),
            [
                .. RequestColumns,
                new("received_day", new Text("受理日期", "Day received"), CellKind.Date, 12),
                new("received_at", new Text("受理时间（北京时间）", "Received at (China time)"), CellKind.Instant, 20),
                .. PlaceColumns,
                new("state", new Text("状态", "State"), CellKind.Text, 12),
                new("requester_kind", new Text("求助者类别", "Kind of requester"), CellKind.Text),
                new("main_skill", new Text("主技能代码", "Main skill code"), CellKind.Text, 16),
                new("main_skill_name", new Text("主技能", "Main skill"), CellKind.Text, 18),
                new("urgency", new Text("紧急程度", "Urgency"), CellKind.Text, 10),
                new("form", new Text("服务形式", "Form"), CellKind.Text, 12),
                new("mode", new Text("服务方式", "Mode"), CellKind.Text),
                new("channel", new Text("渠道", "Channel"), CellKind.Text, 12),
                new("tier", new Text("层级", "Tier"), CellKind.Text, 12),
                new("accepted_at", new Text("接单时间（北京时间）", "Accepted at (China time)"), CellKind.Instant, 20),
                new("resolved_at", new Text("解决时间（北京时间）", "Resolved at (China time)"), CellKind.Instant, 20),
                new("closed_day", new Text("办结日期", "Day closed"), CellKind.Date, 12),
                new("closed_at", new Text("办结时间（北京时间）", "Closed at (China time)"), CellKind.Instant, 20),
                new("result", new Text("处理结果", "Result"), CellKind.Text, 12),
                new("outcome", new Text("求助者确认", "Confirmed by the requester"), CellKind.Text),
                new("rating", new Text("评分", "Rating"), CellKind.Whole, 8),
                new("cancel_reason", new Text("撤销原因", "Why cancelled"), CellKind.Text),
                new("reopened_times", new Text("重办次数", "Times reopened"), CellKind.Whole, 10),
            ],
            Cells(
                Read<RequestRecord>(
                    asked,
                    """
                    help_request.state, help_request.requester_kind, help_request.main_skill, help_request.urgency, help_request.form, help_request.mode,
                    help_request.channel, help_request.tier, help_request.accepted_at, help_request.resolved_at, help_request.closed_at, help_request.result,
                    help_request.outcome, help_request.cancel_reason, help_request.reopen_count,
                    (select rating from confirmation where confirmation.request_id = help_request.request_id order by position desc limit 1) as rating
                    """,
                    FromRequests,
                    RequestsInPeriod,
                    "help_request.created_at",
                    "help_request.request_id"
                ),
                row =>
                    [
                        .. RequestOf(row),
                        DayOf(row.RowAt),
                        row.RowAt,
                        .. PlaceOf(row),
                        row.State,
                        row.RequesterKind,
                        row.MainSkill,
                        SkillName(row.MainSkill),
                        row.Urgency,
                        row.Form,
                        row.Mode,
                        row.Channel,
                        row.Tier,
                        row.AcceptedAt,
                        row.ResolvedAt,
                        DayOf(row.ClosedAt),
                        row.ClosedAt,
                        row.Result,
                        row.Outcome,
                        (long?)row.Rating,
                        row.CancelReason,
                        (long)row.ReopenCount,
                    ]
            )
        );

    private sealed record RequestRecord : RecordRow
    {
        public string State { get; init; } = "";
        public string RequesterKind { get; init; } = "";
        public string? MainSkill { get; init; }
        public string Urgency { get; init; } = "";
        public string Form { get; init; } = "";
        public string Mode { get; init; } = "";
        public string Channel { get; init; } = "";
        public string Tier { get; init; } = "";
        public DateTimeOffset? AcceptedAt { get; init; }
        public DateTimeOffset? ResolvedAt { get; init; }
        public DateTimeOffset? ClosedAt { get; init; }
        public string? Result { get; init; }
        public string? Outcome { get; init; }
        public string? CancelReason { get; init; }
        public int ReopenCount { get; init; }
        public int? Rating { get; init; }
    }
}
