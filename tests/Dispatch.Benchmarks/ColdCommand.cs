using System.Diagnostics;
using Dispatch.Benchmarks.Matching;

namespace Dispatch.Benchmarks;

/// <summary>From the start of the process to the answer to the first match, with a country of teams in the database, beside PostGIS
/// building the composite index over the same teams.</summary>
internal static class ColdCommand
{
    public static async Task<int> Run(Options options)
    {
        options.Allow("teams", "rounds");
        var (teams, rounds) = (options.Number("teams") ?? 1_000_000, options.Number("rounds") ?? 5);
        Console.WriteLine($"{teams:N0} teams, {Machine.Described()}; seconds");
        using var served = new ServedCountry(teams);
        using var data = new TemporaryFolder();
        await served.Settle(data);
        string request;
        await using (var service = await MeasuredProcess.StartService(TimeSpan.Zero, data, served.SeedsSetting))
        {
            using var wires = await Wires.Open(service.Address, 1);
            request = (await MatchHttpCommand.Submit(wires.First, Desk.Officer(0), MatchHttpCommand.Bodies(served.Country, teams, 10)))[0];
        }

        var (postgis, reason) = await PostGis.Start();
        await using var stopped = postgis;
        if (postgis is null)
        {
            Console.WriteLine($"skipped: PostGIS, because {reason}");
        }
        else
        {
            Console.WriteLine(postgis.Version);
            await postgis.Load(new PeerCountry(served.Country, teams));
            await postgis.Settle();
        }

        using var nobody = new TemporaryFolder();
        var (empty, ours, theirs) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            empty.Add(await ToTheFirst(nobody, "", served));
            ours.Add(await ToTheFirst(data, $"/v1/requests/{request}/matches", served));
            if (postgis is not null)
            {
                theirs.Add((await postgis.Index(PostGis.Ways[0].Index!)).TotalSeconds);
                await postgis.Index("drop index team_by_point");
            }
        }

        Print("the service with no team, to its readiness", empty);
        Print("the service with all teams, to its first match", ours);
        Print(PostGis.Ways[0].Name + ", building the index", theirs);
        if (postgis is not null)
        {
            Console.WriteLine(
                $"P9 cold start to the peer's index: {Quantile.Median(ours) / Quantile.Median(theirs):N2} x (goal: at most 0.33 x)"
            );
        }

        return 0;
    }

    private static async Task<double> ToTheFirst(TemporaryFolder data, string path, ServedCountry served)
    {
        var from = Stopwatch.StartNew();
        await using var service = await MeasuredProcess.StartService(TimeSpan.Zero, data, served.SeedsSetting);
        if (path.Length > 0)
        {
            using var wires = await Wires.Open(service.Address, 1);
            var reply = await wires.First.Get(path, Desk.Officer(0));
            if (!reply.IsSuccess)
            {
                throw new InvalidOperationException(reply.ToString());
            }
        }

        return from.Elapsed.TotalSeconds;
    }

    private static void Print(string what, List<double> rounds) =>
        Console.WriteLine(
            $"{what, -62} {Quantile.Median(rounds), 7:N1}   rounds {string.Join(' ', rounds.Select(round => round.ToString("N1")))}"
        );
}
