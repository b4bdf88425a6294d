using System.Globalization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Visits;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Outcomes;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Generating;

/// <summary>What the lives of a year have in common.</summary>
/// <param name="Days">The working days of the year.</param>
/// <param name="Readings">What the service makes of a text, read once.</param>
internal sealed record YearStage(
    PlacedScenario Scenario,
    ScenarioTeams Teams,
    WorkingCalendar Calendar,
    IReadOnlyList<DateOnly> Days,
    Func<string, ReadText> Readings
);

/// <summary>
/// One made-up request from its first word to its last: asked, dispatched, declined by some and accepted by one, visited once or again, resolved, confirmed or
/// not. What it brings is planned; what may be written is decided by the rules of the service.
/// </summary>
internal sealed class RequestLife(YearStage year, Stage stage, PlannedRequest planned, Random chance)
{
    // Two in a tier, and the next has the skill too; above the province there is nobody.
    private const int MostDeclines = 2;
    private const int LeastLag = 2;

    private static readonly (VisitForm Form, double Weight)[] Forms =
    [
        (VisitForm.OnSite, 80),
        (VisitForm.Remote, 9),
        (VisitForm.Consultation, 5),
        (VisitForm.Lecture, 6),
    ];
    private static readonly (Urgency Urgency, double Weight)[] Urgencies =
    [
        (Urgency.Normal, 75),
        (Urgency.Low, 9),
        (Urgency.High, 13),
        (Urgency.Emergency, 3),
    ];
    private static readonly (RequesterKind Kind, double Weight)[] Kinds =
    [
        (RequesterKind.Enterprise, 46),
        (RequesterKind.Farmer, 22),
        (RequesterKind.Cooperative, 14),
        (RequesterKind.Village, 8),
        (RequesterKind.School, 4),
        (RequesterKind.Worker, 6),
    ];
    private static readonly (DeclineReason Reason, double Weight)[] Declines =
    [
        (DeclineReason.TooBusy, 50),
        (DeclineReason.TooFar, 20),
        (DeclineReason.NoSkill, 14),
        (DeclineReason.Conflict, 6),
        (DeclineReason.Other, 10),
    ];
    private static readonly (int Rating, double Weight)[] Ratings = [(5, 60), (4, 26), (3, 9), (2, 3), (1, 2)];
    private static readonly (CancelReason Reason, double Weight)[] Endings =
    [
        (CancelReason.Unmet, 34),
        (CancelReason.Withdrawn, 24),
        (CancelReason.Referred, 14),
        (CancelReason.Rejected, 12),
        (CancelReason.Duplicate, 16),
    ];

    private readonly ScenarioCity city = year.Scenario.Cities[planned.City];
    private Guid id;
    private DateTimeOffset now;
    private Urgency urgency;
    private VisitForm form;
    private Caller requester = Caller.Anonymous;
    private Channel channel;

    private Caller Officer => new($"synthetic-officer-{city.Place.Code}", Role.Officer, city.Place.Code);

    private bool IsEmergency => urgency == Urgency.Emergency;

    public Task Play() => planned.Services.Count == 0 ? ComeToNothing() : Serve();

