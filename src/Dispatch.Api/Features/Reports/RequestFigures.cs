using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Outcomes;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Reports;

/// <summary>
/// What each of some requests counts for, out of the records as they stand and nothing else. It is the one place where a fact becomes a figure: what is booked
/// is the difference from what it says now, so that corrections, reopenings and erasures need no rule of their own.
/// </summary>
internal sealed class RequestFigures(Session db)
{
    private const int AtOnce = 200;
    private const int LeastSatisfied = 4;
    private const int MicrohoursPerHour = 1_000_000;

    public async Task<IReadOnlyDictionary<Guid, CountedFacts>> Of(IReadOnlyList<Guid> ids)
    {
        var all = new Dictionary<Guid, CountedFacts>();
        foreach (var some in ids.Chunk(AtOnce))
        {
            var records = await Read(some);
            foreach (var request in records.Requests)
            {
                all[request.RequestId] = Facts(request, records);
            }
        }

        return all;
    }

    private async Task<Records> Read(Guid[] some)
    {
        var args = new { ids = some };
        var these = $"request_id {db.In("@ids")}";
        // What was brought by a visit is found by its visit.
        var theirs = $"visit_id in (select visit_id from visit where {these})";
        return new Records(
            await db.List<RequestRow>(
                $"""
                select request_id, region_code, main_skill, form, requester_kind, urgency, channel, tier, state, outcome, cancel_reason, created_at, accepted_at, resolved_at, closed_at
                from help_request where {these}
                """,
                args
            ),
            (
                await db.List<VisitRow>(
                    $"""
                    select visit.request_id, visit.visit_id, visit.team_id, visit.form, visit.ended_at, visit.stated_person_times, assignment.role
                    from visit join assignment on assignment.assignment_id = visit.assignment_id
                    where visit.{these} and visit.state = 'completed'
                    """,
                    args
                )
            ).ToLookup(row => row.RequestId),
            (
                await db.List<AttendedRow>(
                    $"""
                    select attendance.visit_id, count(*) as members, sum(attendance.minutes) as minutes from attendance
                    join visit on visit.visit_id = attendance.visit_id where visit.{these} group by attendance.visit_id
                    """,
                    args
                )
            ).ToDictionary(row => row.VisitId),
            (
                await db.List<ResultRow>(
                    $"select request_id, problem_id, visit_id, result, reported_at from problem_result where {theirs}",
                    args
                )
            ).ToLookup(row => row.RequestId),
            (await db.List<TrainingRow>($"select visit_id, sessions, attendances, hours from training where {theirs}", args)).ToLookup(
                row => row.VisitId
            ),
            (await db.List<BenefitRow>($"select visit_id, kind, proof, amount_fen from benefit where {theirs}", args)).ToLookup(row =>
                row.VisitId
            ),
            (await db.List<AchievementRow>($"select visit_id, kind from achievement where {theirs}", args)).ToLookup(row => row.VisitId),
            (
                await db.List<OfferRow>(
                    $"select request_id, team_id, offered_at, ended_at, decline_reason from offer where asked and {these}",
                    args
                )
            ).ToLookup(row => row.RequestId),
            (
                await db.List<LeadRow>($"select request_id, team_id, accepted_at from assignment where role = 'lead' and {these}", args)
            ).ToLookup(row => row.RequestId),
            (
                await db.List<MoveRow>(
                    $"select request_id, action, at, tier from timeline where subject = 'request' and action in ('escalate', 'cancel') and {these}",
                    args
                )
            ).ToLookup(row => row.RequestId),
            (
                await db.List<LimitRow>(
                    $"select request_id, state, ended_at from deadline where kind = 'closing' and state in ('met', 'missed') and ended_at is not null and {these}",
                    args
                )
            ).ToLookup(row => row.RequestId),
            (await db.List<RatingRow>($"select request_id, position, rating from confirmation where {these}", args)).ToLookup(row =>
                row.RequestId
            ),
            (
                await db.List<TeamRow>(
                    $"select team_id, tier, region_code from team where team_id in (select team_id from offer where {these})",
                    args
                )
            ).ToDictionary(row => row.TeamId)
        );
    }

