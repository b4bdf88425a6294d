using System.Diagnostics;
using Dispatch.Domain.Assigning;

namespace Dispatch.Benchmarks;

/// <summary>The best plan with its proof, beside the network simplex of LEMON on the same file; and one change to a best plan, beside LEMON
/// solving all of it anew.</summary>
internal static class AssignCommand
{
    private const int Teams = 2_000;
    private const int Capacity = 5;
    private const int Candidates = 50;
    private const int Seed = 20_260_620;
    private const int WarmUps = 12;

    public static async Task<int> Run(Options options)
    {
        options.Allow("rounds", "events", "seed");
        var (rounds, events) = (options.Number("rounds") ?? 7, options.Number("events") ?? 400);
        Console.WriteLine($"Assignment, {Machine.Described()}; one thread; {rounds} rounds in turn, medians");
        using var lemon = await LemonPeer.Make();
        using var folder = new TemporaryFolder();
        foreach (var (name, requests, ratio) in new[] { ("A", Teams * Capacity, 0.8), ("B", Teams * Capacity * 4 / 5, 0.5) })
        {
            var problem = AssignmentWorld.Of(requests, Teams, Capacity, Candidates, options.Number("seed") ?? Seed);
            Console.WriteLine(
                $"{name}: {requests:N0} requests x {Teams:N0} teams x capacity {Capacity}, {problem.Choices:N0} choices; at most {AssignmentProblem.MemoryFor(requests, Teams, problem.Choices) / 1_000_000} MB"
            );
            var file = folder.File(name);
            await AssignmentWorld.Write(problem, file);
            await Compare(problem, file, lemon, rounds, ratio, events);
        }

        return 0;
    }

    private static async Task Compare(AssignmentProblem problem, string file, LemonPeer? lemon, int rounds, double goal, int events)
    {
        var clock = Stopwatch.StartNew();
        Plan.Best(problem);
        Console.WriteLine($"  best plan, proven, cold     {clock.Elapsed.TotalMilliseconds, 10:N1} ms");
        for (var warming = 0; warming < WarmUps; warming++)
        {
            Checked(problem, Plan.Best(problem));
            Happen(problem, warming, events / 4);
        }

        var (ours, theirs) = (new List<double>(), new List<double>());
        var changes = new List<(string Kind, double Microseconds)>();
        var best = Plan.Best(problem);
        for (var round = 0; round < rounds; round++)
        {
            if (lemon is not null)
            {
                var (milliseconds, cost) = await lemon.Solve(file);
                theirs.Add(milliseconds);
                if (((long)problem.Requests * AssignmentWorld.LeftOut) - cost != best.Total)
                {
                    throw new InvalidOperationException($"LEMON finds {cost}, the plan gains {best.Total}.");
                }
            }

            clock.Restart();
            best = Plan.Best(problem);
            ours.Add(clock.Elapsed.TotalMilliseconds);
            Checked(problem, best);
            changes.AddRange(Happen(problem, WarmUps + round, events));
        }

        var greedy = problem.TotalOf(Greedy.HighestGainFirst(problem));
        var leftOut = best.Assignment().Count(team => team is null);
        Print(ours, theirs, goal);
        Console.WriteLine(
            $"  total {best.Total:N0} = bound, {leftOut} left out; the highest gain first loses {best.Total - greedy:N0} ({Cost(problem, greedy) * 100.0 / Cost(problem, best.Total) - 100:N1} % more cost)"
        );
        foreach (var kind in changes.GroupBy(change => change.Kind).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Print(kind.Key, [.. kind.Select(change => change.Microseconds)], theirs, "");
        }

        Print("every change", [.. changes.Select(change => change.Microseconds)], theirs, " (goals 1/1000 and 1/100)");
    }

    private static long Cost(AssignmentProblem problem, long total) => ((long)problem.Requests * AssignmentWorld.LeftOut) - total;

    private static void Print(List<double> ours, List<double> theirs, double goal)
    {
        Console.WriteLine($"  best plan, proven, warm     {Quantile.Median(ours), 10:N1} ms");
        if (theirs.Count > 0)
        {
            Console.WriteLine($"  LEMON network simplex -O3   {Quantile.Median(theirs), 10:N1} ms, solver alone, without a proof");
            Console.WriteLine(
                $"  ratio                       {Quantile.Median(ours) / Quantile.Median(theirs), 10:N2}    (goal at most {goal})"
            );
        }
    }

    private static void Print(string what, List<double> microseconds, List<double> theirs, string goals)
    {
        microseconds.Sort();
        var (p50, p99) = (Quantile.Of(microseconds, 0.5), Quantile.Of(microseconds, 0.99));
        var anew = theirs.Count == 0 ? double.NaN : Quantile.Median(theirs) * 1000;
        Console.WriteLine(
            $"  {what, -22} {microseconds.Count, 6:N0} times  p50 {p50, 8:N1} us = 1/{anew / p50:N0}   p99 {p99, 8:N0} us = 1/{anew / p99:N0} of LEMON anew{goals}"
        );
    }

    /// <summary>By the one who knows nothing of how it was found.</summary>
    private static void Checked(AssignmentProblem problem, Plan plan)
    {
        var verdict = CertificateCheck.Of(problem, plan.Assignment(), plan.Prices());
        if (!verdict.ProvesBest || !plan.IsProvenBest)
        {
            throw new InvalidOperationException($"Not proven best: {verdict}");
        }
    }

    /// <summary>Changes to a fresh best plan, each proven; of a hundred 30 requests come, 25 go, 25 turn more urgent, 18 teams have a place
    /// more or less, 2 teams are gone.</summary>
    private static List<(string Kind, double Microseconds)> Happen(AssignmentProblem problem, int seed, int times)
    {
        var (random, plan) = (new Random(seed), Plan.Best(problem));
        var took = new List<(string Kind, double Microseconds)>(times);
        for (var at = 0; at < times; at++)
        {
            var (request, team) = (random.Next(problem.Requests), random.Next(problem.Teams));
            var choices = problem.ChoicesOf(random.Next(problem.Requests)).ToArray();
            var urgent = Array.ConvertAll(problem.ChoicesOf(request).ToArray(), choice => choice with { Gain = choice.Gain * 3 / 2 });
            var capacity = Math.Max(0, Capacity + random.Next(-1, 2));
            var start = Stopwatch.GetTimestamp();
            var kind = random.Next(100) switch
            {
                < 30 => Did("a request comes", () => plan.Admit(choices)),
                < 55 => Did("a request goes", () => plan.Leave(request)),
                < 80 => Did("a request turns urgent", () => plan.Change(request, urgent)),
                < 98 => Did("a team's capacity", () => plan.SetCapacity(team, capacity)),
                _ => Did("a team is gone", () => plan.TakeOut(team)),
            };
            took.Add((kind, Stopwatch.GetElapsedTime(start).TotalMicroseconds));
            if (!plan.IsProvenBest)
            {
                throw new InvalidOperationException($"After {kind} the plan is not proven best.");
            }
        }

        Checked(plan.Problem(), plan);
        return took;
    }

    private static string Did(string kind, Action change)
    {
        change();
        return kind;
    }
}
