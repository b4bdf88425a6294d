namespace Dispatch.Domain.Suggestions;

/// <summary>
/// From evidence to the share of suggestions that are right: two logistic curves. Fitted by gradient descent to the reference cases that are
/// not held out (<c>quality</c> says which) and to 250 texts authored for learning; the benchmark <c>quality</c> prints how far they hold.
/// </summary>
internal static class Confidence
{
    private const double LoudAtMost = 6;

    /// <param name="score">Of the main skill.</param>
    /// <param name="second">Of the one after it.</param>
    /// <param name="named">A task or an object of the skill was named.</param>
    public static double OfMain(double score, double second, bool named) =>
        Logistic(-3.4 + (1.2 * Math.Min(score, LoudAtMost)) + (0.6 * Math.Min(score - second, LoudAtMost)) - (named ? 0.3 : 0));

    /// <summary>A further skill is likelier wanted when it is loud beside the main one, of its domain, or a companion; an object of another
    /// trade is often only the place of the matter.</summary>
    /// <param name="score">Of the further skill.</param>
    /// <param name="top">Of the main skill.</param>
    public static double OfFurther(double score, double top, bool named, bool sameDomain, bool companion) =>
        Logistic(
            -5.4
                + (1.6 * Math.Min(score, LoudAtMost))
                + (1.3 * score / top)
                - (named ? 2.2 : 0)
                + (sameDomain ? 0.5 : 0)
                + (companion ? 1.2 : 0)
        );

    private static double Logistic(double sum) => 1 / (1 + Math.Exp(-sum));
}
