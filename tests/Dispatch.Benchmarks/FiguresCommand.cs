using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Dispatch.Api;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Outcomes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Benchmarks;

/// <summary>A province's year of services: the report by month and city beside a plain aggregate of the same records, and what a service costs more because it is
/// booked.</summary>
internal static class FiguresCommand
{
    private const int ScaleHundred = 617_600;
    private const int ReadsOfARound = 20;
    private const int Clients = 4;
    private const int Sample = 1000;
    private const string Province = "440000";
    private const string Period = "from=2025-01-01&to=2025-12-31";

    private const string Asked = "services,service_person_times,problems_solved,trained_person_times,economic_benefit_yuan";

    private static readonly Measure[] Measures =
    [
        Measure.Services,
        Measure.ServicePersonTimes,
        Measure.ProblemsSolved,
        Measure.TrainedPersonTimes,
        Measure.BenefitEstimatedFen,
        Measure.BenefitConfirmedFen,
    ];

    // The records alone, each read once.
    private const string Plain = """
        select substr(visit.ended_at, 1, 7) as month, help_request.city_code as city, count(*) as services, sum(visit.stated_person_times) as people,
            sum(coalesce(solved.problems, 0)) as problems, sum(coalesce(taught.attendances, 0)) as attendances, sum(coalesce(gained.fen, 0)) as fen
        from visit
        join help_request on help_request.request_id = visit.request_id
        left join (select visit_id, count(*) as problems from problem_result where result = 'solved' group by visit_id) solved on solved.visit_id = visit.visit_id
        left join (select visit_id, sum(attendances) as attendances from training group by visit_id) taught on taught.visit_id = visit.visit_id
        left join (select visit_id, sum(amount_fen) as fen from benefit where kind in ('new_value', 'cost_saved', 'income_gain') group by visit_id) gained
            on gained.visit_id = visit.visit_id
        where visit.state = 'completed' and visit.ended_at >= '2024-12-31T16:00:00.000Z' and visit.ended_at < '2025-12-31T16:00:00.000Z'
            and help_request.province_code = '440000'
        group by substr(visit.ended_at, 1, 7), help_request.city_code
        """;

    public static async Task<int> Run(Options options)
    {
        options.Allow("services", "rounds", "jobs", "step");
        var (services, rounds, jobs) = (
            options.Number("services") ?? ScaleHundred,
            options.Number("rounds") ?? 5,
            options.Number("jobs") ?? 200
        );
        Console.WriteLine($"{Machine.Described()}; SQLite");
        if (options.Text("step") is null or "report")
        {
            await Reports(services, rounds);
        }

        if (options.Text("step") is null or "booking")
        {
            await Booking(rounds, jobs);
        }

        return 0;
    }

