using System.Diagnostics;
using System.Globalization;
using Dispatch.Benchmarks.Matching;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Teams;

namespace Dispatch.Benchmarks;

/// <summary>The ranking for a stored request over HTTP, from a database with a country of teams, beside an endpoint that does nothing; and
/// again while requests come in and teams change.</summary>
internal static class MatchHttpCommand
{
    private const int Shown = 10;
    private const int Requests = 300;
    private const int OneIntakeIn = 10;
    private const string Bare = "bare endpoint";
    private const string Alone = "matches";
    private const string Busy = "90 % matches, 10 % intake, teams changing";

    public static async Task<int> Run(Options options)
    {
        options.Allow("teams", "clients", "seconds", "rounds", "warm-up");
        var (teams, clients) = (options.Number("teams") ?? 1_000_000, options.Number("clients") ?? 64);
        var (rounds, time) = (options.Number("rounds") ?? 5, TimeSpan.FromSeconds(options.Number("seconds") ?? 2));
        var warmUp = TimeSpan.FromSeconds(options.Number("warm-up") ?? 5);
        using var served = new ServedCountry(teams);
        using var data = new TemporaryFolder();
        using var busyData = new TemporaryFolder();
        var setting = Stopwatch.StartNew();
        await served.Settle(data);
        File.Copy(data.File("dispatch.db"), busyData.File("dispatch.db"));
        Console.WriteLine(
            $"{teams:N0} teams, {clients} clients, {Machine.Described()}; the databases were made in {setting.Elapsed.TotalSeconds:N0} s"
        );

        using var folder = new TemporaryFolder();
        await using var bare = await MeasuredProcess.Start(TimeSpan.Zero, Environment.ProcessPath!, "bare", "--folder", folder.Path);
        var starting = Stopwatch.StartNew();
        await using var alone = await MeasuredProcess.StartService(TimeSpan.Zero, data, served.SeedsSetting);
        Console.WriteLine($"the service was ready after {starting.Elapsed.TotalSeconds:N1} s, with {alone.Memory:N0} MB");
        await using var busy = await MeasuredProcess.Start(
            TimeSpan.Zero,
            [
                Environment.ProcessPath!,
                "busy",
                teams.ToString(CultureInfo.InvariantCulture),
                (teams / 100).ToString(CultureInfo.InvariantCulture),
                .. MeasuredProcess.Settings(busyData),
                served.SeedsSetting,
            ]
        );
        using var bareWires = await Wires.Open(bare.Address, clients);
        using var aloneWires = await Wires.Open(alone.Address, clients);
        using var busyWires = await Wires.Open(busy.Address, clients);
        var bodies = Bodies(served.Country, teams, Requests);
        var asked = await Submit(aloneWires.First, Desk.Officer(0), bodies);
        var busyAsked = await Submit(busyWires.First, Desk.Officer(0), bodies);

        var calls = 0;
        var officers = Enumerable.Range(0, clients).Select(Desk.Officer).ToArray();
        var busyOfficers = Enumerable.Range(0, clients).Select(Desk.Officer).ToArray();
        var lines = new Dictionary<string, IReadOnlyList<Func<Task<bool>>>>(StringComparer.Ordinal)
        {
            [Bare] = bareWires.Each((wire, _) => wire.Get("/hello")),
            [Alone] = aloneWires.Each((wire, number) => wire.Get(Matches(asked, Interlocked.Increment(ref calls)), officers[number])),
            [Busy] = busyWires.Each(
                (wire, number) =>
                    Interlocked.Increment(ref calls) is var call && call % OneIntakeIn == 0
                        ? wire.Post(
                            "/v1/requests",
                            bodies[call % bodies.Count].Replace("农户", $"农户{call}", StringComparison.Ordinal),
                            busyOfficers[number],
                            $"busy-{call}"
                        )
                        : wire.Get(Matches(busyAsked, call), busyOfficers[number])
            ),
        };
        foreach (var line in lines.Values)
        {
            await Round.Of(warmUp, line);
        }

        var measured = lines.Keys.ToDictionary(name => name, _ => new List<Round>(), StringComparer.Ordinal);
        var flushes = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            flushes.Add(await bareWires.FlushTime());
            foreach (var (name, line) in lines)
            {
                measured[name].Add(await Round.Of(time, line));
            }
        }

        Console.WriteLine($"a 4 KiB write with its fsync took {Quantile.Median(flushes):N3} ms");
        Console.WriteLine($"{"", -44} {"a second", 10} {"p50 ms", 9} {"p99 ms", 9}   rounds");
        foreach (var (name, all) in measured)
        {
            var line = Round.Median(all);
            var each = string.Join(' ', all.Select(round => round.PerSecond.ToString("N0", CultureInfo.InvariantCulture)));
            Console.WriteLine($"{name, -44} {line.PerSecond, 10:N0} {line.P50, 9:N2} {line.P99, 9:N2}   {each}");
        }

        var (floor, plain, full) = (Round.Median(measured[Bare]), Round.Median(measured[Alone]), Round.Median(measured[Busy]));
        Console.WriteLine(
            $"P3 matches to the bare endpoint: {plain.PerSecond / floor.PerSecond:P1} of its rate (goal: at least 25 %), p99 {plain.P99 / floor.P99:N1} x (goal: at most 3 x)"
        );
        Console.WriteLine(
            $"P8 busy to matches alone: {full.PerSecond / plain.PerSecond:P1} of its rate (goal: at least 80 %), p99 {full.P99 / plain.P99:N1} x (goal: at most 4 x)"
        );
        Console.WriteLine($"memory: {alone.Memory:N0} MB, busy {busy.Memory:N0} MB");
        return 0;

        static string Matches(IReadOnlyList<string> ids, int call) => $"/v1/requests/{ids[call % ids.Count]}/matches?limit={Shown}";
    }

    /// <summary>Submissions whose teams are found where the mixture says.</summary>
    public static List<string> Bodies(Country country, int teams, int count)
    {
        var index = country.Index(teams);
        return [.. Scopes.Of(country, index, count)[Scopes.Mixture].Select((need, number) => Body(country, need, number))];
    }

    // A request for a city or a province stands at that tier from the start.
    private static string Body(Country country, Need need, int number)
    {
        var level = need.Tier switch
        {
            Tier.Province => RegionLevel.Province,
            Tier.City => RegionLevel.City,
            _ => RegionLevel.County,
        };
        var region = country.Rules.Regions.Enclosing(need.RegionCode, level)!.Code;
        var skills = string.Join(',', need.Skills.Select(skill => $$"""{"code":"{{skill.Code}}","minLevel":{{skill.MinLevel}}}"""));
        return $$"""
            {"requester":{"kind":"farmer","name":"农户{{number}}","phone":"13800138000"},"text":"第{{number}}件事，请派人来看一下。","skills":[{{skills}}],
            "location":{"regionCode":"{{region}}","address":"村口"},"channel":"phone"}
            """;
    }

    public static async Task<IReadOnlyList<string>> Submit(Wire wire, string officer, IReadOnlyList<string> bodies)
    {
        List<string> ids = [];
        foreach (var body in bodies)
        {
            var reply = await wire.Post("/v1/requests", body, officer, $"match-{ids.Count}");
            ids.Add(reply.IsSuccess ? reply.Text("id") : throw new InvalidOperationException(reply.ToString()));
        }

        return ids;
    }
}
