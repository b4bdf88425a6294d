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
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    public static async Task<int> Run(Options options)
    {
        options.Allow("clients", "seconds", "rounds", "warm-up", "fsync-delay-ms", "only");
        var plan = new Plan(
            Clients: options.Number("clients") ?? 64,
            Time: TimeSpan.FromSeconds(options.Number("seconds") ?? 1),
            Rounds: options.Number("rounds") ?? 5,
            WarmUp: TimeSpan.FromSeconds(options.Number("warm-up") ?? 5),
            Only: options.Text("only")
        );
        Console.WriteLine($"{Machine.Described()}; SQLite at FULL on both sides");
        Console.WriteLine($"{plan.Clients} clients, {plan.Rounds} rounds of {plan.Time.TotalSeconds} s for each line in turn, medians");
        var works = await Measure(plan, TimeSpan.Zero);
        if (options.Number("fsync-delay-ms") is not (null or 0) and { } delay)
        {
            works &= await Measure(plan, TimeSpan.FromMilliseconds(delay));
        }

        return works ? 0 : 1;
    }

    private static async Task<bool> Measure(Plan plan, TimeSpan delay)
    {
        using var folders = new Folders();
        await using var bare = await MeasuredProcess.Start(delay, Environment.ProcessPath!, "bare", "--folder", folders.Bare.Path);
        await using var service = await MeasuredProcess.StartService(delay, folders.Service, "--Dispatch:DemoTeams=true");
        await using var alone = await MeasuredProcess.StartService(
            delay,
            folders.Alone,
            "--Dispatch:DemoTeams=true",
            "--Dispatch:CommandsPerCommit=1"
        );
        var atRest = service.Memory;
        using var bareWires = await Wires.Open(bare.Address, plan.Clients);
        var recorder = new Recorder();
        using var jobs = await Staff.Hire(service.Address, plan.Clients, recorder);
        using var lone = await Staff.Hire(alone.Address, plan.Clients, recorder);

        var versions = new long[plan.Clients];
        var lines = new Dictionary<string, IReadOnlyList<Func<Task<bool>>>>(StringComparer.Ordinal)
        {
            [BareEndpoint] = bareWires.Each((wire, _) => wire.Get("/hello")),
            [BareInsert] = bareWires.Each(
                (wire, _) =>
                    wire.Post("/insert", """{"x":12.5,"y":48.1,"skill":7,"urgency":3,"text":"leaking pipe in the kitchen, ground floor"}""")
            ),
            [BareUpdate] = bareWires.Each(
                (wire, number) =>
                    wire.Post(
                        "/update",
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{{\"id\":{number},\"version\":{versions[number]++},\"state\":\"open\"}}"
                        )
                    )
            ),
            [Intake] = jobs.Each(job => job.Submit),
            [IntakeAlone] = lone.Each(job => job.Submit),
            [Job] = jobs.Each(job => job.Run),
        };

        foreach (var name in lines.Keys.Where(name => plan.Only is { } only && name != only).ToList())
        {
            lines.Remove(name);
        }

        foreach (var line in lines.Values)
        {
            await Round.Of(plan.WarmUp, line);
        }

        recorder.Forget();
        var cpu = TimeSpan.Zero;
        var (flushes, rounds, highest) = (new List<double>(), lines.Keys.ToDictionary(name => name, _ => new List<Round>()), 0.0);
        for (var round = 0; round < plan.Rounds; round++)
        {
            flushes.Add(await bareWires.FlushTime());
            foreach (var (name, line) in lines)
            {
                var used = service.Cpu;
                rounds[name].Add(await Round.Of(plan.Time, line));
                cpu += name == Job ? service.Cpu - used : TimeSpan.Zero;
                highest = Math.Max(highest, service.Memory);
            }
        }

        await Task.Delay(Rest);
        Print(plan, delay, rounds, Quantile.Median(flushes));
        PrintCalls(recorder);
        if (rounds.TryGetValue(Job, out var done) && done.Sum(round => round.Count) is > 0 and var count)
        {
            Console.WriteLine($"processor time of the service: {cpu.TotalMilliseconds / count:N3} ms for a main job, {count:N0} measured");
        }

        Console.WriteLine(
            $"memory of the service: {atRest:N0} MB at rest, {highest:N0} MB at most under load, {service.Memory:N0} MB {Rest.TotalSeconds} s after it"
        );
        return rounds.Values.All(line => line.Exists(round => round.PerSecond > 0));
    }

    private static void Print(Plan plan, TimeSpan delay, Dictionary<string, List<Round>> rounds, double flush)
    {
        var median = rounds.ToDictionary(line => line.Key, line => Round.Median(line.Value), StringComparer.Ordinal);
        var added = delay > TimeSpan.Zero ? $"{delay.TotalMilliseconds} ms added to every fsync (strace); " : "";
        Console.WriteLine();
        Console.WriteLine($"-- {added}a 4 KiB write with its fsync took {flush:N3} ms (median, among the rounds)");
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

    private sealed record Plan(int Clients, TimeSpan Time, int Rounds, TimeSpan WarmUp, string? Only);

    private sealed class Folders : IDisposable
    {
        public TemporaryFolder Bare { get; } = new();
        public TemporaryFolder Service { get; } = new();
        public TemporaryFolder Alone { get; } = new();

        public void Dispose()
        {
            Bare.Dispose();
            Service.Dispose();
            Alone.Dispose();
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
