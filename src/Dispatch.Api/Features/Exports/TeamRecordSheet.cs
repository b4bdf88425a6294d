using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Exports;

/// <summary>The record of a team as a table, a line for each thing: what it is credited with, how it answered, what was said of it.</summary>
internal static class TeamRecordSheet
{
    private static readonly Column[] Columns =
    [
        new("from", new Text("起始日期", "From"), CellKind.Date, 12),
        new("to", new Text("截止日期", "To"), CellKind.Date, 12),
        new("team_id", new Text("服务队编号（系统）", "Team id"), CellKind.Text, 38),
        new("team_name", new Text("服务队", "Team"), CellKind.Text, 24),
        new("part", new Text("部分", "Part"), CellKind.Text, 12),
        new("item", new Text("项目代码", "Item"), CellKind.Text, 34),
        new("item_name", new Text("项目", "Name of the item"), CellKind.Text, 24),
        new("value", new Text("数值", "Value"), CellKind.Number, 16),
        new("unit", new Text("单位", "Unit"), CellKind.Text, 14),
        new("definition", new Text("定义", "Definition"), CellKind.Link, 40),
        new("records", new Text("所依据的记录", "Records behind it"), CellKind.Link, 80),
        FigureCells.Synthetic,
    ];

    public static Sheet Of(TeamRecordView record, Catalogue catalogue, Language language)
    {
        return new Sheet(
            new Text("服务队记录", "Record of a team"),
            FigureCells.FileName("team-record", record.TeamId.ToString("D"), record.Period.From, record.Period.To),
            Columns,
            record.Figures.Select(Figure).Concat(Answers(record)).Concat(Said(record.Words)).Select(Row).ToAsyncEnumerable()
        );

        Item Figure(FigureView figure)
        {
            var entry = catalogue.Indicators[figure.Indicator];
            return new Item(
                "figures",
                figure.Indicator,
                new Text(entry.Zh, entry.En),
                figure.Value,
                figure.Unit,
                figure.Definition,
                figure.Records
            );
        }

        object?[] Row(Item item) =>
            [
                record.Period.From,
                record.Period.To,
                record.TeamId.ToString("D"),
                record.Name,
                item.Part,
                item.Code,
                item.Name.In(language),
                item.Value,
                item.Unit,
                item.Definition,
                item.Records,
                FigureCells.Of(record.Synthetic),
            ];
    }

    private static IEnumerable<Item> Answers(TeamRecordView record)
    {
        var answers = record.Answers;
        return
        [
            new Item("figures", "helpers", new Text("参加的队员", "Members who took part"), record.Helpers, "persons"),
            Offers("offers", new Text("收到的派单", "Offers received"), answers.Offers),
            Offers("accepted", new Text("接单", "Accepted"), answers.Accepted),
            Offers("declined", new Text("谢绝", "Declined"), answers.Declined),
            Offers("expired", new Text("逾期未答", "Not answered in time"), answers.Expired),
            Offers("withdrawn", new Text("被撤回", "Withdrawn"), answers.Withdrawn),
            .. answers.Declines.Select(decline =>
                Offers("declines_" + Words.Of(decline.Reason), new Text("谢绝原因", "Reason of declining"), decline.Offers)
            ),
            new Item(
                "answers",
                "p50_minutes",
                new Text("半数答复不超过", "Half of the answers took at most"),
                answers.P50Minutes,
                "minutes"
            ),
            new Item(
                "answers",
                "p90_minutes",
                new Text("九成答复不超过", "Nine of ten answers took at most"),
                answers.P90Minutes,
                "minutes"
            ),
        ];
    }

    private static IEnumerable<Item> Said(WordsView words) =>
        [
            Requests("completed", new Text("主办完成", "Completed as lead"), words.Completed),
            Requests("confirmed", new Text("确认解决", "Confirmed as solved"), words.Confirmed),
            Requests("denied", new Text("被否认", "Denied"), words.Denied),
            Requests("not_confirmed", new Text("未经确认", "Not confirmed"), words.NotConfirmed),
            new Item("words", "confirmed_rate", new Text("确认解决率", "Share confirmed"), 100 * words.ConfirmedRate, "percent"),
            .. words.Ratings.Select(rating => new Item(
                "words",
                "rating_" + rating.Rating,
                new Text($"{rating.Rating} 星", $"{rating.Rating} of five stars"),
                rating.Times,
                "times"
            )),
        ];

    private static Item Offers(string code, Text name, int offers) => new("answers", code, name, offers, "offers");

    private static Item Requests(string code, Text name, int requests) => new("words", code, name, requests, "requests");

    private sealed record Item(
        string Part,
        string Code,
        Text Name,
        decimal? Value,
        string Unit,
        string? Definition = null,
        string? Records = null
    );
}
