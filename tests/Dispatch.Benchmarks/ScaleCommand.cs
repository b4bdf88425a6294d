using System.Diagnostics;
using System.Globalization;
using Dispatch.Benchmarks.Matching;
using Dispatch.Benchmarks.Scale;
using Dispatch.Domain.Geography;

namespace Dispatch.Benchmarks;

/// <summary>The service over 10,000, 100,000 and 1,000,000 requests with their history, beside each other: what each call takes, what each row takes.</summary>
internal static class ScaleCommand
{
    /// <summary>As many at every size: it is the history that grows here. What more teams cost says <see cref="MatchCommand"/>.</summary>
    public const int Teams = 100_000;

    private const int JobsOfARound = 20;
    private const int ReadsOfARound = 40;
    private static readonly string DefaultSizes = "10000,100000,1000000";

    public static async Task<int> Run(Options options)
    {
        options.Allow("requests", "folder", "step", "rounds", "postgres", "country");
        var sizes = (options.Text("requests") ?? DefaultSizes)
            .Split(',')
            .Select(word => int.Parse(word, CultureInfo.InvariantCulture))
            .ToList();
        var (step, rounds, postgres) = (options.Text("step"), options.Number("rounds") ?? 5, options.Text("postgres"));
        using var passing = options.Text("folder") is null ? new TemporaryFolder() : null;
        var root = options.Text("folder") ?? passing!.Path;
        using var served = new ServedCountry(Teams);
        Console.WriteLine($"{Machine.Described()}; {(postgres is null ? "SQLite" : "PostgreSQL")}, {Teams:N0} teams");
        var small = await ScaleSite.Small(root, postgres, served);
        List<(int Size, ScaleSite Site)> sites = [];
        foreach (var size in sizes)
        {
            sites.Add((size, await ScaleSite.Grown(root, postgres, served, small, size)));
        }

        if (step is null or "sizes")
        {
            foreach (var (size, site) in sites)
            {
                await PrintRows(size, site);
            }
        }

        if (step is null or "measure")
        {
            await Measure(sites, served, rounds, options.Text("country") is not "no");
        }

        return 0;
    }

    private static async Task PrintRows(int size, ScaleSite site)
    {
        await using var store = site.Store();
        var bytes = await store.Sizes();
        Console.WriteLine();
        Console.WriteLine($"{size + " requests", -24} {"rows", 12} {"of a request", 13} {"bytes a row", 12} {"bytes a request", 16}");
        var (all, total) = (0L, 0L);
        foreach (var table in Growth.AllTables)
        {
            var rows = await store.Count(table);
            if (rows == 0)
            {
                continue;
            }

            var its = bytes.GetValueOrDefault(table);
            (all, total) = (all + rows, total + its);
            Console.WriteLine(
                $"{table, -24} {rows, 12:N0} {(double)rows / size, 13:N2} {(double)its / rows, 12:N0} {(double)its / size, 16:N0}"
            );
        }

        Console.WriteLine(
            $"{"together", -24} {all, 12:N0} {(double)all / size, 13:N2} {(double)total / all, 12:N0} {(double)total / size, 16:N0}"
        );
        Console.WriteLine($"{"everything, MB", -24} {bytes.Values.Sum() >> 20, 12:N0}");
    }

    private static async Task Measure(List<(int Size, ScaleSite Site)> sites, ServedCountry served, int rounds, bool country)
    {
        var bodies = MatchHttpCommand.Bodies(served.Country, Teams, 200);
        var counties = served
            .Country.Regions.Where(region => region.Level == RegionLevel.County)
            .Select(region => region.Code)
            .Order(StringComparer.Ordinal);
        var random = new Random(1);
        var mixed = counties.OrderBy(_ => random.Next()).ToList();
        var run = Guid.NewGuid().ToString("N")[..6];
        List<(int Size, MeasuredProcess Service, double Start, double AtRest)> started = [];
        List<(int Size, MeasuredProcess Service, Wires Wires, ScaleCalls Calls, double Start, double AtRest)> all = [];
        try
        {
            foreach (var (size, site) in sites)
            {
                var clock = Stopwatch.StartNew();
                var service = await site.Start(served);
                started.Add((size, service, clock.Elapsed.TotalSeconds, service.Memory));
            }

            // A connection that waits for the others to start would be closed as idle.
            foreach (var (size, service, start, atRest) in started)
            {
                var wires = await Wires.Open(service.Address, 1);
                all.Add((size, service, wires, new ScaleCalls(wires.First, bodies, mixed, run), start, atRest));
            }

            foreach (var one in all)
            {
                await one.Calls.Job();
                await one.Calls.Read(1);
                for (var job = 0; job < JobsOfARound; job++)
                {
                    await one.Calls.Job();
                }

                await one.Calls.Read(ReadsOfARound / 4);
                one.Calls.Forget();
            }

            for (var round = 0; round < rounds; round++)
            {
                foreach (var one in all)
                {
                    for (var job = 0; job < JobsOfARound; job++)
                    {
                        await one.Calls.Job();
                    }

                    await one.Calls.Read(ReadsOfARound);
                }
            }

            var memory = all.Select(one => one.Service.Memory).ToList();
            foreach (var one in all.Where(_ => country))
            {
                await one.Calls.Country();
            }

            Print([.. all.Select(one => (one.Size, one.Calls))]);
            foreach (var (one, at) in all.Select((one, at) => (one, at)))
            {
                Console.WriteLine(
                    $"{one.Size:N0}: ready after {one.Start:N1} s with {one.AtRest:N0} MB; {memory[at]:N0} MB after all calls but the report of the country, {one.Service.Memory:N0} MB after that"
                );
            }
        }
        finally
        {
            foreach (var one in all)
            {
                one.Wires.Dispose();
            }

            foreach (var one in started)
            {
                await one.Service.DisposeAsync();
            }
        }
    }

    private static void Print(List<(int Size, ScaleCalls Calls)> all)
    {
        Console.WriteLine();
        Console.WriteLine(
            $"{"milliseconds", -32}" + string.Concat(all.Select(one => $"{one.Size.ToString("N0", CultureInfo.InvariantCulture), 28}"))
        );
        Console.WriteLine($"{"", -32}" + string.Concat(all.Select(_ => $"{"p50", 11}{"p99", 11}{"n", 6}")));
        foreach (var name in all[0].Calls.Times.Keys)
        {
            var cells = all.Select(one =>
            {
                List<double> sorted = [.. one.Calls.Times.GetValueOrDefault(name, []).Order()];
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Quantile.Of(sorted, 0.5), 11:N2}{Quantile.Of(sorted, 0.99), 11:N2}{sorted.Count, 6}"
                );
            });
            Console.WriteLine($"{name, -32}" + string.Concat(cells));
        }
    }
}
