using System.Globalization;

namespace Dispatch.Benchmarks;

/// <summary>The service as a process, driven by many clients, beside what this host could do at best; all in turn, in one run.</summary>
internal static class HttpCommand
{
    private const string BareEndpoint = "bare endpoint";
    private const string BareInsert = "bare insert, a commit each";
    private const string BareUpdate = "bare guarded update, a commit each";
    private const string Intake = "intake";
    private const string IntakeAlone = "intake, a commit each";
    private const string Job = "main job";
    private const string JobAlone = "main job, a commit each";
    private const string ServerUpdate = "PostgreSQL: bare guarded update";
    private const string ServerJob = "PostgreSQL: main job";
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WarmTurn = TimeSpan.FromSeconds(5);

    public static async Task<int> Run(Options options)
    {
        options.Allow("clients", "seconds", "rounds", "warm-up", "fsync-delay-ms", "only", "beside", "postgres");
        var plan = new Plan(
            Clients: options.Number("clients") ?? 64,
            Time: TimeSpan.FromSeconds(options.Number("seconds") ?? 1),
            Rounds: options.Number("rounds") ?? 5,
            WarmUp: TimeSpan.FromSeconds(options.Number("warm-up") ?? 5),
            Only: options.Text("only"),
            Beside: options.Text("beside"),
            Postgres: options.Text("postgres")
        );
        Console.WriteLine($"{Machine.Described()}; SQLite at FULL on both sides");
        Console.WriteLine($"{plan.Clients} clients, {plan.Rounds} rounds of {plan.Time.TotalSeconds} s for each line in turn, medians");
        var delay = TimeSpan.FromMilliseconds(options.Number("fsync-delay-ms") ?? 0);
        if (plan.Beside is { } other)
        {
            return await BesideAnother(plan, delay, other) ? 0 : 1;
        }

        var works = await Measure(plan, TimeSpan.Zero);
        if (delay > TimeSpan.Zero)
        {
            works &= await Measure(plan, delay);
        }

        return works ? 0 : 1;
    }

    private static async Task<bool> Measure(Plan plan, TimeSpan delay)
    {
        using var folders = new Folders();
        // A delay at the flushes of a server is not ours to add.
        await using var server = plan.Postgres is { } there && delay == TimeSpan.Zero ? await FreshDatabase.Create(there) : null;
        await using var floor = server is null ? null : await FreshDatabase.Create(plan.Postgres!);
        await using var bare = await MeasuredProcess.Start(delay, floor, [Environment.ProcessPath!, "bare", "--folder", folders.Bare.Path]);
        await using var service = await MeasuredProcess.StartService(delay, folders.Service, "--Dispatch:DemoTeams=true");
        await using var alone = await MeasuredProcess.StartService(
            delay,
            folders.Alone,
            "--Dispatch:DemoTeams=true",
            "--Dispatch:CommandsPerCommit=1"
        );
        await using var served = server is null
            ? null
            : await MeasuredProcess.StartServiceOn(server, folders.Served, "--Dispatch:DemoTeams=true");
        var atRest = service.Memory;
        using var bareWires = await Wires.Open(bare.Address, plan.Clients);
        var recorder = new Recorder();
        using var jobs = await Staff.Hire(service.Address, plan.Clients, recorder);
        using var lone = await Staff.Hire(alone.Address, plan.Clients, recorder);

        using var away = served is null ? null : await Staff.Hire(served.Address, plan.Clients, new Recorder());

        var (versions, versionsThere) = (new long[plan.Clients], new long[plan.Clients]);
        var lines = new Dictionary<string, IReadOnlyList<Func<Task<bool>>>>(StringComparer.Ordinal)
        {
            [BareEndpoint] = bareWires.Each((wire, _) => wire.Get("/hello")),
            [BareInsert] = bareWires.Each(
                (wire, _) =>
                    wire.Post("/insert", """{"x":12.5,"y":48.1,"skill":7,"urgency":3,"text":"leaking pipe in the kitchen, ground floor"}""")
            ),
            [BareUpdate] = bareWires.Each((wire, number) => wire.Post("/update", Step(number, versions))),
            [Intake] = jobs.Each(job => job.Submit),
            [IntakeAlone] = lone.Each(job => job.Submit),
            [Job] = jobs.Each(job => job.Run),
            [JobAlone] = lone.Each(job => job.Run),
        };
        if (away is not null)
        {
            lines.Add(ServerUpdate, bareWires.Each((wire, number) => wire.Post("/update-on-server", Step(number, versionsThere))));
            lines.Add(ServerJob, away.Each(job => job.Run));
        }

        foreach (var name in lines.Keys.Where(name => plan.Only is { } only && name != only).ToList())
        {
            lines.Remove(name);
        }

        // In turns: a line that waited through the others' whole warm-up would find its connections closed as idle.
        for (var left = plan.WarmUp; left > TimeSpan.Zero; left -= WarmTurn)
        {
            foreach (var line in lines.Values)
            {
                await Round.Of(left < WarmTurn ? left : WarmTurn, line);
            }
        }

        recorder.Forget();
        var (flushes, rounds, highest) = (new List<double>(), lines.Keys.ToDictionary(name => name, _ => new List<Round>()), 0.0);
        for (var round = 0; round < plan.Rounds; round++)
        {
            flushes.Add(await bareWires.FlushTime());
            foreach (var (name, line) in lines)
            {
                rounds[name].Add(await Round.Of(plan.Time, line));
                highest = Math.Max(highest, service.Memory);
            }
        }

        await Task.Delay(Rest);
        Print(plan, delay, rounds, Quantile.Median(flushes));
        PrintCalls(recorder);
        Console.WriteLine(
            $"memory of the service: {atRest:N0} MB at rest, {highest:N0} MB at most under load, {service.Memory:N0} MB {Rest.TotalSeconds} s after it"
        );
        return rounds.Values.All(line => line.Exists(round => round.PerSecond > 0));
    }