    private async Task Serve()
    {
        var services = planned.Services;
        var trade = year.Scenario.Served[services[0].Trade];
        urgency = Drawn(Urgencies);
        form = services[0].TrainedPersonTimes > 0 && chance.NextDouble() < 0.4 ? VisitForm.Training : Drawn(Forms);
        var shared = services[0].PersonTimes > 1 && !IsEmergency && chance.NextDouble() < 0.3;
        var reopened = services.Count > 1 && chance.NextDouble() < 0.2;
        var mostDeclines = trade.Lowest == Tier.Province ? 1 : MostDeclines;
        var declines = IsEmergency || shared ? 0 : Enumerable.Range(0, mostDeclines).TakeWhile(_ => chance.NextDouble() < 0.14).Count();
        var silent = IsEmergency || shared || declines > 0 ? false : chance.NextDouble() < 0.05;
        var days = DaysOf(services.Count);
        await Ask(trade, AskedAt(days[0], silent));
        await Dispatch();
        var team = await Answered(declines, silent, VisitAt(days[0]));
        var support = shared ? await Support(trade, team, VisitAt(days[0])) : null;
        Guid? followed = null;
        for (var at = 0; at < services.Count; at++)
        {
            var last = at == services.Count - 1;
            if (at > 0)
            {
                if (reopened && last)
                {
                    await Resolve(team, ResolutionResult.Solved);
                    await Reopen();
                    team = await Answered(0, silent: false, VisitAt(days[at]));
                }
                else
                {
                    await Do(Leader(team), Soon(), new BookVisit(VisitAt(days[at]), EndOf(VisitAt(days[at]))) { RequestId = id });
                }
            }

            // What is looked at again is named by the next visit; of the last word on it alone anything counts.
            var seen =
                last ? (ResolutionResult?)null
                : reopened && at == services.Count - 2 ? ResolutionResult.Solved
                : ResolutionResult.Partly;
            followed = await Visit(trade, team, services[at], days[at], at == 0 ? support : null, followed, last ? null : seen);
        }

        var result = Drawn([
            (ResolutionResult.Solved, 89),
            (ResolutionResult.Partly, 7),
            (ResolutionResult.NotSolved, 2),
            (ResolutionResult.Referred, 2),
        ]);
        await Resolve(team, result);
        await Close(result);
    }

    private async Task ComeToNothing()
    {
        var reason = Drawn(Endings);
        var trades = reason == CancelReason.Unmet ? year.Scenario.Unmet : year.Scenario.Served;
        var trade = trades[chance.Next(trades.Count)];
        (urgency, form) = (Urgency.Normal, Drawn(Forms));
        await Ask(trade, At(DaysOf(1)[0], 8 * 60 + 30, 6 * 60));
        if (reason == CancelReason.Unmet || (reason == CancelReason.Withdrawn && chance.NextDouble() < 0.5))
        {
            await Dispatch();
        }

        var first = id;
        if (reason == CancelReason.Duplicate)
        {
            await Ask(trade, After(5, 300));
            await Do(Officer, After(10, 200), new CancelRequest(CancelReason.Duplicate, first) { RequestId = id });
            (id, reason) = (first, CancelReason.Withdrawn);
        }

        await Do(Officer, After(30, 900), new CancelRequest(reason) { RequestId = id });
    }

    private async Task Ask(ScenarioTrade trade, DateTimeOffset at)
    {
        var place = city.Counties.Count == 0 ? city.Place : city.Counties[chance.Next(city.Counties.Count)];
        var number = planned.Ordinal.ToString("D7", CultureInfo.InvariantCulture);
        var kind = Drawn(Kinds);
        var byItself = chance.NextDouble() < 0.45;
        requester = byItself ? new Caller($"synthetic-requester-{number}", Role.Requester) : Officer;
        channel = byItself
            ? chance.NextDouble() < 0.5
                ? Channel.MiniProgram
                : Channel.Web
            : chance.NextDouble() < 0.7
                ? Channel.Phone
                : Channel.Hotline;
        now = at;
        var view = await stage.Do(
            requester,
            now,
            new SubmitRequest(
                new RequesterBody(kind, $"模拟求助人{number}"),
                trade.Text,
                new LocationBody(place.Code),
                [new SkillBody(trade.Skill)],
                Urgency: urgency,
                Form: form,
                Mode: form is VisitForm.Training or VisitForm.Lecture ? ServiceMode.OneToMany : ServiceMode.OneToOne,
                Channel: channel
            )
            {
                Read = year.Readings(trade.Text),
            }
        );
        id = view.Id;
    }

    private async Task Dispatch()
    {
        var at = IsEmergency ? now.AddMinutes(chance.Next(2, 8)) : After(8, 110);
        await stage.Elapse(id, at);
        // A desk that waits too long is left by itself.
        if ((await Pending()).Count == 0)
        {
            await Do(Officer, at, new DispatchRequest { RequestId = id });
        }

        now = at;
    }

