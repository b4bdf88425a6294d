using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Tests.Storage.Auditing;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Outcomes;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Reports;

/// <summary>
/// Whatever happens to requests in whatever order, every report says what counting the records by hand says, before and after booking; a closed month says what
/// it said, and what is missing from it stands among its corrections. The records are written as they are, by an author who keeps his own list of them; the
/// count by hand is of that list.
/// </summary>
public sealed class DoubleEntryTests(RunningService service) : IClassFixture<RunningService>
{
    // Each seed has a city and a year of its own.
    private const int FirstYear = 1930;
    private const int SeedsOfAWrite = 20;

    // Each statement is a journey to a server there: a sample.
    private static readonly int Seeds = TestDatabase.IsPostgres ? 150 : 1000;

    [Fact]
    public async Task Every_report_is_the_count_of_the_records_by_hand()
    {
        await using var scope = service.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var database = service.Services.GetRequiredService<Database>();
        var catalogue = service.Services.GetRequiredService<Catalogue>();
        var cities = catalogue.Regions.All.Where(region => region.Level is Domain.Geography.RegionLevel.City).ToList();
        var teams = (await db.List<AuthoredTeam>("select team_id, tier, region_code from team order by team_id limit 6")).ToList();
        await db.CloseReading();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var first = 0; first < Seeds; first += SeedsOfAWrite)
        {
            var these = first;
            await database.Write(
                db,
                Chore.Counting,
                async () =>
                {
                    for (var seed = these; seed < Math.Min(these + SeedsOfAWrite, Seeds); seed++)
                    {
                        var author = new Author(
                            seed,
                            db,
                            catalogue,
                            service.Clock,
                            teams,
                            cities[seed % cities.Count].Code,
                            FirstYear + (seed / cities.Count)
                        );
                        await author.Write(seen);
                    }
                },
                CancellationToken.None
            );
        }

        // A sequence of every kind was among them: a property of what never happens is none.
        Assert.Equal(Author.Deeds.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        Assert.Equal(0, await service.Stored<long>("select count(*) from figure_due"));
        Assert.True(await service.Stored<long>("select count(*) from figure_entry where corrects is not null") > 0);
    }

    /// <summary>Rolled up a second time from the entries, the sums are the same.</summary>
    [Fact]
    public async Task The_sums_are_the_sums_of_the_entries()
    {
        await service.Given.AResolvedRequest();
        await service.Services.GetRequiredService<FigureRoller>().BookWaiting();
        foreach (var dimension in Enum.GetValues<FigureDimension>())
        {
            var by = dimension is FigureDimension.None ? "" : $", cast({FigureReader.ColumnOf(dimension)} as text)";
            var key = dimension is FigureDimension.None ? "''" : $"cast({FigureReader.ColumnOf(dimension)} as text)";
            foreach (var (one, other) in new[] { ("entries", "rollup"), ("rollup", "entries") })
            {
                Assert.Equal(
                    0,
                    await service.Stored<long>(
                        $"""
                        with entries as (
                            select substr(cast(counts_on as text), 1, 7) as month, region_code, {key} as key, sum(services) as services, sum(requests_received) as received
                            from figure_entry where {key} is not null group by substr(cast(counts_on as text), 1, 7), region_code{by}),
                        rollup as (
                            select month, region_code, key, sum(services) as services, sum(requests_received) as received from figure_rollup
                            where dimension = '{Words.Of(dimension)}' group by month, region_code, key)
                        select count(*) from (select * from {one} where services <> 0 or received <> 0 except select * from {other}) different
                        """
                    )
                );
            }
        }
    }
}

internal sealed record AuthoredTeam
{
    public Guid TeamId { get; init; }
    public string Tier { get; init; } = "";
    public string RegionCode { get; init; } = "";
}