    private static CountedFacts Facts(RequestRow request, Records records)
    {
        var facts = new CountedFacts();
        Moves(facts, request, records);
        Offers(facts, request, records);
        Closing(facts, request, records);
        var visits = records.Visits[request.RequestId].OrderBy(visit => visit.EndedAt).ThenBy(visit => visit.VisitId).ToList();
        if (visits.Count > 0)
        {
            facts.Add(At(request, visits[0].EndedAt), Measure.RequestsVisited);
        }

        foreach (var day in visits.GroupBy(visit => ShanghaiTime.DayOf(visit.EndedAt)))
        {
            Services(facts, request, day, records);
        }

        Problems(facts, request, visits, records);
        return facts;
    }

    private static void Moves(CountedFacts facts, RequestRow request, Records records)
    {
        facts.Add(At(request, request.CreatedAt), Measure.RequestsReceived);
        if (request.AcceptedAt is { } accepted)
        {
            facts.Add(At(request, accepted), Measure.RequestsAccepted);
        }

        if (request.ResolvedAt is { } resolved)
        {
            facts.Add(At(request, resolved), Measure.RequestsResolved);
        }

        if (request.ClosedAt is { } closed)
        {
            facts.Add(At(request, closed), Measure.RequestsClosed);
            facts.Add(At(request, closed), Measure.RequestsConfirmedSolved, request.Outcome == "confirmed" ? 1 : 0);
        }

        var moves = records.Moves[request.RequestId].ToList();
        foreach (var escalation in moves.Where(move => move.Action == "escalate"))
        {
            facts.Add(At(request, escalation.At) with { Tier = escalation.Tier ?? request.Tier }, Measure.Escalations);
        }

        if (
            request.State == "cancelled"
            && moves.Where(move => move.Action == "cancel").Max(move => (DateTimeOffset?)move.At) is { } cancelled
        )
        {
            facts.Add(At(request, cancelled), Measure.RequestsCancelled);
            facts.Add(At(request, cancelled), Measure.RequestsUnmet, request.CancelReason == Words.Of(CancelReason.Unmet) ? 1 : 0);
        }
    }

    private static void Offers(CountedFacts facts, RequestRow request, Records records)
    {
        var offers = records.Offers[request.RequestId].ToList();
        if (offers.Count > 0)
        {
            facts.Add(At(request, offers.Min(offer => offer.OfferedAt)), Measure.RequestsOffered);
        }

        foreach (var offer in offers)
        {
            facts.Add(Credited(At(request, offer.OfferedAt), offer.TeamId, records), Measure.OffersMade);
            if (offer is { DeclineReason: { } reason, EndedAt: { } ended })
            {
                facts.Add(Credited(At(request, ended), offer.TeamId, records), Words.To<Measure>("declines_" + reason));
            }
        }
    }

    private static void Closing(CountedFacts facts, RequestRow request, Records records)
    {
        foreach (var limit in records.Limits[request.RequestId])
        {
            facts.Add(
                Led(At(request, limit.EndedAt), request, limit.EndedAt, records),
                limit.State == "met" ? Measure.ClosingsOnTime : Measure.ClosingsLate
            );
        }

        if (request.ClosedAt is { } closed && records.Ratings[request.RequestId].MaxBy(rating => rating.Position) is { Rating: { } stars })
        {
            var key = Led(At(request, closed), request, closed, records);
            facts.Add(key, Measure.RatingsGiven);
            facts.Add(key, Measure.RatingsSatisfied, stars >= LeastSatisfied ? 1 : 0);
        }
    }

