namespace Dispatch.Domain.Matching.Index;

/// <summary>A team's place in the order: higher points first, then fewer open offers, then the lower id.</summary>
internal readonly record struct Ranked(int Points, int Pending, Guid Id, TeamBlock Block, int At)
{
    /// <summary>Below zero: this one ranks before the other.</summary>
    public int OrderAgainst(in Ranked other)
    {
        var byPoints = other.Points.CompareTo(Points);
        var byPending = byPoints != 0 ? byPoints : Pending.CompareTo(other.Pending);
        return byPending != 0 ? byPending : Id.CompareTo(other.Id);
    }
}

/// <summary>The best of those it is shown, so many at most.</summary>
internal sealed class Best(int most)
{
    // A heap: the worst of those kept stands first.
    private readonly List<Ranked> kept = [];

    /// <summary>Whoever has fewer points than these will not be kept.</summary>
    public int Floor { get; private set; } = most > 0 ? int.MinValue : int.MaxValue;

    public void Show(in Ranked team)
    {
        if (kept.Count < most)
        {
            kept.Add(team);
            Rise(kept.Count - 1);
        }
        else if (kept.Count > 0 && team.OrderAgainst(kept[0]) < 0)
        {
            kept[0] = team;
            Sink();
        }

        if (kept.Count == most && most > 0)
        {
            Floor = kept[0].Points;
        }
    }

    /// <summary>Best first.</summary>
    public List<Ranked> InOrder()
    {
        kept.Sort((one, other) => one.OrderAgainst(other));
        return kept;
    }

    private void Rise(int at)
    {
        while (at > 0 && kept[at].OrderAgainst(kept[(at - 1) / 2]) > 0)
        {
            (kept[at], kept[(at - 1) / 2]) = (kept[(at - 1) / 2], kept[at]);
            at = (at - 1) / 2;
        }
    }

    private void Sink()
    {
        for (var at = 0; ; )
        {
            var worst = at;
            for (var child = (2 * at) + 1; child <= (2 * at) + 2 && child < kept.Count; child++)
            {
                worst = kept[child].OrderAgainst(kept[worst]) > 0 ? child : worst;
            }

            if (worst == at)
            {
                return;
            }

            (kept[at], kept[worst]) = (kept[worst], kept[at]);
            at = worst;
        }
    }
}
