using System.Globalization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Features.Visits;
using Dispatch.Domain.Outcomes;
using Dispatch.Domain.Requests;
using FluentValidation;

namespace Dispatch.Api.Features.Imports;

/// <summary>Rows of services that were done before the site was there: each becomes a request in its final state with one visit and what it brought.</summary>
internal sealed class PastServiceRows(
    Submission submission,
    PastServices past,
    NamedTeams named,
    TeamStore teams,
    IValidator<SubmitRequest> callRules,
    IValidator<CompleteVisit> reportRules,
    IValidator<ResolveRequest> resultRules,
    IValidator<ConfirmRequest> wordRules,
    Catalogue catalogue,
    TimeProvider clock
) : IRowTaker
{
    private const int FenOfYuan = 100;
    private static readonly string[] Needed = ["received", "start", "end"];
    private static readonly char[] InCell = ['|', '｜'];

    public ImportKind Kind => ImportKind.PastServices;

    public async Task<bool> Take(FileRow row)
    {
        var cells = new Cells(Kind, row);
        var call = Calls.Of(cells, catalogue);
        var (received, start, end, closed) = Times(cells);
        var report = Report(cells, start, end);
        var result = new ResolveRequest(cells.RequiredWord<ResolutionResult>("result"), cells.Required("summary"));
        var solved = cells.YesNo("confirmed");
        var rating = cells.Whole("rating");
        if (rating is not null && solved is null)
        {
            cells.Wrong(
                "rating",
                "rating_without_word",
                "未填“求助人确认”时不能填满意度。",
                "There is no rating without the requester's word."
            );
        }

        cells.Judge(callRules, call);
        cells.Judge(reportRules, report);
        cells.Judge(resultRules, result);
        cells.Judge(wordRules, new ConfirmRequest(solved ?? true, rating));
        cells.RefuseIfWrong();
        if (await submission.Known(call.ExternalRef!) is not null)
        {
            return false;
        }

        var source = call.ExternalRef!.Source;
        var team = await named.Find(cells, source);
        var attended = await Attended(cells, source, report.Minutes);
        await past.Write(
            new PastService(call, team, received, start, end, closed, report with { Attended = attended }, result, solved, rating)
        );
        return true;
    }

    private (DateTimeOffset Received, DateTimeOffset Start, DateTimeOffset End, DateTimeOffset Closed) Times(Cells cells)
    {
        foreach (var key in Needed.Where(key => !cells.Has(key)))
        {
            cells.Required(key);
        }

        var (received, start, end) = (cells.Moment("received"), cells.Moment("start"), cells.Moment("end"));
        var closed = cells.Moment("closed") ?? end;
        if (received > start)
        {
            cells.Wrong("received", "window_reversed", "受理时间不能晚于服务开始。", "It cannot be received after the service began.");
        }

        if (start >= end)
        {
            cells.Wrong("end", "window_reversed", "结束时间须晚于开始时间。", "The end must be later than the start.");
        }

        if (closed < end)
        {
            cells.Wrong("closed", "window_reversed", "办结时间不能早于服务结束。", "It cannot be closed before the service ended.");
        }

        if (closed > clock.GetUtcNow())
        {
            cells.Wrong(cells.Has("closed") ? "closed" : "end", "not_past", "须为已经过去的时间。", "It must lie in the past.");
        }

        return (received ?? default, start ?? default, end ?? default, closed ?? default);
    }

    private static CompleteVisit Report(Cells cells, DateTimeOffset start, DateTimeOffset end) =>
        new(
            cells.Required("findings"),
            cells.Whole("minutes") ?? (int)Math.Max(1, (end - start).TotalMinutes),
            PersonTimes: cells.Whole("personTimes"),
            Problems: [.. cells.List("problems").Select(cell => Problem(cells, cell))],
            Trainings: Trainings(cells),
            Benefits: Benefits(cells)
        );

    private static ProblemBody Problem(Cells cells, string cell)
    {
        var parts = cell.Split(InCell);
        if (parts.Length == 2 && Cells.WordOf<ResolutionResult>(parts[1].Trim()) is { } result)
        {
            return new ProblemBody(result, Title: parts[0].Trim());
        }

        cells.Wrong(
            "problems",
            "wrong_type",
            "每个问题写作“标题|结果”，结果为 已解决、部分解决、未解决 或 已转介，多个用分号隔开。",
            "A problem is written as title|result, with solved, partly, not_solved or referred; several are separated by semicolons."
        );
        return new ProblemBody(ResolutionResult.Solved, Title: cell);
    }

    private static IReadOnlyList<TrainingBody> Trainings(Cells cells) =>
        cells.Has("trainingTopic", "trainingSessions", "trainingAttendances", "trainingPeople", "trainingHours")
            ?
            [
                new TrainingBody(
                    cells.Required("trainingTopic"),
                    cells.Whole("trainingSessions") ?? 1,
                    cells.Whole("trainingAttendances") ?? 0,
                    cells.Number("trainingHours") ?? 0,
                    People: cells.Whole("trainingPeople")
                ),
            ]
            : [];

    private static IReadOnlyList<BenefitBody> Benefits(Cells cells) =>
        cells.Has("benefitKind", "benefitYuan", "benefitBasis")
            ? [new BenefitBody(cells.RequiredWord<BenefitKind>("benefitKind"), Fen(cells), cells.Required("benefitBasis"))]
            : [];

    private static long Fen(Cells cells)
    {
        if (cells.Exact("benefitYuan") is not { } yuan)
        {
            if (!cells.Has("benefitYuan"))
            {
                cells.Required("benefitYuan");
            }

            return 1;
        }

        var fen = yuan * FenOfYuan;
        if (fen == decimal.Truncate(fen) && Math.Abs(fen) < long.MaxValue)
        {
            return (long)fen;
        }

        cells.Wrong("benefitYuan", "wrong_type", "金额精确到分。", "An amount is exact to the fen.");
        return 1;
    }

    // number:minutes; without minutes as long as the service.
    private async Task<IReadOnlyList<AttendedBody>> Attended(Cells cells, string source, int minutes)
    {
        var attended = new List<AttendedBody>();
        foreach (var cell in cells.List("members"))
        {
            var parts = cell.Split(':', '：');
            var own = minutes;
            var member = await teams.FindExternalMember(source, parts[0].Trim());
            if (member is null)
            {
                cells.Wrong(
                    "members",
                    "member_unknown",
                    "有队员的外部编号不认识，请先导入队员。",
                    "The number of a member is not known. Import the members first."
                );
            }
            else if (parts.Length > 1 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out own))
            {
                cells.Wrong(
                    "members",
                    "wrong_type",
                    "队员写作“编号”或“编号:分钟”。",
                    "A member is written as a number, or as number:minutes."
                );
            }
            else
            {
                attended.Add(new AttendedBody(member.Value, own));
            }
        }

        cells.Judge(reportRules, new CompleteVisit("-", minutes, attended));
        cells.RefuseIfWrong();
        return attended;
    }
}