    /// <summary>Some decline, some say nothing, one accepts and books its visit.</summary>
    private async Task<Guid> Answered(int declines, bool silent, DateTimeOffset visit)
    {
        for (; declines > 0; declines--)
        {
            var declined = await Asked();
            var reason = Drawn(Declines);
            var note = reason == DeclineReason.Other ? "本周设备检修，人手不够。" : null;
            await Do(Leader(declined.TeamId), After(10, 120), new DeclineOffer(reason, note) { OfferId = declined.OfferId });
        }

        if (silent)
        {
            var unanswered = await Asked();
            now = unanswered.AnswerDueAt;
            await stage.Elapse(id, now);
        }

        var offer = await Asked();
        var at = IsEmergency ? now.AddMinutes(chance.Next(2, 10)) : Earlier(After(10, 180), offer.AnswerDueAt.AddMinutes(-1));
        await Do(Leader(offer.TeamId), at, new AcceptOffer(visit, EndOf(visit)) { OfferId = offer.OfferId });
        return offer.TeamId;
    }

    private async Task<Guid?> Support(ScenarioTrade trade, Guid team, DateTimeOffset visit)
    {
        var beside = year.Teams.Beside(team).Id;
        await Do(Officer, Soon(), new OfferSupport(beside, [new SkillBody(trade.Skill)]) { RequestId = id });
        var offer = await Asked();
        await Do(Leader(beside), Soon(), new AcceptOffer(visit, EndOf(visit)) { OfferId = offer.OfferId });
        return beside;
    }

    /// <returns>The problem to be looked at again.</returns>
    private async Task<Guid?> Visit(
        ScenarioTrade trade,
        Guid team,
        Planned service,
        DateOnly day,
        Guid? support,
        Guid? followed,
        ResolutionResult? seenAs
    )
    {
        var start = VisitAt(day);
        if (support is null && followed is null && form == VisitForm.OnSite && chance.NextDouble() < 0.03)
        {
            await Do(
                Leader(team),
                start.AddMinutes(20),
                new MissVisit(MissedBy.Requester, "联系不上求助人。") { VisitId = await VisitOf(team) }
            );
            start = At(day, 14 * 60, 1);
            await Do(Leader(team), now.AddMinutes(15), new BookVisit(start, EndOf(start)) { RequestId = id });
        }

        var minutes = chance.Next(50, 140);
        var visit = await VisitOf(team);
        var others = support is { } beside ? (Team: beside, Visit: await VisitOf(beside)) : ((Guid Team, Guid Visit)?)null;
        await Begin(team, visit, start);
        if (others is { } come)
        {
            await Begin(come.Team, come.Visit, start);
        }

        var helping = others is null ? 0 : chance.Next(1, (service.PersonTimes / 2) + 1);
        var again = trade.Problems[chance.Next(trade.Problems.Count)] + "，需复查";
        var report = Report(
            trade,
            service,
            team,
            service.PersonTimes - helping,
            minutes,
            followed,
            seenAs is null ? null : (again, seenAs.Value)
        );
        var view = await Do(Leader(team), start.AddMinutes(minutes), report with { VisitId = visit });
        if (others is { } helped)
        {
            await Do(
                Leader(helped.Team),
                start.AddMinutes(minutes + 10),
                new CompleteVisit("协助主办队伍完成服务。", minutes, Attended(helped.Team, helping, minutes)) { VisitId = helped.Visit }
            );
        }

        // What was looked at again now may go by the same words.
        return seenAs is null ? null : view.Problems.First(problem => problem.Title == again && problem.ProblemId != followed).ProblemId;
    }

    private async Task Begin(Guid team, Guid visit, DateTimeOffset start)
    {
        if (form == VisitForm.OnSite)
        {
            await Do(Leader(team), start.AddMinutes(-chance.Next(15, 28)), new DepartForVisit { VisitId = visit });
        }

        await Do(Leader(team), start, new BeginVisit { VisitId = visit });
    }

