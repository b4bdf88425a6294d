namespace Dispatch.Domain.Suggestions;

/// <summary>
/// From evidence to the share of suggestions that are right: logistic curves, those of words alone fitted by gradient descent to the reference cases that are
/// not held out (counted three times) and to 250 texts authored for learning, that of the main skill to 2,862 more. The benchmark <c>quality</c> prints how far they hold.
/// </summary>
internal static class Confidence
{
    private const double LoudAtMost = 6;
    private const double WidestLead = 5;

    /// <summary>Of the main skill, by words and examples together.</summary>
    /// <param name="worth">Of the main skill.</param>
    /// <param name="rival">Worth of the next one.</param>
    /// <param name="agree">Both sides put the same skill first.</param>
    /// <param name="named">The lexicon has words of the text.</param>
    /// <param name="none">The share of texts like this that ask for no skill.</param>
    public static double OfMain(double worth, double rival, bool agree, bool named, double none) =>
        Logistic(
            -1.583
                + (0.798 * Math.Min(worth - rival, WidestLead))
                + (0.463 * worth)
                + (agree ? 0.085 : 0)
                - (0.103 * Math.Log(none + 0.001))
                + (named ? 0 : 0.369)
        );

    /// <summary>Of the loudest skill, by its words alone.</summary>
    /// <param name="score">Of the main skill.</param>
    /// <param name="rival">Of the loudest other trade.</param>
    public static double OfLoudest(double score, double rival) =>
        Logistic(-3.4 + (1.35 * Math.Min(score, LoudAtMost)) + (0.2 * Math.Min(score - rival, LoudAtMost)));

    /// <summary>A further skill is likelier wanted when it is loud beside the main one, of its domain, or a companion; an object of another
    /// trade is often only the place of the matter.</summary>
    /// <param name="score">Of the further skill.</param>
    /// <param name="top">Of the main skill.</param>
    /// <param name="named">A task or an object of the further skill was named.</param>
    public static double OfFurther(double score, double top, bool named, bool sameDomain, bool companion) =>
        Logistic(
            -4.8
                + (1.45 * Math.Min(score, LoudAtMost))
                + (0.95 * score / top)
                - (named ? 1.9 : 0)
                + (sameDomain ? 0.75 : 0)
                + (companion ? 0.9 : 0)
        );

    private static double Logistic(double sum) => 1 / (1 + Math.Exp(-sum));
}