    /// <summary>What the teams of one request did on one day: the lead's visits count; without one, the first support's. All is credited to the lead, and that a
    /// support had its part stands under the support.</summary>
    private static void Services(CountedFacts facts, RequestRow request, IEnumerable<VisitRow> visits, Records records)
    {
        var counts = true;
        foreach (var visit in visits.OrderBy(visit => visit.Role, StringComparer.Ordinal))
        {
            var isLead = visit.Role == "lead";
            var key = OfVisit(request, visit, records);
            facts.Add(key, Measure.Services, counts || isLead ? 1 : 0);
            var attended = records.Attended.GetValueOrDefault(visit.VisitId);
            facts.Add(key, Measure.ServicePersonTimes, attended?.Members ?? visit.StatedPersonTimes ?? 0);
            facts.Add(key, Measure.AttendedMinutes, attended?.Minutes ?? 0);
            foreach (var training in records.Trainings[visit.VisitId])
            {
                facts.Add(key, Measure.TrainingSessions, training.Sessions);
                facts.Add(key, Measure.TrainedPersonTimes, training.Attendances);
                facts.Add(key, Measure.TrainingMicrohours, (long)Math.Round(training.Hours * MicrohoursPerHour));
            }

            foreach (var benefit in records.Benefits[visit.VisitId])
            {
                Benefit(facts, key, benefit);
            }

            foreach (var achievement in records.Achievements[visit.VisitId])
            {
                facts.Add(key, Words.To<Measure>(achievement.Kind + "s"));
            }

            if (!isLead)
            {
                facts.Add(Credited(key, visit.TeamId, records), Measure.SharedServices);
            }

            counts = false;
        }
    }

    private static void Benefit(CountedFacts facts, FigureKey key, BenefitRow benefit)
    {
        facts.Add(key, Words.To<Measure>(benefit.Kind + "_fen"), benefit.AmountFen);
        if (EconomicBenefit.Includes(Words.To<BenefitKind>(benefit.Kind)))
        {
            facts.Add(key, benefit.Proof == "confirmed" ? Measure.BenefitConfirmedFen : Measure.BenefitEstimatedFen, benefit.AmountFen);
        }
    }

    private static void Problems(CountedFacts facts, RequestRow request, IReadOnlyList<VisitRow> visits, Records records)
    {
        var completed = visits.ToDictionary(visit => visit.VisitId);
        foreach (
            var problem in records.Results[request.RequestId].Where(row => completed.ContainsKey(row.VisitId)).GroupBy(row => row.ProblemId)
        )
        {
            var reports = problem.OrderBy(row => row.ReportedAt).ThenBy(row => row.VisitId).ToList();
            facts.Add(OfVisit(request, completed[reports[0].VisitId], records), Measure.ProblemsFound);
            facts.Add(
                OfVisit(request, completed[reports[^1].VisitId], records),
                Measure.ProblemsSolved,
                reports[^1].Result == "solved" ? 1 : 0
            );
        }
    }

    private static FigureKey OfVisit(RequestRow request, VisitRow visit, Records records) =>
        Credited(At(request, visit.EndedAt) with { Form = visit.Form }, LeadAt(request, visit.EndedAt, records) ?? visit.TeamId, records);

    private static FigureKey Led(FigureKey key, RequestRow request, DateTimeOffset at, Records records) =>
        LeadAt(request, at, records) is { } lead ? Credited(key, lead, records) : key;

    private static Guid? LeadAt(RequestRow request, DateTimeOffset at, Records records) =>
        records
            .Leads[request.RequestId]
            .Where(lead => lead.AcceptedAt <= at)
            .OrderBy(lead => lead.AcceptedAt)
            .ThenBy(lead => lead.TeamId)
            .LastOrDefault()
            ?.TeamId;

    private static FigureKey Credited(FigureKey key, Guid teamId, Records records) =>
        records.Teams.TryGetValue(teamId, out var team)
            ? key with
            {
                Team = teamId,
                Tier = team.Tier,
                HostRegion = team.RegionCode,
            }
            : key with
            {
                Team = teamId,
            };

    private static FigureKey At(RequestRow request, DateTimeOffset at) =>
        new(
            ShanghaiTime.DayOf(at),
            request.RegionCode,
            request.MainSkill ?? "",
            request.Form,
            request.RequesterKind,
            request.Urgency,
            request.Channel
        );