    private CompleteVisit Report(
        ScenarioTrade trade,
        Planned service,
        Guid team,
        int attended,
        int minutes,
        Guid? followed,
        (string Title, ResolutionResult Result)? again
    )
    {
        List<ProblemBody> problems = [];
        if (followed is { } named)
        {
            problems.Add(new ProblemBody(service.ProblemsSolved > 0 ? ResolutionResult.Solved : ResolutionResult.Partly, named));
        }

        for (var at = followed is null ? 0 : 1; at < service.ProblemsSolved; at++)
        {
            problems.Add(new ProblemBody(ResolutionResult.Solved, Title: trade.Problems[at % trade.Problems.Count], Skill: trade.Skill));
        }

        if (chance.NextDouble() < 0.1)
        {
            var open = Drawn([(ResolutionResult.NotSolved, 5), (ResolutionResult.Partly, 3), (ResolutionResult.Referred, 2)]);
            problems.Add(new ProblemBody(open, Title: trade.Problems[0] + "，条件不具备", Skill: trade.Skill));
        }

        if (again is { } seen)
        {
            problems.Add(new ProblemBody(seen.Result, Title: seen.Title, Skill: trade.Skill));
        }

        return new CompleteVisit(
            "现场查看、分析原因并处理，已向求助人说明。",
            minutes,
            Attended(team, attended, minutes),
            Problems: problems,
            Trainings: Trainings(trade, service.TrainedPersonTimes),
            Benefits: Benefits(trade, service.BenefitFen),
            Results: chance.NextDouble() < 0.01 ? [new AchievementBody(AchievementKind.Method, "操作法一项")] : []
        );
    }

    private List<AttendedBody> Attended(Guid team, int people, int minutes)
    {
        var members = year.Teams[team].Members;
        var first = chance.Next(members.Count);
        return [.. Enumerable.Range(first, people).Select(at => new AttendedBody(members[at % members.Count].Id, minutes))];
    }

    private List<TrainingBody> Trainings(ScenarioTrade trade, int trained)
    {
        if (trained == 0)
        {
            return [];
        }

        var sessions = Math.Min(100, 1 + (trained / 80));
        var people = (int)Math.Ceiling(trained * (0.7 + (0.3 * chance.NextDouble())));
        return [new TrainingBody("现场培训", sessions, trained, sessions * 2, trade.Skill, people)];
    }

    // What does not count as economic benefit stands there too now and then, and changes no total.
    private List<BenefitBody> Benefits(ScenarioTrade trade, long fen)
    {
        List<BenefitBody> benefits = [];
        if (fen > 0)
        {
            var kind =
                trade.Skill.StartsWith("agr-", StringComparison.Ordinal) ? BenefitKind.IncomeGain
                : chance.NextDouble() < 0.6 ? BenefitKind.NewValue
                : BenefitKind.CostSaved;
            benefits.Add(new BenefitBody(kind, fen, "按减少损耗和增加产量估算（模拟）。"));
        }

        if (chance.NextDouble() < 0.03)
        {
            var kind = Drawn([(BenefitKind.Sales, 1), (BenefitKind.Output, 1), (BenefitKind.FeeDeferred, 1), (BenefitKind.Donation, 1)]);
            benefits.Add(new BenefitBody(kind, 100 * chance.Next(1_000, 500_000), "当事人说明（模拟）。"));
        }

        return benefits;
    }

    private Task Resolve(Guid team, ResolutionResult result) =>
        Do(Leader(team), Soon(), new ResolveRequest(result, "已处理并说明注意事项。") { RequestId = id });

    /// <summary>Not solved after all: it goes back to the same team.</summary>
    private async Task Reopen()
    {
        await Do(Speaker(), Soon(), new ConfirmRequest(Solved: false, Rating: 3, Comment: "问题又出现了。") { RequestId = id });
        await Do(Officer, Soon(), new DispatchRequest { RequestId = id });
    }

    private async Task Close(ResolutionResult result)
    {
        if (chance.NextDouble() < 0.12)
        {
            // Nobody says anything.
            await stage.Elapse(id, now.AddDays(30));
            return;
        }

        var solved = result == ResolutionResult.Solved || chance.NextDouble() < 0.4;
        int? rating = chance.NextDouble() < 0.9 ? Drawn(Ratings) : null;
        await Do(Speaker(), After(30, 1_500), new ConfirmRequest(solved, rating, LeaveIt: !solved) { RequestId = id });
    }

