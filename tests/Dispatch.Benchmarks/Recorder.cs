using System.Diagnostics;

namespace Dispatch.Benchmarks;

/// <summary>What the clients of one run saw.</summary>
internal sealed class Recorder
{
    private readonly Lock turn = new();
    private readonly Dictionary<string, List<double>> times = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Count, string First)> failures = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, (int Count, string First)> Failures => failures;

    public void Note(string call, TimeSpan time)
    {
        lock (turn)
        {
            if (!times.TryGetValue(call, out var list))
            {
                times[call] = list = [];
            }

            list.Add(time.TotalMilliseconds);
        }
    }

    public bool Fail(string call, Reply reply)
    {
        lock (turn)
        {
            var (count, first) = failures.GetValueOrDefault(call, (0, reply.ToString()));
            failures[call] = (count + 1, first);
        }

        return false;
    }

    /// <summary>What the warm-up saw is not told.</summary>
    public void Forget()
    {
        lock (turn)
        {
            times.Clear();
            failures.Clear();
        }
    }

    /// <summary>Milliseconds, ascending.</summary>
    public IReadOnlyList<double> Sorted(string call) => times.TryGetValue(call, out var list) ? [.. list.Order()] : [];
}

/// <summary>One round of one line: how often it was done, how long one took.</summary>
internal sealed record Round(double PerSecond, double P50, double P99, double Seconds)
{
    /// <summary>Every client repeats the step until the time is over; only steps that succeeded count.</summary>
    public static async Task<Round> Of(TimeSpan time, IReadOnlyList<Func<Task<bool>>> clients)
    {
        var all = new List<double>[clients.Count];
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(clients.Select((step, number) => Task.Run(() => Repeat(step, all[number] = []))));
        var elapsed = clock.Elapsed;
        var sorted = all.SelectMany(times => times).Order().ToList();
        return new Round(sorted.Count / elapsed.TotalSeconds, Quantile.Of(sorted, 0.5), Quantile.Of(sorted, 0.99), elapsed.TotalSeconds);

        async Task Repeat(Func<Task<bool>> step, List<double> times)
        {
            while (clock.Elapsed < time)
            {
                var from = Stopwatch.GetTimestamp();
                if (await step())
                {
                    times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                }
            }
        }
    }

    public static Round Median(IReadOnlyList<Round> rounds) =>
        new(
            Quantile.Median(rounds.Select(round => round.PerSecond)),
            Quantile.Median(rounds.Select(round => round.P50)),
            Quantile.Median(rounds.Select(round => round.P99)),
            Quantile.Median(rounds.Select(round => round.Seconds))
        );
}