/// <summary>Writes records of a city and a year, one deed after the other, and counts them by hand.</summary>
internal sealed class Author(
    int seed,
    Session db,
    Catalogue catalogue,
    TimeProvider clock,
    IReadOnlyList<AuthoredTeam> teams,
    string city,
    int year
)
{
    public static readonly string[] Deeds =
    [
        "submit",
        "accept",
        "serve",
        "support",
        "follow_up",
        "close",
        "reopen",
        "correct_benefit",
        "correct_result",
        "move_place",
        "change_skill",
        "erase",
        "cancel",
        "escalate",
        "book",
        "close_month",
    ];

    // The way most requests go.
    private static readonly string[] Usual = ["accept", "serve", "close", "reopen"];
    private static readonly string[] Tiers = ["county", "city", "province", "country"];
    private static readonly string[] Skills = ["agr-citrus", "agr-soil", "mec-cut"];
    private static readonly Measure[] All = Enum.GetValues<Measure>();

    private readonly Random random = new(seed);
    private readonly List<Written> requests = [];
    private readonly Dictionary<string, Dictionary<Cell, long>> frozen = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> places = [.. catalogue.Regions.Subtree(city).Select(region => region.Code)];

    public async Task Write(HashSet<string> seen)
    {
        for (var left = random.Next(6, 16); left > 0; left--)
        {
            var deed =
                requests.Count == 0 ? "submit"
                : random.Next(2) == 0 ? Usual[random.Next(Usual.Length)]
                : Deeds[random.Next(Deeds.Length)];
            if (await Do(deed))
            {
                seen.Add(deed);
            }
        }

        await Check("before booking");
        while (await Book().BookSome(50) > 0)
        {
            // The next of those that wait.
        }

        await Check("after booking");
    }

    private async Task<bool> Do(string deed)
    {
        var one = requests.Count == 0 ? null : requests[random.Next(requests.Count)];
        var visit = one?.Visits.Count > 0 ? one.Visits[random.Next(one.Visits.Count)] : null;
        switch (deed)
        {
            case "submit":
                await Submit();
                return true;
            case "book":
                await Book().BookSome(random.Next(1, 3));
                return true;
            case "close_month":
                return await CloseMonth();
            case "accept" when one is { Closed: null, Cancelled: null }:
                await Accept(one);
                return true;
            case "serve" when one is { Leads.Count: > 0, Closed: null, Cancelled: null }:
                await Serve(one, one.Leads[^1].Team, "lead");
                return true;
            case "support" when one is { Leads.Count: > 0, Closed: null, Cancelled: null }:
                await Serve(one, teams[random.Next(teams.Count)], "support");
                return true;
            case "follow_up" when one is { Closed: null, Problems.Count: > 0 }:
                var before = one.Visits[^1];
                await Serve(one, before.Team, before.Role, one.Problems.Keys.First());
                return true;
            case "close" when one is { Closed: null, Cancelled: null, Visits.Count: > 0 }:
                one.Closed = Later(one.Visits[^1].Ended);
                one.Outcome = random.Next(2) == 0 ? "confirmed" : "not_confirmed";
                await Change(
                    one,
                    "state = 'closed', queue = null, closed_at = @at, outcome = @outcome",
                    new { at = one.Closed, outcome = one.Outcome }
                );
                await Told(one, "confirm");
                return true;
            case "reopen" when one is { Closed: not null, Erased: false }:
                one.Closed = null;
                one.Outcome = null;
                await Change(one, "state = 'open', queue = 'dispatch', closed_at = null, outcome = null", new { });
                await Told(one, "reopen");
                return true;
            case "cancel" when one is { Closed: null, Cancelled: null, Visits.Count: 0 }:
                one.Cancelled = Later(one.Created);
                one.Unmet = random.Next(2) == 0;
                await Change(
                    one,
                    "state = 'cancelled', queue = null, cancel_reason = @reason",
                    new { reason = one.Unmet ? "unmet" : "withdrawn" }
                );
                await Told(one, "cancel", one.Cancelled);
                return true;
            case "escalate" when one is { Closed: null, Cancelled: null }:
                one.Tier = Tiers[random.Next(Tiers.Length)];
                await Change(one, "tier = @tier", new { tier = one.Tier });
                // Of old it was not noted where an escalation led to.
                var (raised, noted) = (Later(one.Created), random.Next(3) > 0);
                one.Escalations.Add((noted ? one.Tier : null, raised));
                await Told(one, "escalate", raised, noted ? one.Tier : null);
                return true;
            case "correct_benefit" when visit is { Confirmed: false, BenefitFen: > 0 }:
                visit.Confirmed = true;
                await db.Execute("update benefit set proof = 'confirmed' where visit_id = @Id", new { visit.Id });
                return true;
            case "correct_result" when one is { Problems.Count: > 0 }:
                var (problem, reports) = one.Problems.ElementAt(random.Next(one.Problems.Count));
                reports[^1] = (reports[^1].Visit, reports[^1].Result == "solved" ? "partly" : "solved");
                await db.Execute(
                    "update problem_result set result = @result where problem_id = @problem and visit_id = @visit",
                    new
                    {
                        problem,
                        visit = reports[^1].Visit.Id,
                        result = reports[^1].Result,
                    }
                );
                return true;
            case "move_place" when one is not null:
                one.Place = places[random.Next(places.Count)];
                var lineage = catalogue.LineageOf(catalogue.Regions.Find(one.Place)!);
                await Change(one, "region_code = @Region, county_code = @County, city_code = @City, province_code = @Province", lineage);
                return true;
            case "change_skill" when one is not null:
                one.Skill = random.Next(4) == 0 ? null : Skills[random.Next(Skills.Length)];
                await Change(one, "main_skill = @skill", new { skill = one.Skill });
                return true;
            case "erase" when one is { Erased: false }:
                one.Erased = true;
                await Change(
                    one,
                    "text = '***', requester_key = @key, erased_at = @now",
                    new { key = Id().ToString(), now = clock.GetUtcNow() }
                );
                await Told(one, "erase");
                return true;
            default:
                return false;
        }
    }

    private async Task Submit()
    {
        var request = new Written
        {
            Id = Id(),
            Place = places[random.Next(places.Count)],
            Skill = Skills[random.Next(Skills.Length)],
            Form = random.Next(2) == 0 ? "on_site" : "remote",
            Kind = random.Next(2) == 0 ? "farmer" : "enterprise",
            Urgency = random.Next(2) == 0 ? "normal" : "high",
            Channel = random.Next(2) == 0 ? "phone" : "web",
            Created = ShanghaiTime.At(
                new DateOnly(year, random.Next(1, 13), 1).AddDays(random.Next(28)),
                new TimeOnly(random.Next(24), 30)
            ),
        };
        requests.Add(request);
        var lineage = catalogue.LineageOf(catalogue.Regions.Find(request.Place)!);
        await db.Execute(
            """
            insert into help_request (request_id, reference, state, version, tier, queue, requester_kind, requester_key, text, main_skill, region_code, county_code, city_code,
                province_code, lat, lng, urgency, form, mode, channel, confidentiality, track_hash, created_at, changed_at)
            values (@Id, @reference, 'open', 1, 'county', 'dispatch', @Kind, @reference, 'x', @Skill, @Place, @County, @City, @Province, 28, 121, @Urgency, @Form, 'one_to_one',
                @Channel, 'normal', @reference, @Created, @Created)
            """,
            new
            {
                request.Id,
                reference = request.Id.ToString("N"),
                request.Kind,
                request.Skill,
                request.Place,
                lineage.County,
                lineage.City,
                lineage.Province,
                request.Urgency,
                request.Form,
                request.Channel,
                request.Created,
            }
        );
        await Told(request, "submit");
    }

    private async Task Accept(Written request)
    {
        var team = teams[random.Next(teams.Count)];
        var at = Later(
            request.Visits.Count > 0 ? request.Visits[^1].Ended
            : request.Leads.Count > 0 ? request.Leads[^1].At
            : request.Created
        );
        request.Leads.Add((team, at));
        request.Accepted = at;
        await Assign(request, team, "lead", at);
        await Change(request, "accepted_at = @at", new { at });
        await Told(request, "accept");
    }

    private async Task<Guid> Assign(Written request, AuthoredTeam team, string role, DateTimeOffset at)
    {
        var (offer, assignment) = (Id(), Id());
        request.Offers.Add((team, at));
        await db.Execute(
            """
            insert into offer (offer_id, request_id, team_id, state, version, role, way, tier, explanation, offered_at, answer_due_at, ended_at)
            values (@offer, @request, @TeamId, 'accepted', 2, @role, 'picked', @Tier, 'x', @at, @at, @at)
            """,
            new
            {
                offer,
                request = request.Id,
                team.TeamId,
                role,
                team.Tier,
                at,
            }
        );
        await db.Execute(
            """
            insert into assignment (assignment_id, request_id, team_id, offer_id, role, state, version, accepted_at, ended_at, ended_as)
            values (@assignment, @request, @TeamId, @offer, @role, 'ended', 2, @at, @at, 'completed')
            """,
            new
            {
                assignment,
                request = request.Id,
                team.TeamId,
                offer,
                role,
                at,
            }
        );
        return assignment;
    }

    private async Task Serve(Written request, AuthoredTeam team, string role, Guid? again = null)
    {
        // Two of one day are one service at times.
        var ended =
            request.Visits.Count > 0 && random.Next(2) == 0
                ? request.Visits[^1].Ended.AddMinutes(1)
                : Later(request.Visits.Count > 0 ? request.Visits[^1].Ended : request.Leads[^1].At);
        var visit = new WrittenVisit
        {
            Id = Id(),
            Team = team,
            Role = role,
            Form = random.Next(2) == 0 ? "on_site" : "remote",
            Ended = ended,
            People = random.Next(1, 5),
            Attendances = random.Next(0, 40),
            BenefitFen = random.Next(3) * 12_345,
            Kind = random.Next(2) == 0 ? "cost_saved" : "fee_deferred",
        };
        request.Visits.Add(visit);
        var assignment = await Assign(request, team, role, ended);
        if (role == "lead")
        {
            // Whoever leads from that moment on.
            request.Leads.Add((team, ended));
        }

        await db.Execute(
            """
            insert into visit (visit_id, request_id, assignment_id, team_id, form, state, version, starts_at, ends_at, ended_at, stated_person_times, created_at)
            values (@Id, @request, @assignment, @TeamId, @Form, 'completed', 3, @Ended, @Ended, @Ended, @People, @Ended)
            """,
            new
            {
                visit.Id,
                request = request.Id,
                assignment,
                team.TeamId,
                visit.Form,
                visit.Ended,
                visit.People,
            }
        );
        if (visit.Attendances > 0)
        {
            await db.Execute(
                """
                insert into training (training_id, visit_id, request_id, topic, sessions, attendances, hours) values (@training, @Id, @request, 'x', 1, @Attendances, 0.1)
                """,
                new
                {
                    training = Id(),
                    visit.Id,
                    request = request.Id,
                    visit.Attendances,
                }
            );
        }

        if (visit.BenefitFen > 0)
        {
            await db.Execute(
                """
                insert into benefit (benefit_id, visit_id, request_id, kind, amount_fen, basis, proof) values (@benefit, @Id, @request, @Kind, @BenefitFen, 'x', 'estimated')
                """,
                new
                {
                    benefit = Id(),
                    visit.Id,
                    request = request.Id,
                    visit.Kind,
                    visit.BenefitFen,
                }
            );
        }

        var problem = again ?? Id();
        if (again is null)
        {
            request.Problems[problem] = [];
            await db.Execute(
                "insert into problem (problem_id, request_id, title, found_at) values (@problem, @request, 'x', @Ended)",
                new
                {
                    problem,
                    request = request.Id,
                    visit.Ended,
                }
            );
        }

        var result = random.Next(2) == 0 ? "solved" : "partly";
        request.Problems[problem].Add((visit, result));
        await db.Execute(
            "insert into problem_result (problem_id, visit_id, request_id, result, reported_at) values (@problem, @Id, @request, @result, @Ended)",
            new
            {
                problem,
                visit.Id,
                request = request.Id,
                result,
                visit.Ended,
            }
        );
        await Told(request, "complete");
    }

    private async Task<bool> CloseMonth()
    {
        var month = FigureBook.MonthOf(new DateOnly(year, random.Next(1, 13), 1));
        if (frozen.ContainsKey(month))
        {
            return false;
        }

        while (await Book().BookSome(50) > 0)
        {
            // The next of those that wait.
        }

        frozen[month] = Count().Where(pair => pair.Key.Month == month).ToDictionary(pair => pair.Key, pair => pair.Value);
        await db.Execute(
            """
            insert into report_period (month, region_code, closed_at, closed_by, figures, digest, signing_key, signature)
            values (@month, @city, @now, 'author', '', '', '', '')
            """,
            new
            {
                month,
                city,
                now = clock.GetUtcNow(),
            }
        );
        return true;
    }

    private Task<int> Change(Written request, string assignments, object values)
    {
        var args = new Arguments(values);
        args.Add("_id", request.Id);
        return db.Execute($"update help_request set {assignments}, version = version + 1 where request_id = @_id", args);
    }

    private Task<int> Told(Written request, string action, DateTimeOffset? at = null, string? tier = null) =>
        db.Execute(
            """
            insert into timeline (request_id, seq, at, actor_role, actor, subject, subject_id, action, tier)
            values (@Id, @seq, @at, 'officer', 'author', 'request', @Id, @action, @tier)
            """,
            new
            {
                request.Id,
                seq = ++request.Told,
                at = at ?? clock.GetUtcNow(),
                action,
                tier,
            }
        );

    private DateTimeOffset Later(DateTimeOffset than)
    {
        var later = than.AddHours(random.Next(1, 24 * 20));
        // Nothing leaves the year, which is this seed's own.
        var last = ShanghaiTime.At(new DateOnly(year, 12, 31), new TimeOnly(20, 0));
        return later < last ? later
            : than < last ? last
            : than.AddSeconds(1);
    }

    private Guid Id()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        BitConverter.TryWriteBytes(bytes, seed);
        return new Guid(bytes);
    }

    private FigureBook Book() => new(db, catalogue, new RequestFigures(db), clock);

    private async Task Check(string when)
    {
        var counted = Count();
        var reader = new FigureReader(db, catalogue, Book(), clock);
        var (from, to) = (new DateOnly(year, 1, 1), new DateOnly(year, 12, 31));
        foreach (var dimension in Enum.GetValues<FigureDimension>())
        {
            var found = await reader.Sums(
                new FigureQuestion(from, to, city, All, ByMonth: true, ByRegion: true, dimension is FigureDimension.None ? [] : [dimension])
            );
            var said = found
                .SelectMany(sum =>
                    All.Where(measure => sum.Amounts[measure] != 0)
                        .Select(measure =>
                            (
                                new Cell(
                                    sum.Month,
                                    sum.Region,
                                    Words.Of(dimension),
                                    sum.Keys.Count == 0 ? "" : sum.Keys[0],
                                    Words.Of(measure)
                                ),
                                sum.Amounts[measure]
                            )
                        )
                )
                .ToDictionary(pair => pair.Item1, pair => pair.Item2);
            var wanted = counted
                .Where(pair => !frozen.ContainsKey(pair.Key.Month))
                .Concat(frozen.Values.SelectMany(cells => cells))
                .Where(pair => pair.Key.Dimension == Words.Of(dimension) && pair.Value != 0)
                .ToDictionary(pair => pair.Key, pair => pair.Value);
            AssertSame(wanted, said, when);
        }

        await CheckCrossed(reader, counted, when);
        await CheckCorrections(reader, counted, when);
    }

    // Two dimensions at once come out of the entries, and so do parts of months.
    private async Task CheckCrossed(FigureReader reader, Dictionary<Cell, long> counted, string when)
    {
        if (frozen.Count > 0)
        {
            return;
        }

        var crossed = await reader.Sums(
            new FigureQuestion(
                new DateOnly(year, 1, 1),
                new DateOnly(year, 12, 31),
                city,
                [Measure.Services],
                By: [FigureDimension.Team, FigureDimension.Skill]
            )
        );
        var services = counted.Where(pair => pair.Key is { Dimension: "none", Measure: "services" }).Sum(pair => pair.Value);
        Assert.Equal(services, crossed.Sum(sum => sum.Amounts[Measure.Services]));
        var middle = new DateOnly(year, 6, 15);
        var (first, second) = (
            await reader.Sums(new FigureQuestion(new DateOnly(year, 1, 1), middle, city, [Measure.Services])),
            await reader.Sums(new FigureQuestion(middle.AddDays(1), new DateOnly(year, 12, 31), city, [Measure.Services]))
        );
        Assert.True(
            services == first.Concat(second).Sum(sum => sum.Amounts[Measure.Services]),
            $"Seed {seed}, {when}: two halves of the year are not the whole."
        );
    }

    private async Task CheckCorrections(FigureReader reader, Dictionary<Cell, long> counted, string when)
    {
        foreach (var (month, then) in frozen)
        {
            var corrected = new Amounts();
            foreach (
                var row in await db.List<SumRow>(
                    $"select {FigureBook.Sums(All)} as sums from figure_entry where corrects = @month and city_code = @city",
                    new { month, city }
                )
            )
            {
                corrected.Add(FigureBook.Read(row.Sums, All));
            }

            foreach (var waiting in (await reader.Waiting()).Where(waiting => waiting.Corrects == month))
            {
                corrected.Add(waiting.Amounts);
            }

            foreach (var measure in All)
            {
                var (now, was) = (Sum(counted, month, measure), Sum(then, month, measure));
                Assert.True(
                    now - was == corrected[measure],
                    $"Seed {seed}, {when}: {Words.Of(measure)} of {month} was {was} and is {now}; the corrections say {corrected[measure]}."
                );
            }
        }
    }

    private static long Sum(Dictionary<Cell, long> cells, string month, Measure measure) =>
        cells
            .Where(pair => pair.Key.Dimension == "none" && pair.Key.Month == month && pair.Key.Measure == Words.Of(measure))
            .Sum(pair => pair.Value);

    private void AssertSame(Dictionary<Cell, long> wanted, Dictionary<Cell, long> said, string when)
    {
        var wrong = wanted
            .Keys.Union(said.Keys)
            .Where(cell => wanted.GetValueOrDefault(cell) != said.GetValueOrDefault(cell))
            .Select(cell => $"{cell}: {wanted.GetValueOrDefault(cell)} by hand, {said.GetValueOrDefault(cell)} said")
            .ToList();
        Assert.True(wrong.Count == 0, $"Seed {seed}, {when}:\n{string.Join('\n', wrong)}");
    }

    /// <summary>By hand: one request after the other, one fact after the other.</summary>
    private Dictionary<Cell, long> Count()
    {
        var cells = new Dictionary<Cell, long>();
        foreach (var request in requests)
        {
            Note(request, request.Created, request.Form, null, "requests_received", 1);
            Note(request, request.Accepted, request.Form, null, "requests_accepted", 1);
            Note(request, request.Closed, request.Form, null, "requests_closed", 1);
            Note(request, request.Closed, request.Form, null, "requests_confirmed_solved", request.Outcome == "confirmed" ? 1 : 0);
            Note(request, request.Cancelled, request.Form, null, "requests_cancelled", 1);
            Note(request, request.Cancelled, request.Form, null, "requests_unmet", request.Unmet ? 1 : 0);
            Note(
                request,
                request.Offers.Count == 0 ? null : request.Offers.Min(offer => offer.At),
                request.Form,
                null,
                "requests_offered",
                1
            );
            Note(
                request,
                request.Visits.Count == 0 ? null : request.Visits.Min(visit => visit.Ended),
                request.Form,
                null,
                "requests_visited",
                1
            );
            foreach (var (tier, at) in request.Escalations)
            {
                Note(request, at, request.Form, null, "escalations", 1, tier ?? request.Tier);
            }

            foreach (var (team, at) in request.Offers)
            {
                Note(request, at, request.Form, team, "offers_made", 1);
            }

            foreach (var visit in request.Visits)
            {
                var sameDay = request.Visits.Where(other => Day(other) == Day(visit)).ToList();
                var isService =
                    visit.Role == "lead"
                    || (!sameDay.Exists(other => other.Role == "lead") && sameDay.MinBy(other => other.Ended) == visit);
                var credited = LeadOf(request, visit);
                Note(request, visit.Ended, visit.Form, credited, "services", isService ? 1 : 0);
                Note(request, visit.Ended, visit.Form, visit.Team, "shared_services", visit.Role == "support" ? 1 : 0);
                Note(request, visit.Ended, visit.Form, credited, "service_person_times", visit.People);
                Note(request, visit.Ended, visit.Form, credited, "trained_person_times", visit.Attendances);
                Note(request, visit.Ended, visit.Form, credited, "training_sessions", visit.Attendances > 0 ? 1 : 0);
                Note(request, visit.Ended, visit.Form, credited, "training_microhours", visit.Attendances > 0 ? 100_000 : 0);
                Note(request, visit.Ended, visit.Form, credited, visit.Kind + "_fen", visit.BenefitFen);
                if (visit.Kind == "cost_saved")
                {
                    var column = visit.Confirmed ? "benefit_confirmed_fen" : "benefit_estimated_fen";
                    Note(request, visit.Ended, visit.Form, credited, column, visit.BenefitFen);
                }
            }

            foreach (var reports in request.Problems.Values)
            {
                var (found, last) = (reports[0].Visit, reports[^1]);
                Note(request, found.Ended, found.Form, LeadOf(request, found), "problems_found", 1);
                Note(
                    request,
                    last.Visit.Ended,
                    last.Visit.Form,
                    LeadOf(request, last.Visit),
                    "problems_solved",
                    last.Result == "solved" ? 1 : 0
                );
            }
        }

        return cells;

        void Note(Written request, DateTimeOffset? at, string form, AuthoredTeam? team, string measure, long amount, string? tier = null)
        {
            if (at is not { } moment)
            {
                return;
            }

            var month = FigureBook.MonthOf(ShanghaiTime.DayOf(moment));
            foreach (
                var (dimension, key) in new[]
                {
                    ("none", ""),
                    ("tier", tier ?? team?.Tier),
                    ("team", team?.TeamId.ToString()),
                    ("host_region", team?.RegionCode),
                    ("skill", request.Skill ?? ""),
                    ("form", form),
                    ("requester_kind", request.Kind),
                    ("urgency", request.Urgency),
                    ("channel", request.Channel),
                }
            )
            {
                if (key is not null)
                {
                    var cell = new Cell(month, request.Place, dimension, key, measure);
                    cells[cell] = cells.GetValueOrDefault(cell) + amount;
                }
            }
        }
    }

    private static DateOnly Day(WrittenVisit visit) => ShanghaiTime.DayOf(visit.Ended);

    private static AuthoredTeam LeadOf(Written request, WrittenVisit visit)
    {
        var led = request.Leads.Where(lead => lead.At <= visit.Ended).ToList();
        return led.Count == 0 ? visit.Team : led.OrderBy(lead => lead.At).ThenBy(lead => lead.Team.TeamId).Last().Team;
    }

    private sealed record Cell(string Month, string Region, string Dimension, string Key, string Measure);

    private sealed record SumRow
    {
        public string Sums { get; init; } = "";
    }

    private sealed class Written
    {
        public Guid Id { get; init; }
        public string Place { get; set; } = "";
        public string? Skill { get; set; }
        public string Form { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Urgency { get; init; } = "";
        public string Channel { get; init; } = "";
        public DateTimeOffset Created { get; init; }
        public DateTimeOffset? Accepted { get; set; }
        public DateTimeOffset? Closed { get; set; }
        public DateTimeOffset? Cancelled { get; set; }
        public string? Outcome { get; set; }
        public bool Unmet { get; set; }
        public bool Erased { get; set; }
        public int Told { get; set; }
        public string Tier { get; set; } = "county";
        public List<(string? Tier, DateTimeOffset At)> Escalations { get; } = [];
        public List<WrittenVisit> Visits { get; } = [];
        public List<(AuthoredTeam Team, DateTimeOffset At)> Leads { get; } = [];
        public List<(AuthoredTeam Team, DateTimeOffset At)> Offers { get; } = [];
        public Dictionary<Guid, List<(WrittenVisit Visit, string Result)>> Problems { get; } = [];
    }

    private sealed class WrittenVisit
    {
        public Guid Id { get; init; }
        public AuthoredTeam Team { get; init; } = null!;
        public string Role { get; init; } = "";
        public string Form { get; init; } = "";
        public DateTimeOffset Ended { get; init; }
        public int People { get; init; }
        public int Attendances { get; init; }
        public long BenefitFen { get; init; }
        public string Kind { get; init; } = "";
        public bool Confirmed { get; set; }
    }
}
