namespace Dispatch.Domain.Matching;

/// <summary>A set of supporting teams, and the places they fill; the order of sets is fewest teams, highest total, lowest ids.</summary>
/// <param name="State">The places filled, as <see cref="Places"/> counts them.</param>
internal sealed record Cover(int State, int Points, IReadOnlyList<AbleTeam> Teams)
{
    public static Cover None { get; } = new(0, 0, []);

    public Cover With(AbleTeam support, int state) => new(state, Points + support.AsSupport!.Points, [.. Teams, support]);

    /// <summary>Whether this set with one more team would come before the other.</summary>
    public bool WouldBeBefore(Cover? other, AbleTeam support)
    {
        if (other is null)
        {
            return true;
        }

        var order = (Teams.Count + 1, -(Points + support.AsSupport!.Points)).CompareTo((other.Teams.Count, -other.Points));
        return order < 0 || (order == 0 && Compare([.. Teams, support], other.Teams) < 0);
    }

    public bool IsBefore(Cover other)
    {
        var order = (Teams.Count, -Points).CompareTo((other.Teams.Count, -other.Points));
        return order < 0 || (order == 0 && Compare(Teams, other.Teams) < 0);
    }

    /// <summary>By the lowest id that one set has and the other has not.</summary>
    public static int Compare(IReadOnlyList<AbleTeam> one, IReadOnlyList<AbleTeam> other)
    {
        foreach (var (left, right) in one.Select(team => team.Team.Id).Order().Zip(other.Select(team => team.Team.Id).Order()))
        {
            if (left != right)
            {
                return left.CompareTo(right);
            }
        }

        return one.Count.CompareTo(other.Count);
    }
}

/// <summary>A lead with its supports.</summary>
/// <param name="Filled">Places they fill together.</param>
internal sealed record JointPlan(AbleTeam Lead, Cover Supports, int Filled)
{
    public int Points => Lead.AsLead!.Points + Supports.Points;

    public bool IsBefore(JointPlan other)
    {
        var order = (-Filled, Supports.Teams.Count, -Points, -Lead.AsLead!.Points, Lead.Team.Id).CompareTo(
            (-other.Filled, other.Supports.Teams.Count, -other.Points, -other.Lead.AsLead!.Points, other.Lead.Team.Id)
        );
        return order < 0 || (order == 0 && Cover.Compare(Supports.Teams, other.Supports.Teams) < 0);
    }
}

/// <summary>Places as they are given out one team after the other.</summary>
internal sealed class PlacesLeft(Places places)
{
    private readonly int[] left = [.. Enumerable.Range(0, places.Groups.Count).Select(places.OpenIn)];

    public int Filled { get; private set; }

    /// <summary>How many places a team that fits these groups would take.</summary>
    public int Gain(int groups) => left.Where((open, at) => open > 0 && (groups & (1 << at)) != 0).Count();

    /// <summary>Takes one place in each of these groups that has any; the groups in which it did.</summary>
    public int Take(int groups)
    {
        var taken = 0;
        for (var at = 0; at < left.Length; at++)
        {
            if (left[at] > 0 && (groups & (1 << at)) != 0)
            {
                left[at]--;
                Filled++;
                taken |= 1 << at;
            }
        }

        return taken;
    }

    public IReadOnlyList<EmptyPlaces> Empty() =>
        [.. places.Groups.Select((group, at) => new EmptyPlaces(group, left[at])).Where(empty => empty.Teams > 0)];
}
