namespace Dispatch.Api.Generating;

/// <summary>Hands a whole number out by weight, so that the parts add up to it exactly.</summary>
internal static class Apportionment
{
    /// <summary>By largest remainder (Hare quota): each part gets the whole number below its share, and those that lost most by that get one more; of equals the
    /// first.</summary>
    /// <param name="most">No part is larger: what is over goes, by the same rule, to those that have room.</param>
    public static long[] Of(long total, IReadOnlyList<double> weights, long most = long.MaxValue)
    {
        var parts = new long[weights.Count];
        var open = Enumerable.Range(0, weights.Count).Where(at => weights[at] > 0).ToArray();
        while (total > 0)
        {
            if (open.Length == 0)
            {
                throw new ArgumentOutOfRangeException(nameof(total), "There is no room for all of it.");
            }

            total = Hand(total, weights, most, open, parts);
            open = [.. open.Where(at => parts[at] < most)];
        }

        return parts;
    }

    // Returns what found no room.
    private static long Hand(long total, IReadOnlyList<double> weights, long most, int[] open, long[] parts)
    {
        var sum = open.Sum(at => weights[at]);
        var (given, over) = (0L, 0L);
        var remainders = new double[open.Length];
        for (var at = 0; at < open.Length; at++)
        {
            var share = total * (weights[open[at]] / sum);
            var whole = Math.Min((long)share, total - given);
            remainders[at] = share - whole;
            given += whole;
            over += Add(whole, open[at]);
        }

        var order = Enumerable.Range(0, open.Length).OrderByDescending(at => remainders[at]).ThenBy(at => at).ToArray();
        for (var at = 0; given < total; at++, given++)
        {
            over += Add(1, open[order[at % order.Length]]);
        }

        return over;

        long Add(long more, int part)
        {
            var room = Math.Min(more, most - parts[part]);
            parts[part] += room;
            return more - room;
        }
    }
}