    private sealed record Records(
        IReadOnlyList<RequestRow> Requests,
        ILookup<Guid, VisitRow> Visits,
        IReadOnlyDictionary<Guid, AttendedRow> Attended,
        ILookup<Guid, ResultRow> Results,
        ILookup<Guid, TrainingRow> Trainings,
        ILookup<Guid, BenefitRow> Benefits,
        ILookup<Guid, AchievementRow> Achievements,
        ILookup<Guid, OfferRow> Offers,
        ILookup<Guid, LeadRow> Leads,
        ILookup<Guid, MoveRow> Moves,
        ILookup<Guid, LimitRow> Limits,
        ILookup<Guid, RatingRow> Ratings,
        IReadOnlyDictionary<Guid, TeamRow> Teams
    );

    private sealed record RequestRow
    {
        public Guid RequestId { get; init; }
        public string RegionCode { get; init; } = "";
        public string? MainSkill { get; init; }
        public string Form { get; init; } = "";
        public string RequesterKind { get; init; } = "";
        public string Urgency { get; init; } = "";
        public string Channel { get; init; } = "";
        public string Tier { get; init; } = "";
        public string State { get; init; } = "";
        public string? Outcome { get; init; }
        public string? CancelReason { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? AcceptedAt { get; init; }
        public DateTimeOffset? ResolvedAt { get; init; }
        public DateTimeOffset? ClosedAt { get; init; }
    }

    private sealed record VisitRow
    {
        public Guid RequestId { get; init; }
        public Guid VisitId { get; init; }
        public Guid TeamId { get; init; }
        public string Form { get; init; } = "";
        public DateTimeOffset EndedAt { get; init; }
        public int? StatedPersonTimes { get; init; }
        public string Role { get; init; } = "";
    }

    private sealed record AttendedRow
    {
        public Guid VisitId { get; init; }
        public long Members { get; init; }
        public long Minutes { get; init; }
    }

    private sealed record ResultRow
    {
        public Guid RequestId { get; init; }
        public Guid ProblemId { get; init; }
        public Guid VisitId { get; init; }
        public string Result { get; init; } = "";
        public DateTimeOffset ReportedAt { get; init; }
    }

    private sealed record TrainingRow
    {
        public Guid VisitId { get; init; }
        public int Sessions { get; init; }
        public int Attendances { get; init; }
        public double Hours { get; init; }
    }

    private sealed record BenefitRow
    {
        public Guid VisitId { get; init; }
        public string Kind { get; init; } = "";
        public string Proof { get; init; } = "";
        public long AmountFen { get; init; }
    }

    private sealed record AchievementRow
    {
        public Guid VisitId { get; init; }
        public string Kind { get; init; } = "";
    }

    private sealed record OfferRow
    {
        public Guid RequestId { get; init; }
        public Guid TeamId { get; init; }
        public DateTimeOffset OfferedAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
        public string? DeclineReason { get; init; }
    }

    private sealed record LeadRow
    {
        public Guid RequestId { get; init; }
        public Guid TeamId { get; init; }
        public DateTimeOffset AcceptedAt { get; init; }
    }

    private sealed record MoveRow
    {
        public Guid RequestId { get; init; }
        public string Action { get; init; } = "";
        public DateTimeOffset At { get; init; }

        /// <summary>Where an escalation led to. Null: it was written before that was noted.</summary>
        public string? Tier { get; init; }
    }

    private sealed record LimitRow
    {
        public Guid RequestId { get; init; }
        public string State { get; init; } = "";
        public DateTimeOffset EndedAt { get; init; }
    }

    private sealed record RatingRow
    {
        public Guid RequestId { get; init; }
        public int Position { get; init; }
        public int? Rating { get; init; }
    }

    private sealed record TeamRow
    {
        public Guid TeamId { get; init; }
        public string Tier { get; init; } = "";
        public string RegionCode { get; init; } = "";
    }
}
