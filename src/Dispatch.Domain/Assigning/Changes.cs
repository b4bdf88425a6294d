namespace Dispatch.Domain.Assigning;

/// <summary>What a search has changed, so that what follows from it can be proven without looking at everything.</summary>
internal sealed class Changes
{
    /// <summary>Teams whose price, load or places are new; some more than once.</summary>
    public List<int> Teams { get; } = [];

    /// <summary>Requests that sit elsewhere, or whose choices are new.</summary>
    public List<int> Requests { get; } = [];

    /// <summary>By this much every price has risen, and the surplus of everybody with a place has fallen, beside what is named here.</summary>
    public int Shift { get; set; }

    public void Clear()
    {
        Shift = 0;
        Teams.Clear();
        Requests.Clear();
    }
}
