using System.Numerics;
using Dispatch.Domain.Assigning;

namespace Dispatch.Benchmarks;

/// <summary>Requests and teams around the towns of a made-up country: every request may go to the nearest teams that have its trades.</summary>
internal sealed class AssignmentWorld
{
    /// <summary>What a request costs that is left out; a choice gains what it costs less.</summary>
    public const int LeftOut = 200_000;

    private const double Width = 800;
    private const double Height = 600;
    private const int Towns = 200;
    private const int Trades = 24;

    private readonly Random random;
    private readonly List<(double X, double Y, double Share)> towns = [];

    private AssignmentWorld(int seed)
    {
        random = new Random(seed);
        for (var (town, share) = (0, 0.0); town < Towns; town++)
        {
            share += 1.0 / (town + 3);
            towns.Add((random.NextDouble() * Width, random.NextDouble() * Height, share));
        }
    }

    public static AssignmentProblem Of(int requests, int teams, int capacity, int candidates, int seed)
    {
        var world = new AssignmentWorld(seed);
        var all = Enumerable.Range(0, teams).Select(_ => world.ATeam()).ToArray();
        var choices = Enumerable.Range(0, requests).Select(_ => world.ARequest(all, candidates)).ToArray();
        return AssignmentProblem.Of(Enumerable.Repeat(new Places(capacity), teams), choices);
    }

    /// <summary>For the peer: sizes, capacities, and the choices with what they cost.</summary>
    public static async Task Write(AssignmentProblem problem, string file)
    {
        await using var writer = new StreamWriter(file);
        await writer.WriteLineAsync($"{problem.Requests} {problem.Teams} {problem.Choices} {LeftOut}");
        await writer.WriteLineAsync(string.Join(' ', problem.Places.ToArray().Select(places => places.Capacity)));
        for (var request = 0; request < problem.Requests; request++)
        {
            var own = problem.ChoicesOf(request).ToArray();
            await writer.WriteLineAsync($"{own.Length} {string.Join(' ', own.Select(choice => $"{choice.Team} {LeftOut - choice.Gain}"))}");
        }
    }

    private (double X, double Y, uint Trades, int Tier) ATeam()
    {
        var (x, y) = APlace();
        uint trades = 0;
        for (var wanted = 3 + random.Next(6); BitOperations.PopCount(trades) < wanted; )
        {
            trades |= 1u << random.Next(Trades);
        }

        return (x, y, trades, random.Next(4));
    }

    // Some team has both trades of it.
    private Choice[] ARequest((double X, double Y, uint Trades, int Tier)[] teams, int candidates)
    {
        var (x, y) = APlace();
        var had = teams[random.Next(teams.Length)].Trades;
        uint needed = 0;
        for (var wanted = 1 + random.Next(2); BitOperations.PopCount(needed) < wanted; )
        {
            needed |= had & (1u << random.Next(Trades));
        }

        return
        [
            .. teams
                .Select((team, number) => (team, number, Distance: Math.Sqrt(Math.Pow(team.X - x, 2) + Math.Pow(team.Y - y, 2))))
                .Where(found => (found.team.Trades & needed) == needed)
                .OrderBy(found => found.Distance)
                .Take(candidates)
                .Select(found => new Choice(
                    found.number,
                    LeftOut - (int)(found.Distance * 100) - (found.team.Tier * 300) - random.Next(400)
                )),
        ];
    }

    private (double X, double Y) APlace()
    {
        if (random.Next(4) == 0)
        {
            return (random.NextDouble() * Width, random.NextDouble() * Height);
        }

        var share = random.NextDouble() * towns[^1].Share;
        var (x, y, _) = towns.First(town => town.Share >= share);
        return (x + (Around() * 12), y + (Around() * 12));
    }

    private double Around() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
