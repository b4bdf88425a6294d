namespace Dispatch.Domain.Matching;

/// <summary>The parts of a score, in the order they are shown.</summary>
public enum PartName
{
    Skill,
    Nearness,
    Load,
    Record,
    Soonness,
    Familiarity,
}

/// <summary>What each part of the score is worth, in points of 100; the version is saved with every offer made by it.</summary>
public sealed record Weights(int Skill, int Nearness, int Load, int Record, int Soonness, int Familiarity, string Version)
{
    /// <summary>A whole score, in thousandths of a point.</summary>
    public const int WholeScore = 100 * PointScale;

    /// <summary>Scores are integers of this fraction of a point, so that every path to them gives the same order.</summary>
    public const int PointScale = 1000;

    /// <summary>The published weights; a union may set its own.</summary>
    public static Weights Published { get; } =
        new(Skill: 35, Nearness: 25, Load: 15, Record: 10, Soonness: 10, Familiarity: 5, Version: "2026-1");

    /// <summary>Why these weights cannot be used; none when they can.</summary>
    public WeightsFault? Fault =>
        string.IsNullOrWhiteSpace(Version) ? WeightsFault.NoVersion
        : InOrder.Any(weight => weight < 0) ? WeightsFault.Negative
        : InOrder.Sum() != 100 ? WeightsFault.SumIsNotOneHundred
        : Nearness == 100 ? WeightsFault.NearnessAlone
        : null;

    private int[] InOrder => [Skill, Nearness, Load, Record, Soonness, Familiarity];

    /// <summary>The weight of each part in thousandths of a point, in the order of <see cref="PartName"/>, together always
    /// <see cref="WholeScore"/>. Without travel nearness has none and the others are scaled up to fill its place.</summary>
    public IReadOnlyList<int> Scaled(bool travels)
    {
        var weights = InOrder;
        if (!travels)
        {
            weights[(int)PartName.Nearness] = 0;
        }

        // The running sum is rounded, not each weight: so the whole comes out exactly.
        var whole = weights.Sum();
        var (sum, given) = (0, 0);
        for (var part = 0; part < weights.Length; part++)
        {
            sum += weights[part];
            var upTo = ((sum * WholeScore) + (whole / 2)) / whole;
            weights[part] = upTo - given;
            given = upTo;
        }

        return weights;
    }
}

/// <summary>Why weights are refused.</summary>
public enum WeightsFault
{
    NoVersion,
    Negative,
    SumIsNotOneHundred,

    /// <summary>Nothing would be left to score help given from afar.</summary>
    NearnessAlone,
}
