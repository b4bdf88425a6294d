using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Generating;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Outcomes;
using Dispatch.Domain.Requests;
using MediatR;

namespace Dispatch.Api.Features.Reports;

/// <summary>What one team did in a period: what it is credited with, what it was asked and how it answered, what the requesters said.</summary>
internal sealed record ShowTeamRecord(DateOnly From, DateOnly To, Guid TeamId) : IRequest<TeamRecordView>, IBeyondRegion;

/// <param name="Withdrawn">Taken back before an answer.</param>
/// <param name="Expired">Not answered in time.</param>
/// <param name="P50Minutes">Half of the answers, yes or no, took no longer. Null: there was none.</param>
/// <param name="P90Minutes">Nine of ten took no longer.</param>
internal sealed record AnswersView(
    int Offers,
    int Accepted,
    int Declined,
    int Expired,
    int Withdrawn,
    IReadOnlyList<DeclinesView> Declines,
    long? P50Minutes,
    long? P90Minutes
);

internal sealed record DeclinesView(DeclineReason Reason, int Offers);

/// <summary>What became of the requests the team completed as lead, and what was said of them.</summary>
/// <param name="Completed">Assignments as lead that ended completed in the period.</param>
/// <param name="ConfirmedRate">Of those closed by now, the share confirmed as solved. Null: none is closed.</param>
/// <param name="Ratings">How often one to five stars were given in the period.</param>
internal sealed record WordsView(
    int Completed,
    int Confirmed,
    int Denied,
    int NotConfirmed,
    decimal? ConfirmedRate,
    IReadOnlyList<RatingView> Ratings
);

internal sealed record RatingView(int Rating, int Times);

/// <param name="Figures">As the summary credits them to the team.</param>
/// <param name="Helpers">Members who took part, each once.</param>
/// <param name="Synthetic">Null: these are real records.</param>
internal sealed record TeamRecordView(
    PeriodView Period,
    Guid TeamId,
    string Name,
    IReadOnlyList<FigureView> Figures,
    long Helpers,
    AnswersView Answers,
    WordsView Words,
    SyntheticView? Synthetic
);

internal static class ShowTeamRecordEndpoint
{
    public static void MapShowTeamRecord(this IEndpointRouteBuilder reports) =>
        reports
            .MapGet("/team-record/{teamId:guid}", Get)
            .WithName(nameof(ShowTeamRecord))
            .WithSummary("Read what one team did")
            .ShowsMany();

    private static Task<TeamRecordView> Get(
        Guid teamId,
        IMediator mediator,
        ReportQueries queries,
        CancellationToken ct,
        DateOnly? from = null,
        DateOnly? to = null
    ) => mediator.Send(queries.TeamRecord(from, to, teamId), ct);
}

