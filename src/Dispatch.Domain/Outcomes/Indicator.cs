using System.Globalization;
using System.Text.Json;

namespace Dispatch.Domain.Outcomes;

/// <summary>How the values of an indicator come together.</summary>
public enum Additivity
{
    /// <summary>The whole is the sum of its parts.</summary>
    Sum,

    /// <summary>One sum divided by another; never a mean of rates.</summary>
    Ratio,

    /// <summary>Of all cases of the period; never of medians.</summary>
    Median,

    /// <summary>Each once in the period and the place asked for: the parts may add up to more.</summary>
    Distinct,

    /// <summary>Known for each training and no wider: the same person may sit in two.</summary>
    NotOverTrainings,
}

/// <summary>How well the records show it.</summary>
public enum Proof
{
    Recorded,
    Estimated,

    /// <summary>By an officer, with evidence.</summary>
    Confirmed,
    EstimatedAndConfirmed,
}

/// <summary>A figure with one meaning, whoever asks.</summary>
/// <param name="MadeOf">Measures joined by "+"; of a ratio two such sums with "/" between; of anything else the name of what is looked at.</param>
public sealed record Indicator(string Code, string Unit, Additivity Additivity, string MadeOf)
{
    private const int RateDecimals = 2;
    private const string Money = "_fen";
    private const string Hours = "_microhours";
    private const string Minutes = "_minutes";

    private static readonly Dictionary<string, Measure> Known = Enum.GetValues<Measure>()
        .ToDictionary(measure => JsonNamingPolicy.SnakeCaseLower.ConvertName(measure.ToString()), StringComparer.Ordinal);

    private readonly Measure[] parts = Additivity is Additivity.Sum or Additivity.Ratio ? Read(MadeOf.Split('/')[0]) : [];
    private readonly Measure[] wholes = Additivity is Additivity.Ratio ? Read(MadeOf.Split('/')[1]) : [];

    /// <summary>Whether it comes out of sums alone.</summary>
    public bool IsComputedFromSums => Additivity is Additivity.Sum or Additivity.Ratio;

    /// <summary>The measures it needs.</summary>
    public IEnumerable<Measure> Measures => parts.Concat(wholes);

    /// <summary>What it is a share of, or all it is the sum of.</summary>
    public IEnumerable<Measure> Wholes => Additivity is Additivity.Ratio ? wholes : parts;

    /// <summary>So many of the smallest unit are one of its unit.</summary>
    public decimal Divisor =>
        MadeOf.Contains(Money, StringComparison.Ordinal) ? 100
        : MadeOf.Contains(Hours, StringComparison.Ordinal) ? 1_000_000
        : MadeOf.Contains(Minutes, StringComparison.Ordinal) ? 60
        : 1;

    /// <summary>Null: a rate of nothing.</summary>
    public decimal? Of(Amounts amounts)
    {
        var sum = Sum(parts, amounts);
        if (Additivity is not Additivity.Ratio)
        {
            return sum / Divisor;
        }

        var whole = Sum(wholes, amounts);
        return whole == 0 ? null : Math.Round(100 * sum / whole, RateDecimals, MidpointRounding.AwayFromZero);
    }

    /// <summary>How many cases the smallest thing in it stands for: of counts the least that is not nothing, of money and hours the services they came
    /// of.</summary>
    public long Cases(Amounts amounts) =>
        Divisor == 1
            ? Measures.Select(measure => Math.Abs(amounts[measure])).Where(count => count > 0).DefaultIfEmpty().Min()
            : Math.Abs(amounts[Measure.Services]);

    private static decimal Sum(Measure[] measures, Amounts amounts) => measures.Sum(measure => (decimal)amounts[measure]);

    private static Measure[] Read(string sum) =>
        [
            .. sum.Split('+')
                .Select(name =>
                    Known.TryGetValue(name, out var measure)
                        ? measure
                        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"There is no measure {name}."))
                ),
        ];
}
