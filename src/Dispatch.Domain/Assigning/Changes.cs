namespace Dispatch.Domain.Assigning;

/// <summary>What a search has changed, so that what follows from it can be proven without looking at everything.</summary>
internal sealed class Changes
{
    /// <summary>Teams whose price, load or places are new; some more than once.</summary>
    public List<int> Teams { get; } = [];

    /// <summary>Requests that sit elsewhere, or whose choices are new.</summary>
    public List<int> Requests { get; } = [];

    public void Clear()
    {
        Teams.Clear();
        Requests.Clear();
    }
}
