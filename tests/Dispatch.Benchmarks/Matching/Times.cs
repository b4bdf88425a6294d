using System.Diagnostics;

namespace Dispatch.Benchmarks.Matching;

/// <summary>Times of single calls in microseconds.</summary>
internal sealed record Times(double Mean, double P50, double P99, int Calls)
{
    public double PerSecond => 1e6 / Mean;

    /// <summary>Calls with 0, 1, 2 and so on until the time is over, a few at least.</summary>
    public static Times Of(TimeSpan time, Action<int> call, int atLeast = 20)
    {
        List<double> times = [];
        var all = Stopwatch.StartNew();
        for (var at = 0; at < atLeast || all.Elapsed < time; at++)
        {
            var from = Stopwatch.GetTimestamp();
            call(at);
            times.Add(Stopwatch.GetElapsedTime(from).TotalMicroseconds);
        }

        times.Sort();
        return new Times(times.Average(), Quantile.Of(times, 0.5), Quantile.Of(times, 0.99), times.Count);
    }

    public static Times Median(IReadOnlyCollection<Times> rounds) =>
        new(
            Quantile.Median(rounds.Select(round => round.Mean)),
            Quantile.Median(rounds.Select(round => round.P50)),
            Quantile.Median(rounds.Select(round => round.P99)),
            rounds.Sum(round => round.Calls)
        );
}
