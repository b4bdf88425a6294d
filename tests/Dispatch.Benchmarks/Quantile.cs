namespace Dispatch.Benchmarks;

internal static class Quantile
{
    /// <summary>The nearest rank: a value that was measured, of times in ascending order.</summary>
    public static double Of(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];

    public static double Median(IEnumerable<double> values) => Of([.. values.Order()], 0.5);
}