    private static async Task Reports(int services, int rounds)
    {
        using var folder = new TemporaryFolder();
        await using (await MeasuredProcess.StartService(TimeSpan.Zero, folder, "--Dispatch:DemoTeams=true", "--Dispatch:Timers=false"))
        {
            // It has made the schema and the reference data.
        }

        var clock = Stopwatch.StartNew();
        await Load(folder, services);
        Console.WriteLine($"{services:N0} services were there after {clock.Elapsed.TotalSeconds:N0} s");
        await DemandBooked(folder);
        await using var service = await MeasuredProcess.StartService(
            TimeSpan.Zero,
            folder,
            "--Dispatch:DemoTeams=true",
            "--Dispatch:Timers=false"
        );
        using var wires = await Wires.Open(service.Address, 1);
        await using var store = new SqliteConnection($"Data Source={folder.File("dispatch.db")};Mode=ReadOnly;Pooling=false");
        await store.OpenAsync();
        var officer = Site.Token("officer-of-the-province", region: Province);
        var path = $"/v1/reports/summary?{Period}&indicators={Asked}&rows=month&columns=city";
        await Agree(store, await wires.First.Get(path, officer));
        List<double> http = [],
            bare = [],
            plain = [];
        for (var round = 0; round < rounds; round++)
        {
            for (var read = 0; read < ReadsOfARound; read++)
            {
                http.Add(await Timed(async () => await wires.First.Get(path, officer)));
                bare.Add(await Timed(() => store.QueryAsync<SumRow>(Bare)));
            }

            plain.Add(await Timed(() => store.QueryAsync<PlainRow>(Plain)));
        }

        var (one, two, three) = (Quantile.Median(http), Quantile.Median(bare), Quantile.Median(plain));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                month x city of {services:N0} services, milliseconds, medians of {rounds} rounds
                  plain aggregate over the records     {three, 10:N2}
                  summary over HTTP                    {one, 10:N2}   {three / one:N0}x faster
                  the query of the summary alone       {two, 10:N2}   {three / two:N0}x faster
                """
            )
        );
    }

    private static string Bare =>
        $"""
            select month, region_code as region, {FigureBook.Sums(Measures)} as sums from figure_rollup
            where dimension = 'none' and month >= '2025-01' and month <= '2025-12' and province_code = '{Province}' group by month, region_code
            """;

    /// <summary>What is compared says the same.</summary>
    private static async Task Agree(SqliteConnection store, Reply reply)
    {
        var said = JsonNode.Parse(reply.Body.Span)!["table"]!["cells"]!
            .AsArray()
            .ToDictionary(
                cell => ($"{cell!["row"]}", $"{cell["column"]}"),
                cell =>
                    string.Join(
                        ' ',
                        cell!["figures"]!
                            .AsArray()
                            .Select(figure => figure!["value"]!.GetValue<decimal>().ToString("0.##", CultureInfo.InvariantCulture))
                    )
            );
        var counted = (await store.QueryAsync<PlainRow>(Plain)).ToDictionary(
            row => (row.Month, row.City),
            row =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Services} {row.People} {row.Problems} {row.Attendances} {row.Fen / 100m:0.##}"
                )
        );
        if (said.Count != counted.Count || said.Any(cell => counted[cell.Key] != cell.Value))
        {
            throw new InvalidOperationException("The report and the plain aggregate disagree.");
        }

        Console.WriteLine($"{said.Count} cells of month and city, the same in both");
    }

    private static async Task<double> Timed<T>(Func<Task<T>> work)
    {
        var from = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
    }

    /// <summary>What was loaded is what the service itself would have booked: of a sample it finds nothing to add.</summary>
    private static async Task DemandBooked(TemporaryFolder folder)
    {
        await using var app = Service.Build([
            .. MeasuredProcess.Settings(folder),
            "--Dispatch:DemoTeams=true",
            "--Dispatch:Timers=false",
            "--Logging:LogLevel:Default=Warning",
        ]);
        await Service.Start(app);
        await using var scope = app.Services.CreateAsyncScope();
        var (book, reader) = (
            scope.ServiceProvider.GetRequiredService<FigureBook>(),
            scope.ServiceProvider.GetRequiredService<FigureReader>()
        );
        var (sample, different) = (await reader.WaitingIds(), await reader.Waiting());
        if (sample.Count == 0 || different.Count > 0)
        {
            throw new InvalidOperationException($"Of {sample.Count} requests {different.Count} figures are not what the service books.");
        }

        var (from, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var database = scope.ServiceProvider.GetRequiredService<Database>();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        for (var booked = 1; booked > 0; )
        {
            await database.Write(db, Chore.Counting, async () => booked = await book.BookSome(50), CancellationToken.None);
        }

        Console.WriteLine(
            $"{sample.Count:N0} of them looked at again by the service, nothing to add: {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / sample.Count:N0} us of processor and {Stopwatch.GetElapsedTime(from).TotalMicroseconds / sample.Count:N0} us each"
        );
    }

    private static async Task Load(TemporaryFolder folder, int services)
    {
        await using var store = new SqliteConnection($"Data Source={folder.File("dispatch.db")};Pooling=false");
        await store.OpenAsync();
        foreach (var sql in LoadSql(services))
        {
            await store.ExecuteAsync(sql, commandTimeout: 3600);
        }
    }

    private static string[] LoadSql(int services) =>
        [
            "pragma temp_store = memory",
            $"create temp table place as select row_number() over (order by region_code) - 1 as at, region_code, parent_code from region where level = 'county' and parent_code in (select region_code from region where parent_code = '{Province}')",
            "create temp table crew as select row_number() over (order by team_id) - 1 as at, team_id, tier from team",
            "create temp table trade as select row_number() over (order by skill_code) - 1 as at, skill_code from skill where domain is not null",
            $"""
                create temp table job as
                with recursive number (i) as (select 0 union all select i + 1 from number where i < {services - 1})
                select i, printf('00000000-0000-4000-8000-%012x', i) as request_id, printf('10000000-0000-4000-8000-%012x', i) as visit_id,
                    printf('20000000-0000-4000-8000-%012x', i) as offer_id, date('2025-01-01', '+' || (i % 365) || ' days') || 'T04:00:00.000Z' as at
                from number
                """,
            $"""
                insert into help_request (request_id, reference, state, version, tier, requester_kind, requester_key, text, main_skill, region_code, county_code, city_code, province_code,
                    lat, lng, urgency, form, mode, channel, confidentiality, track_hash, accepted_at, resolved_at, outcome, closed_at, created_at, changed_at)
                select request_id, request_id, 'closed', 5, 'county', case i % 3 when 0 then 'farmer' when 1 then 'enterprise' else 'village' end, request_id, '',
                    (select skill_code from trade where trade.at = i % (select count(*) from trade)), place.region_code, place.region_code, place.parent_code, '{Province}',
                    23, 113, 'normal', 'on_site', 'one_to_one', 'phone', 'normal', request_id, job.at, job.at, 'confirmed', job.at, job.at, job.at
                from job join place on place.at = (i * 7919) % (select count(*) from place)
                """,
            """
                insert into offer (offer_id, request_id, team_id, state, version, role, way, tier, explanation, offered_at, answer_due_at, ended_at)
                select offer_id, request_id, team_id, 'accepted', 2, 'lead', 'picked', tier, '', job.at, job.at, job.at from job join crew on crew.at = i % (select count(*) from crew)
                """,
            """
                insert into assignment (assignment_id, request_id, team_id, offer_id, role, state, version, accepted_at, ended_at, ended_as)
                select offer_id, request_id, team_id, offer_id, 'lead', 'ended', 2, offered_at, offered_at, 'completed' from offer
                """,
            """
                insert into visit (visit_id, request_id, assignment_id, team_id, form, state, version, starts_at, ends_at, ended_at, stated_person_times, created_at)
                select visit_id, job.request_id, job.offer_id, team_id, 'on_site', 'completed', 3, at, at, at, 1 + i % 3, at from job join offer on offer.offer_id = job.offer_id
                """,
            "insert into problem (problem_id, request_id, title, found_at) select visit_id, request_id, '', at from job",
            "insert into problem (problem_id, request_id, title, found_at) select offer_id, request_id, '', at from job",
            "insert into problem_result (problem_id, visit_id, request_id, result, reported_at) select visit_id, visit_id, request_id, 'solved', at from job",
            "insert into problem_result (problem_id, visit_id, request_id, result, reported_at) select offer_id, visit_id, request_id, case i % 4 when 0 then 'partly' else 'solved' end, at from job",
            "insert into training (training_id, visit_id, request_id, topic, sessions, attendances, hours) select visit_id, visit_id, request_id, '', 1, 20 + i % 80, 2 from job where i % 3 = 0",
            "insert into benefit (benefit_id, visit_id, request_id, kind, amount_fen, basis, proof) select visit_id, visit_id, request_id, case i % 5 when 0 then 'fee_deferred' else 'cost_saved' end, 100000 + i, '', 'estimated' from job where i % 2 = 0",
            Entries(
                "offer.team_id, offer.tier, team.region_code",
                "join offer on offer.offer_id = job.offer_id join team on team.team_id = offer.team_id",
                new Dictionary<Measure, string>
                {
                    [Measure.OffersMade] = "1",
                    [Measure.Services] = "1",
                    [Measure.ServicePersonTimes] = "1 + i % 3",
                    [Measure.ProblemsFound] = "2",
                    [Measure.ProblemsSolved] = "1 + (i % 4 <> 0)",
                    [Measure.TrainingSessions] = "i % 3 = 0",
                    [Measure.TrainedPersonTimes] = "(i % 3 = 0) * (20 + i % 80)",
                    [Measure.TrainingMicrohours] = "(i % 3 = 0) * 2000000",
                    [Measure.BenefitEstimatedFen] = "(i % 2 = 0 and i % 5 <> 0) * (100000 + i)",
                    [Measure.CostSavedFen] = "(i % 2 = 0 and i % 5 <> 0) * (100000 + i)",
                    [Measure.FeeDeferredFen] = "(i % 2 = 0 and i % 5 = 0) * (100000 + i)",
                }
            ),
            Entries(
                "null, null, null",
                "",
                new Dictionary<Measure, string>
                {
                    [Measure.RequestsReceived] = "1",
                    [Measure.RequestsOffered] = "1",
                    [Measure.RequestsAccepted] = "1",
                    [Measure.RequestsVisited] = "1",
                    [Measure.RequestsResolved] = "1",
                    [Measure.RequestsClosed] = "1",
                    [Measure.RequestsConfirmedSolved] = "1",
                }
            ),
            .. Rollups.FromEntries(),
            $"insert or ignore into figure_due (request_id, mark) select request_id, 0 from job where i % {Math.Max(1, services / Sample)} = 0",
            "analyze main",
        ];

    private static string Entries(string team, string joins, Dictionary<Measure, string> amounts) =>
        $"""
            insert into figure_entry (entry_id, request_id, booked_at, happened_on, counts_on, region_code, county_code, city_code, province_code, team_id, tier, host_region_code,
                skill_code, form, requester_kind, urgency, channel, {FigureBook.Columns})
            select lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(6))), job.request_id, at,
                substr(at, 1, 10), substr(at, 1, 10), help_request.region_code, help_request.county_code, help_request.city_code, help_request.province_code, {team},
                help_request.main_skill, 'on_site', requester_kind, urgency, channel, {string.Join(
                    ", ",
                    Enum.GetValues<Measure>().Select(measure => amounts.GetValueOrDefault(measure, "0"))
                )}
            from job join help_request on help_request.request_id = job.request_id {joins}
            """;

    private static async Task Booking(int rounds, int jobs)
    {
        using TemporaryFolder with = new(),
            without = new();
        await using var booked = await MeasuredProcess.StartService(TimeSpan.Zero, with, "--Dispatch:DemoTeams=true");
        await using var unbooked = await MeasuredProcess.StartService(TimeSpan.Zero, without, "--Dispatch:DemoTeams=true");
        await using (var store = new SqliteConnection($"Data Source={without.File("dispatch.db")};Pooling=false"))
        {
            await store.OpenAsync();
            foreach (var trigger in new[] { "timeline", "help_request", "benefit", "problem_result", "team" })
            {
                await store.ExecuteAsync($"drop trigger {trigger}_is_due");
            }
        }

        List<double> ratios = [],
            costs = [];
        for (var round = -1; round < rounds; round++)
        {
            var (one, other) = (await CpuOfAJob(booked, with, jobs), await CpuOfAJob(unbooked, without, jobs));
            // The first is to get warm.
            if (round >= 0)
            {
                ratios.Add(one / other);
                costs.Add(other);
            }
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                a completed visit from call to confirmation, all twelve calls, {rounds} rounds of {jobs}: {Quantile.Median(
                    costs
                ):N2} ms of processor without booking,
                  {Quantile.Median(ratios):N3}x with it (from {ratios.Min():N3} to {ratios.Max():N3})
                """
            )
        );
    }

    private static async Task<double> CpuOfAJob(MeasuredProcess service, TemporaryFolder folder, int jobs)
    {
        var before = service.Cpu;
        var recorder = new Recorder();
        var (places, desk) = (Place.OfDemoTeams(Path.Combine(AppContext.BaseDirectory, "seeds")), new Desk());
        using var wires = await Wires.Open(service.Address, Clients);
        var clients = wires.Select((wire, number) => new MainJob(number, wire, desk, places[number % places.Count], recorder)).ToList();
        await Task.WhenAll(
            clients.Select(async client =>
            {
                for (var job = 0; job < jobs / Clients; job++)
                {
                    if (!await client.Run())
                    {
                        throw new InvalidOperationException("A job did not come to its end.");
                    }
                }
            })
        );
        await using var store = new SqliteConnection($"Data Source={folder.File("dispatch.db")};Mode=ReadOnly;Pooling=false");
        await store.OpenAsync();
        // What it does afterwards is part of it.
        while (await store.ExecuteScalarAsync<long>("select (select count(*) from figure_due) + (select count(*) from audit_waiting)") > 0)
        {
            await Task.Delay(100);
        }

        return (service.Cpu - before).TotalMilliseconds / jobs;
    }

    private sealed record SumRow
    {
        public string Month { get; init; } = "";
        public string Region { get; init; } = "";
        public string Sums { get; init; } = "";
    }

    private sealed record PlainRow
    {
        public string Month { get; init; } = "";
        public string City { get; init; } = "";
        public long Services { get; init; }
        public long People { get; init; }
        public long Problems { get; init; }
        public long Attendances { get; init; }
        public long Fen { get; init; }
    }
}
