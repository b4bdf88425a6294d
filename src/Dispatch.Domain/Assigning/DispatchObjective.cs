using Dispatch.Domain.Requests;

namespace Dispatch.Domain.Assigning;

/// <summary>
/// What a batch makes as high as it can: the sum of weight times (100 points for being served at all, and the score of the team that
/// serves). Gains are in hundred-thousandths of a point: weights count hundredths, scores thousandths.
/// </summary>
public static class DispatchObjective
{
    /// <summary>To one weighted point.</summary>
    public const int Scale = 100_000;

    /// <summary>Being served at all counts as much as the best score: 100 points, in thousandths.</summary>
    public const int ServedPoints = 100_000;

    /// <summary>In thousandths of a point. A team asked for by name counts as if it were perfect.</summary>
    public const int PerfectPoints = 100_000;

    public const int HighestFairness = 100;

    private const int One = 100;

    /// <summary>In hundredths, 100 to 800: 1 for an ordinary request, 2 for a high one, 4 for an emergency, times 1 when it has just come and
    /// 2 when its next deadline is reached, in between by the share of the time that is gone.</summary>
    public static int Weight(Urgency urgency, DateTimeOffset since, DateTimeOffset? due, DateTimeOffset now)
    {
        var times = urgency switch
        {
            Urgency.Emergency => 4,
            Urgency.High => 2,
            _ => 1,
        };
        return times * (One + Gone(since, due, now));
    }

    /// <param name="weight">In hundredths.</param>
    /// <param name="points">The score, in thousandths of a point.</param>
    public static int Gain(int weight, int points) => weight * (ServedPoints + points);

    /// <summary>
    /// The free places of a team: its capacity less what it has in hand or is asked for. Fairness puts a price on each, the share of the
    /// team's capacity that is taken before it times (fairness / 100) times what an ordinary request gains by being served at all: who is
    /// empty is asked before who is nearly full, and nobody is left out for it.
    /// </summary>
    public static Places PlacesOf(int capacity, int taken, int fairness)
    {
        var free = Math.Max(0, capacity - taken);
        if (free == 0)
        {
            return default;
        }

        // Less than the least gain at the last place, so that a place is never dearer than to serve nobody.
        var step = fairness * (One * ServedPoints / HighestFairness) / capacity;
        return new Places(free, step * taken, step);
    }

    private static int Gone(DateTimeOffset since, DateTimeOffset? due, DateTimeOffset now)
    {
        if (due is not { } end || now <= since)
        {
            return 0;
        }

        return now >= end ? One : (int)(One * (now - since).Ticks / (end - since).Ticks);
    }
}
