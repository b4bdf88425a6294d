namespace Dispatch.Api.Features.Published;

/// <summary>What published figures of one indicator and one unit come to.</summary>
/// <param name="Of">The figures added up.</param>
/// <param name="LeftOut">Those that others have in them already.</param>
internal sealed record PublishedTotal(
    string Indicator,
    decimal Value,
    string Unit,
    FigureQualifier Qualifier,
    IReadOnlyList<string> Of,
    IReadOnlyList<string> LeftOut
);

/// <summary>Adds published figures up where that says anything.</summary>
internal static class PublishedTotals
{
    /// <summary>The title somebody holds: one person may hold several.</summary>
    public const string Titles = "titles";

    public const string EconomicBenefit = "economic_benefit_yuan";

    // Fees deferred, sales, output, donations and payments of care are money and no benefit.
    private static readonly string[] Benefits = [EconomicBenefit, "cost_saved_yuan", "income_gain_yuan"];

    private static readonly string[] Honours = ["honours", "honour_holders"];

    // What is told of one thing and is no figure of a kind.
    private static readonly string[] Single = ["note", "case_text", "quality_rate", "household_income_gain_yuan"];

    public static bool IsEconomicBenefit(string indicator) => Benefits.Contains(indicator, StringComparer.Ordinal);

    /// <summary>Honours are counted as titles, whatever the document counts them in.</summary>
    public static string UnitOf(PublishedFigureRow figure) =>
        Honours.Contains(figure.Indicator, StringComparer.Ordinal) ? Titles : figure.Unit;

    /// <summary>Of these figures, by indicator and unit; then what of it is economic benefit.</summary>
    public static IReadOnlyList<PublishedTotal> Of(IReadOnlyList<PublishedFigureRow> figures) =>
        [
            .. figures
                .Where(figure => !Single.Contains(figure.Indicator, StringComparer.Ordinal) && !IsEconomicBenefit(figure.Indicator))
                .GroupBy(figure => (figure.Indicator, Unit: UnitOf(figure)))
                .OrderBy(group => group.Key.Indicator, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Unit, StringComparer.Ordinal)
                .Select(group => Sum(group.Key.Indicator, group.Key.Unit, [.. group])),
            .. figures
                .Where(figure => IsEconomicBenefit(figure.Indicator))
                .GroupBy(figure => figure.Unit, StringComparer.Ordinal)
                .Select(group => Sum(EconomicBenefit, group.Key, [.. group])),
        ];

    private static PublishedTotal Sum(string indicator, string unit, IReadOnlyList<PublishedFigureRow> figures)
    {
        var codes = figures.ToDictionary(figure => figure.Code, StringComparer.Ordinal);
        var counted = figures.Where(figure => !IsWithin(figure, codes)).ToList();
        return new PublishedTotal(
            indicator,
            counted.Sum(figure => figure.Number),
            unit,
            Together([.. counted.Select(figure => figure.QualifierNow).Distinct()]),
            [.. counted.Select(figure => figure.Code)],
            [.. figures.Except(counted).Select(figure => figure.Code)]
        );
    }

    // However many lie between: what is in a part is in the whole. A circle ends at what it has seen.
    private static bool IsWithin(PublishedFigureRow figure, Dictionary<string, PublishedFigureRow> shown)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { figure.Code };
        for (var outer = figure.ContainedIn; outer is not null && seen.Add(outer); outer = shown.GetValueOrDefault(outer)?.ContainedIn)
        {
            if (shown.ContainsKey(outer))
            {
                return true;
            }
        }

        return false;
    }

    // More than exact figures and more than others is more than the sum; anything else is about it.
    private static FigureQualifier Together(IReadOnlyList<FigureQualifier> qualifiers) =>
        qualifiers switch
        {
            [var only] => only,
            _ when qualifiers.All(one => one is FigureQualifier.Exact or FigureQualifier.Over) => FigureQualifier.Over,
            _ when qualifiers.All(one => one is FigureQualifier.Exact or FigureQualifier.AtLeast or FigureQualifier.Over) =>
                FigureQualifier.AtLeast,
            _ => FigureQualifier.About,
        };
}
