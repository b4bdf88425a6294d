using System.Globalization;
using System.Text.Json;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Outcomes;

namespace Dispatch.Api.Features.Reports;

/// <summary>One sum of a closed month.</summary>
internal sealed record FrozenSum
{
    public string Dimension { get; init; } = "";
    public string Region { get; init; } = "";
    public string Key { get; init; } = "";
    public string Sums { get; init; } = "";
}

/// <summary>The figures of a closed month as one text that never changes, and what is signed of it.</summary>
internal static class FrozenFigures
{
    private static readonly Measure[] All = Enum.GetValues<Measure>();

    // Names in the order the canonical form wants.
    private static readonly (Measure Measure, string Name)[] Ordered =
    [
        .. All.Select(measure => (measure, Words.Of(measure))).OrderBy(pair => pair.Item2, StringComparer.Ordinal),
    ];

    /// <param name="scenario">Of a month of a made-up year; what is signed says it.</param>
    public static string Text(string month, string region, IEnumerable<FrozenSum> sums, string? scenario)
    {
        var text = new CanonicalJson()
            .Json(
                "figures",
                "["
                    + string.Join(
                        ',',
                        sums.Select(sum => (Sum: sum, Amounts: FigureBook.Read(sum.Sums, All)))
                            .Where(pair => !pair.Amounts.IsZero)
                            .OrderBy(pair => pair.Sum.Dimension, StringComparer.Ordinal)
                            .ThenBy(pair => pair.Sum.Region, StringComparer.Ordinal)
                            .ThenBy(pair => pair.Sum.Key, StringComparer.Ordinal)
                            .Select(pair =>
                                new CanonicalJson()
                                    .Json("amounts", Amounts(pair.Amounts))
                                    .Text("dimension", pair.Sum.Dimension)
                                    .Text("key", pair.Sum.Key)
                                    .Text("region", pair.Sum.Region)
                                    .ToString()
                            )
                    )
                    + "]"
            )
            .Text("month", month)
            .Text("region", region);
        return (scenario is null ? text : text.Text("synthetic", scenario)).ToString();
    }

    /// <summary>Which made-up year a frozen month is of; null: none.</summary>
    public static string? Scenario(string text)
    {
        try
        {
            using var frozen = JsonDocument.Parse(text);
            return frozen.RootElement.TryGetProperty("synthetic", out var scenario) ? scenario.GetString() : null;
        }
        catch (JsonException)
        {
            // Somebody has written over it: it is not what was signed, and that is told.
            return null;
        }
    }

    /// <summary>What all of it comes to.</summary>
    public static Amounts Total(string text)
    {
        using var frozen = JsonDocument.Parse(text);
        var total = new Amounts();
        foreach (var sum in frozen.RootElement.GetProperty("figures").EnumerateArray())
        {
            if (sum.GetProperty("dimension").GetString() != Words.Of(FigureDimension.None))
            {
                continue;
            }

            foreach (var amount in sum.GetProperty("amounts").EnumerateObject())
            {
                total[Words.To<Measure>(amount.Name)] += amount.Value.GetInt64();
            }
        }

        return total;
    }

    /// <summary>What the signature stands for.</summary>
    public static string Signed(string month, string region, DateTimeOffset closedAt, string digest, string key) =>
        new CanonicalJson()
            .Text("closedAt", closedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))
            .Text("digest", digest)
            .Text("key", key)
            .Text("kind", "report_period")
            .Text("month", month)
            .Text("region", region)
            .ToString();

    private static string Amounts(Amounts amounts)
    {
        var written = new CanonicalJson();
        foreach (var (measure, name) in Ordered.Where(pair => amounts[pair.Measure] != 0))
        {
            written.Json(name, amounts[measure].ToString(CultureInfo.InvariantCulture));
        }

        return written.ToString();
    }
}
