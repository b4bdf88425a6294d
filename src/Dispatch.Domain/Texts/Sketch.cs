using System.Numerics;

namespace Dispatch.Domain.Texts;

/// <summary>A text in 256 bits (a random-hyperplane sketch, Charikar 2002): the more alike two texts, the fewer bits differ.</summary>
public readonly record struct Sketch(ulong First, ulong Second, ulong Third, ulong Fourth)
{
    public const int Bits = 256;

    /// <summary>0 for the same text, about half of <see cref="Bits"/> for texts that share nothing.</summary>
    public int DifferingBits(in Sketch other) =>
        BitOperations.PopCount(First ^ other.First)
        + BitOperations.PopCount(Second ^ other.Second)
        + BitOperations.PopCount(Third ^ other.Third)
        + BitOperations.PopCount(Fourth ^ other.Fourth);
}