internal sealed class ShowTeamRecordHandler(Session db, Caller caller, TeamStore teams, Catalogue catalogue, RequestFigures figures)
    : IRequestHandler<ShowTeamRecord, TeamRecordView>
{
    private static readonly (string Indicator, Measure Measure)[] Credited =
    [
        ("services", Measure.Services),
        ("shared_services", Measure.SharedServices),
        ("service_person_times", Measure.ServicePersonTimes),
        ("problems_found", Measure.ProblemsFound),
        ("problems_solved", Measure.ProblemsSolved),
        ("training_sessions", Measure.TrainingSessions),
        ("trained_person_times", Measure.TrainedPersonTimes),
    ];

    private const int FenPerYuan = 100;

    public async Task<TeamRecordView> Handle(ShowTeamRecord query, CancellationToken cancellationToken)
    {
        var team = await teams.Find(query.TeamId);
        if (caller.TeamId is { } own ? own != team.TeamId : !RegionScope.Covers(caller.RegionCode, team))
        {
            throw Refused.Unknown();
        }

        var args = new
        {
            team.TeamId,
            from = ShanghaiTime.At(query.From, TimeOnly.MinValue),
            to = ShanghaiTime.At(query.To.AddDays(1), TimeOnly.MinValue),
        };
        return new TeamRecordView(
            new PeriodView(query.From, query.To),
            team.TeamId,
            team.Name,
            await Figures(query),
            await db.Value<long>(
                """
                select count(distinct attendance.member_id) from attendance join visit on visit.visit_id = attendance.visit_id
                where visit.team_id = @TeamId and visit.state = 'completed' and visit.ended_at >= @from and visit.ended_at < @to
                """,
                args
            ),
            Answers(
                await db.List<OfferRow>(
                    "select state, decline_reason, offered_at, ended_at from offer where team_id = @TeamId and asked and offered_at >= @from and offered_at < @to",
                    args
                )
            ),
            await Said(args),
            await SyntheticYear.Of(db)
        );
    }

    // Out of the one place where a fact becomes a figure, and without what is booked: a team has few enough requests.
    private async Task<IReadOnlyList<FigureView>> Figures(ShowTeamRecord query)
    {
        var ids = await db.List<IdRow>("select distinct request_id from offer where team_id = @TeamId order by request_id", query);
        var sum = new Amounts();
        foreach (var (_, facts) in await figures.Of([.. ids.Select(row => row.RequestId)]))
        {
            foreach (
                var (key, amounts) in facts.Where(fact =>
                    fact.Key.Team == query.TeamId && fact.Key.Day >= query.From && fact.Key.Day <= query.To
                )
            )
            {
                sum.Add(amounts);
            }
        }

        var (estimated, confirmed) = (sum[Measure.BenefitEstimatedFen], sum[Measure.BenefitConfirmedFen]);
        return
        [
            .. Credited.Select(credited => View(credited.Indicator, sum[credited.Measure])),
            View("economic_benefit_yuan", (decimal)(estimated + confirmed) / FenPerYuan),
            View("economic_benefit_yuan_confirmed", (decimal)confirmed / FenPerYuan),
            View("economic_benefit_yuan_estimated", (decimal)estimated / FenPerYuan),
        ];

        FigureView View(string indicator, decimal value) =>
            Reports.Figures.Of(
                catalogue.Indicators[indicator],
                value,
                Reports.Figures.Exact,
                new PeriodView(query.From, query.To),
                null,
                [("team", query.TeamId.ToString("D"))]
            );
    }

    private static AnswersView Answers(IReadOnlyList<OfferRow> offers)
    {
        var wait = Waits.Of(
            offers.Where(offer => offer.State is "accepted" or "declined").Select(offer => offer.EndedAt!.Value - offer.OfferedAt)
        );
        return new AnswersView(
            offers.Count,
            offers.Count(offer => offer.State == "accepted"),
            offers.Count(offer => offer.State == "declined"),
            offers.Count(offer => offer.State == "expired"),
            offers.Count(offer => offer.State == "withdrawn"),
            [
                .. offers
                    .Where(offer => offer.DeclineReason is not null)
                    .GroupBy(offer => offer.DeclineReason!, StringComparer.Ordinal)
                    .OrderByDescending(group => group.Count())
                    .ThenBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new DeclinesView(Storage.Words.To<DeclineReason>(group.Key), group.Count())),
            ],
            wait.P50Minutes,
            wait.P90Minutes
        );
    }

    private async Task<WordsView> Said(object args)
    {
        var completed = await db.List<EndRow>(
            """
            select distinct help_request.request_id, help_request.outcome from assignment
            join help_request on help_request.request_id = assignment.request_id
            where assignment.team_id = @TeamId and assignment.role = 'lead' and assignment.ended_as = 'completed'
              and assignment.ended_at >= @from and assignment.ended_at < @to
            """,
            args
        );
        // Of several who led it one after the other, who had completed it last when it was said.
        var ratings = await db.List<RatingRow>(
            """
            select confirmation.rating, count(*) as times from confirmation
            where confirmation.rating is not null and confirmation.confirmed_at >= @from and confirmation.confirmed_at < @to
              and (select earlier.team_id from assignment earlier
                   where earlier.request_id = confirmation.request_id and earlier.role = 'lead' and earlier.ended_as = 'completed'
                     and earlier.ended_at <= confirmation.confirmed_at
                   order by earlier.ended_at desc, earlier.assignment_id desc limit 1) = @TeamId
              and confirmation.request_id in (select request_id from assignment where team_id = @TeamId)
            group by confirmation.rating order by confirmation.rating
            """,
            args
        );
        var confirmed = completed.Count(row => row.Outcome == "confirmed");
        var closed = completed.Count(row => row.Outcome is not null);
        return new WordsView(
            completed.Count,
            confirmed,
            completed.Count(row => row.Outcome == "denied"),
            completed.Count(row => row.Outcome == "not_confirmed"),
            closed == 0 ? null : Math.Round((decimal)confirmed / closed, 4),
            [.. ratings.Select(row => new RatingView(row.Rating, (int)row.Times))]
        );
    }

    private sealed record IdRow
    {
        public Guid RequestId { get; init; }
    }

    private sealed record OfferRow
    {
        public string State { get; init; } = "";
        public string? DeclineReason { get; init; }
        public DateTimeOffset OfferedAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
    }

    private sealed record EndRow
    {
        public Guid RequestId { get; init; }
        public string? Outcome { get; init; }
    }

    private sealed record RatingRow
    {
        public int Rating { get; init; }
        public long Times { get; init; }
    }
}
