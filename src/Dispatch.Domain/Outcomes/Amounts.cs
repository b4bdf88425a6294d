namespace Dispatch.Domain.Outcomes;

/// <summary>How much there is of each measure. Whole numbers alone, so that a sum is the same in whatever order it is made.</summary>
public sealed class Amounts
{
    private readonly long[] values = new long[Enum.GetValues<Measure>().Length];

    public long this[Measure measure]
    {
        get => values[(int)measure];
        set => values[(int)measure] = value;
    }

    /// <summary>Nothing of anything.</summary>
    public bool IsZero => values.AsSpan().IndexOfAnyExcept(0L) < 0;

    /// <summary>These measures, and nothing of the others.</summary>
    public Amounts Only(IEnumerable<Measure> measures)
    {
        var only = new Amounts();
        foreach (var measure in measures)
        {
            only[measure] = this[measure];
        }

        return only;
    }

    public void Add(Amounts other)
    {
        for (var at = 0; at < values.Length; at++)
        {
            values[at] += other.values[at];
        }
    }

    public void Subtract(Amounts other)
    {
        for (var at = 0; at < values.Length; at++)
        {
            values[at] -= other.values[at];
        }
    }
}
