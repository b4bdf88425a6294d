namespace Dispatch.Domain.Assigning;

/// <summary>The teams a search has reached, nearest first; a heap of four children each, the distance in the upper half of the key.</summary>
internal sealed class Frontier(int teams)
{
    private readonly int[] reached = new int[teams];
    private long[] heap = new long[256];
    private int size;
    private int reachedCount;

    /// <summary>The shortest way found so far; of a team not reached, the farthest there is.</summary>
    public readonly int[] Distance = NotReached(teams);

    /// <summary>The request that moves when the search ends here, what it gains where it goes, and the team it comes from or goes to.</summary>
    public readonly int[] Mover = new int[teams];
    public readonly int[] MoverGain = new int[teams];
    public readonly int[] Link = new int[teams];

    /// <summary>Teams whose distance is final, in order of it.</summary>
    public readonly int[] Settled = new int[teams];
    public int SettledCount { get; private set; }

    public void Begin()
    {
        foreach (var team in reached.AsSpan(0, reachedCount))
        {
            Distance[team] = int.MaxValue;
        }

        reachedCount = 0;
        size = 0;
        SettledCount = 0;
    }

    /// <summary>This way is shorter than any so far.</summary>
    public void Shorten(int team, int to)
    {
        if (Distance[team] == int.MaxValue)
        {
            reached[reachedCount++] = team;
        }

        Distance[team] = to;
    }

    public void Push(int team)
    {
        if (size == heap.Length)
        {
            Array.Resize(ref heap, size * 2);
        }

        var key = ((long)Distance[team] << 32) | (uint)team;
        var at = size++;
        while (at > 0)
        {
            var parent = (at - 1) >> 2;
            if (heap[parent] <= key)
            {
                break;
            }

            heap[at] = heap[parent];
            at = parent;
        }

        heap[at] = key;
    }

    /// <summary>Settles the nearest team nearer than the limit, or none.</summary>
    public int Next(int limit)
    {
        while (size > 0)
        {
            var top = Pop();
            var (to, team) = ((int)(top >> 32), (int)top);
            if (to >= limit)
            {
                return Market.Nowhere;
            }

            // A shorter way was found after this one was pushed.
            if (to == Distance[team])
            {
                Settled[SettledCount++] = team;
                return team;
            }
        }

        return Market.Nowhere;
    }

    private static int[] NotReached(int teams)
    {
        var distance = new int[teams];
        Array.Fill(distance, int.MaxValue);
        return distance;
    }

    private long Pop()
    {
        var top = heap[0];
        var last = heap[--size];
        var at = 0;
        while (true)
        {
            var child = (4 * at) + 1;
            if (child >= size)
            {
                break;
            }

            var least = child;
            for (var other = child + 1; other < Math.Min(child + 4, size); other++)
            {
                if (heap[other] < heap[least])
                {
                    least = other;
                }
            }

            if (heap[least] >= last)
            {
                break;
            }

            heap[at] = heap[least];
            at = least;
        }

        heap[at] = last;
        return top;
    }
}