    // Who asked himself speaks for himself, or is called back.
    private Caller Speaker() => requester.Role == Role.Requester && chance.NextDouble() < 0.7 ? requester : Officer;

    private Caller Leader(Guid team) => new($"synthetic-leader-{year.Teams[team].Code}", Role.Leader, TeamId: team);

    private async Task<T> Do<T>(Caller caller, DateTimeOffset at, Http.ICommand<T> command)
    {
        now = at > now ? at : now.AddMinutes(1);
        await stage.Elapse(id, now);
        return await stage.Do(caller, now, command);
    }

    private async Task<PendingRow> Asked()
    {
        var pending = await Pending();
        return pending.Count > 0 ? pending[chance.Next(pending.Count)] : throw await Stuck();
    }

    private async Task<InvalidOperationException> Stuck()
    {
        var told = await stage.List<ToldRow>(
            "select action, to_state, reason from timeline where request_id = @id order by seq",
            new { id }
        );
        var history = string.Join("; ", told.Select(row => $"{row.Action} {row.ToState} {row.Reason}"));
        return new InvalidOperationException($"Nobody is asked for request {planned.Ordinal} of the year ({urgency}, {form}): {history}");
    }

    private Task<IReadOnlyList<PendingRow>> Pending() =>
        stage.List<PendingRow>(
            "select offer_id, team_id, answer_due_at from offer where request_id = @id and state = 'pending' order by score desc, team_id",
            new { id }
        );

    private async Task<Guid> VisitOf(Guid team) =>
        (
            await stage.List<VisitIdRow>(
                "select visit_id from visit where request_id = @id and team_id = @team and state = 'scheduled'",
                new { id, team }
            )
        )
            .Single()
            .VisitId;

    private DateOnly[] DaysOf(int count)
    {
        // Before the first of the year there is time to ask.
        var days = year
            .Days.Select((day, at) => (day, at))
            .Where(pair => pair.day.Month == planned.Month && pair.at > LeastLag + 1)
            .ToArray();
        var drawn = days.Select(pair => pair.day).ToArray();
        chance.Shuffle(drawn);
        return [.. drawn.Take(count).Order()];
    }

    private DateTimeOffset AskedAt(DateOnly visited, bool silent)
    {
        var at = year.Days.Count - 1;
        while (year.Days[at] > visited)
        {
            at--;
        }

        var lag = IsEmergency ? 0 : Math.Min(at, LeastLag + (silent ? 1 : 0) + chance.Next(5));
        return IsEmergency ? At(visited, 8 * 60, 20) : At(year.Days[at - lag], (8 * 60) + 30, 150);
    }

    // The same whenever it is asked for: a request is visited at its own time of day.
    private DateTimeOffset VisitAt(DateOnly day) => At(day, (9 * 60) + 30 + (int)(planned.Ordinal * 37 % 180), 1);

    private static DateTimeOffset EndOf(DateTimeOffset start) => start.AddMinutes(120);

    private DateTimeOffset At(DateOnly day, int minute, int within) =>
        ShanghaiTime.At(day, TimeOnly.MinValue.AddMinutes(minute + chance.Next(within)));

    private DateTimeOffset Soon() => now.AddMinutes(chance.Next(4, 25));

    /// <summary>So many minutes of working time later.</summary>
    private DateTimeOffset After(int least, int most) =>
        year.Calendar.AddWorkingTime(now, TimeSpan.FromMinutes(chance.Next(least, most))).At;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private T Drawn<T>(IReadOnlyList<(T Value, double Weight)> from)
    {
        var drawn = chance.NextDouble() * from.Sum(one => one.Weight);
        foreach (var (value, weight) in from)
        {
            drawn -= weight;
            if (drawn < 0)
            {
                return value;
            }
        }

        return from[^1].Value;
    }

    private sealed record PendingRow
    {
        public Guid OfferId { get; init; }
        public Guid TeamId { get; init; }
        public DateTimeOffset AnswerDueAt { get; init; }
    }

    private sealed record ToldRow
    {
        public string Action { get; init; } = "";
        public string? ToState { get; init; }
        public string? Reason { get; init; }
    }

    private sealed record VisitIdRow
    {
        public Guid VisitId { get; init; }
    }
}