    private static string Step(int number, long[] versions) =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{number},\"version\":{versions[number]++},\"state\":\"open\"}}");

    /// <summary>The main job by this build and by another one, in turn.</summary>
    /// <param name="other">Its <c>Dispatch.Api.dll</c>.</param>
    private static async Task<bool> BesideAnother(Plan plan, TimeSpan delay, string other)
    {
        using var folders = new Folders();
        await using var service = await MeasuredProcess.StartService(delay, folders.Service, "--Dispatch:DemoTeams=true");
        await using var beside = await MeasuredProcess.StartService(delay, other, folders.Alone, "--Dispatch:DemoTeams=true");
        var recorder = new Recorder();
        using var here = await Staff.Hire(service.Address, plan.Clients, recorder);
        using var there = await Staff.Hire(beside.Address, plan.Clients, recorder);
        (MeasuredProcess Process, IReadOnlyList<Func<Task<bool>>> Jobs)[] both =
        [
            (service, here.Each(job => job.Run)),
            (beside, there.Each(job => job.Run)),
        ];
        foreach (var (_, jobs) in both)
        {
            await Round.Of(plan.WarmUp, jobs);
        }

        var (rounds, costs) = (both.Select(_ => new List<Round>()).ToList(), both.Select(_ => new List<double>()).ToList());
        for (var round = 0; round < plan.Rounds; round++)
        {
            // Who goes first has the quieter machine.
            foreach (var at in round % 2 == 0 ? new[] { 0, 1 } : [1, 0])
            {
                var before = both[at].Process.Cpu;
                var done = await Round.Of(plan.Time, both[at].Jobs);
                rounds[at].Add(done);
                costs[at].Add((both[at].Process.Cpu - before).TotalMilliseconds / (done.PerSecond * done.Seconds));
            }
        }

        Console.WriteLine($"-- {Added(delay)}two builds in turn");
        Console.WriteLine($"{"", -36} {"a second", 10} {"p50 ms", 9} {"p99 ms", 9} {"CPU ms", 9}");
        foreach (var (name, at) in new[] { ("main job", 0), ("main job, the other build", 1) })
        {
            var median = Round.Median(rounds[at]);
            Console.WriteLine(
                $"{name, -36} {median.PerSecond, 10:N1} {median.P50, 9:N2} {median.P99, 9:N2} {Quantile.Median(costs[at]), 9:N2}"
            );
        }

        var jobsRatio = rounds[1].Zip(rounds[0], (another, own) => another.PerSecond / own.PerSecond).Order().ToList();
        var costRatio = costs[0].Zip(costs[1], (own, another) => own / another).Order().ToList();
        Console.WriteLine($"jobs of the other to ours, median of pairs {Quantile.Median(jobsRatio):N2} ({Spread(jobsRatio)})");
        Console.WriteLine($"processor time of a job to the other's, median of pairs {Quantile.Median(costRatio):N2} ({Spread(costRatio)})");
        return recorder.Failures.Count == 0 || rounds.TrueForAll(line => line.Exists(round => round.PerSecond > 0));
    }

    private static string Added(TimeSpan delay) => delay > TimeSpan.Zero ? $"{delay.TotalMilliseconds} ms added to every fsync; " : "";

    private static string Spread(IReadOnlyList<double> sorted) =>
        string.Create(CultureInfo.InvariantCulture, $"{sorted[0]:N2} to {sorted[^1]:N2}");

    private static void Print(Plan plan, TimeSpan delay, Dictionary<string, List<Round>> rounds, double flush)
    {
        var median = rounds.ToDictionary(line => line.Key, line => Round.Median(line.Value), StringComparer.Ordinal);
        Console.WriteLine();
        Console.WriteLine($"-- {Added(delay)}a 4 KiB write with its fsync took {flush:N3} ms (median, among the rounds)");
        Console.WriteLine($"{"", -36} {"a second", 10} {"p50 ms", 9} {"p99 ms", 9}   rounds");
        foreach (var (name, line) in median)
        {
            var each = string.Join(' ', rounds[name].Select(round => round.PerSecond.ToString("N0", CultureInfo.InvariantCulture)));
            Console.WriteLine($"{name, -36} {line.PerSecond, 10:N0} {line.P50, 9:N2} {line.P99, 9:N2}   {each}");
        }

        if (plan.Only is not null)
        {
            return;
        }

        var calls = median[Job].PerSecond * MainJob.Calls.Length;
        Console.WriteLine($"{"main job, calls", -36} {calls, 10:N0}");
        Console.WriteLine();
        var delayed = delay > TimeSpan.Zero;
        Goal("P6 intake to bare insert", median[Intake].PerSecond / median[BareInsert].PerSecond, delayed ? 8 : 1);
        Goal("P6 intake to itself with a commit each", median[Intake].PerSecond / median[IntakeAlone].PerSecond, delayed ? 8 : 2);
        if (!delayed)
        {
            Console.WriteLine($"{"P6 p99 of the intake", -48} {median[Intake].P99, 7:N2} ms (goal: at most 15 ms)");
        }

        Goal("P7 main job to itself with a commit each", median[Job].PerSecond / median[JobAlone].PerSecond, delayed ? 8 : 2);
        if (median.TryGetValue(ServerJob, out var onServer))
        {
            Goal(
                $"P7 on PostgreSQL, to {MainJob.Calls.Length} bare guarded updates",
                onServer.PerSecond * MainJob.Calls.Length / median[ServerUpdate].PerSecond,
                1.2
            );
        }

        Goal($"P7 main job to {MainJob.Calls.Length} bare guarded updates", calls / median[BareUpdate].PerSecond, delayed ? 8 : 1.2);
    }

    private static void Goal(string what, double ratio, double goal) =>
        Console.WriteLine($"{what, -48} {ratio, 7:N2} x  (goal: at least {goal} x)");

    private static void PrintCalls(Recorder recorder)
    {
        Console.WriteLine();
        Console.WriteLine($"{"call of the main job and the intake", -36} {"calls", 10} {"p50 ms", 9} {"p99 ms", 9}");
        foreach (var call in MainJob.Calls)
        {
            var times = recorder.Sorted(call);
            Console.WriteLine($"{call, -36} {times.Count, 10:N0} {Quantile.Of(times, 0.5), 9:N2} {Quantile.Of(times, 0.99), 9:N2}");
        }

        foreach (var (call, (count, first)) in recorder.Failures)
        {
            Console.WriteLine($"refused: {call} {count} times, first: {first}");
        }
    }

    private sealed record Plan(int Clients, TimeSpan Time, int Rounds, TimeSpan WarmUp, string? Only, string? Beside, string? Postgres);

    private sealed class Folders : IDisposable
    {
        public TemporaryFolder Bare { get; } = new();
        public TemporaryFolder Service { get; } = new();
        public TemporaryFolder Alone { get; } = new();
        public TemporaryFolder Served { get; } = new();

        public void Dispose()
        {
            Bare.Dispose();
            Service.Dispose();
            Alone.Dispose();
            Served.Dispose();
        }
    }

    /// <summary>A client for every connection, spread over the places of the demo teams.</summary>
    private sealed class Staff(Wires wires, IReadOnlyList<MainJob> jobs) : IDisposable
    {
        public static async Task<Staff> Hire(Uri address, int count, Recorder recorder)
        {
            var places = Place.OfDemoTeams(Path.Combine(AppContext.BaseDirectory, "seeds"));
            var desk = new Desk();
            var wires = await Wires.Open(address, count);
            return new Staff(
                wires,
                [.. wires.Select((wire, number) => new MainJob(number, wire, desk, places[number % places.Count], recorder))]
            );
        }

        public IReadOnlyList<Func<Task<bool>>> Each(Func<MainJob, Func<Task<bool>>> step) => [.. jobs.Select(step)];

        public void Dispose() => wires.Dispose();
    }
}
