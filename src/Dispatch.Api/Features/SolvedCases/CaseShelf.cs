using System.Collections.Concurrent;
using Dispatch.Domain.Texts;

namespace Dispatch.Api.Features.SolvedCases;

/// <summary>One solved case as it is put on a shelf.</summary>
/// <param name="Requester">A fingerprint, to tell requesters apart and never to find them.</param>
internal sealed record SolvedCase(Guid RequestId, Sketch Sketch, CasePlace Place, int Requester, int Day);

/// <summary>What somebody looks for: a text like this, here, today.</summary>
internal sealed record CaseQuestion(Sketch Sketch, CasePlace Place, int Day);

/// <summary>
/// The solved cases of one skill. One writer adds, readers are never stopped: a case is complete before the count says that it is there, and a chunk is
/// never moved, only left out.
/// </summary>
internal sealed class CaseShelf
{
    /// <summary>A case of another skill of the domain is shown only if its text is about this much alike.</summary>
    public const double LeastInDomain = 0.45;

    private const int FirstChunk = 64;
    private const int LargestChunk = 4096;

    // Together 1, so that a rank is a share.
    private const float OfLikeness = 0.75f;
    private const float OfLately = 0.125f;
    private const float OfNearness = 0.125f;

    private const float Year = 365;

    // By the number of bits that differ: the cosine of the angle they tell, nothing below zero.
    private static readonly float[] Alike =
    [
        .. Enumerable.Range(0, Sketch.Bits + 1).Select(bits => OfLikeness * MathF.Max(0, MathF.Cos(MathF.PI * bits / Sketch.Bits))),
    ];

    private readonly Dictionary<CasePlace, int> numbers = [];
    private volatile Chunk[] chunks = [];

    // Grows only; a number is given out after its place is there.
    private volatile CasePlace[] places = [];

    public int Count => chunks.Sum(chunk => chunk.Count);

    /// <summary>By one writer at a time.</summary>
    public void Add(SolvedCase solved)
    {
        if (chunks.Length == 0 || chunks[^1].Count == chunks[^1].Facts.Length)
        {
            var size = chunks.Length == 0 ? FirstChunk : Math.Min(LargestChunk, chunks[^1].Facts.Length * 2);
            var kept = Count + size > CaseIndex.MostOfSkill ? chunks.Except([chunks.MinBy(chunk => chunk.LastDay)!]) : chunks;
            chunks = [.. kept, new Chunk(size)];
        }

        if (!numbers.TryGetValue(solved.Place, out var number))
        {
            numbers[solved.Place] = number = places.Length;
            places = [.. places, solved.Place];
        }

        chunks[^1].Add(solved.Sketch, new Facts(solved.RequestId, number, solved.Requester, solved.Day));
    }

    public IReadOnlyList<FoundCase> Like(CaseQuestion wanted, int most)
    {
        var (shelf, known) = (chunks, places);
        Span<float> near = known.Length <= 1024 ? stackalloc float[known.Length] : new float[known.Length];
        for (var place = 0; place < known.Length; place++)
        {
            near[place] = OfNearness * Nearness(known[place], wanted.Place);
        }

        var best = new List<FoundCase>(most + 1);
        var (least, mostBits) = (0f, Sketch.Bits);
        foreach (var chunk in shelf)
        {
            var (sketches, facts) = (chunk.Sketches, chunk.Facts);
            var count = chunk.Count;
            for (var at = 0; at < count; at++)
            {
                var bits = sketches[at].DifferingBits(wanted.Sketch);
                if (bits > mostBits)
                {
                    continue;
                }

                ref readonly var fact = ref facts[at];
                // What was added while this shelf is read may stand in a place not yet known here.
                var rank =
                    Alike[bits]
                    + (OfLately / (1 + (Math.Max(0, wanted.Day - fact.Day) / Year)))
                    + (fact.Place < near.Length ? near[fact.Place] : 0);
                if (rank > least || best.Count < most)
                {
                    least = Insert(best, new FoundCase(fact.RequestId, rank), most);
                    mostBits = MostBits(least);
                }
            }
        }

        return best;
    }

    public bool AreAtLeast(int requesters, Func<CasePlace, bool> within)
    {
        var (shelf, known) = (chunks, places);
        var inside = Array.ConvertAll(known, place => within(place));
        var seen = new HashSet<int>();
        foreach (var chunk in shelf)
        {
            var facts = chunk.Facts;
            var count = chunk.Count;
            for (var at = 0; at < count; at++)
            {
                if (facts[at].Place < inside.Length && inside[facts[at].Place] && seen.Add(facts[at].Requester) && seen.Count >= requesters)
                {
                    return true;
                }
            }
        }

        return false;
    }

    // With more, not even a case of today and from here comes above this rank.
    private static int MostBits(float least)
    {
        var bits = Sketch.Bits;
        while (bits > 0 && Alike[bits] + OfLately + OfNearness <= least)
        {
            bits--;
        }

        return bits;
    }

    /// <summary>Returns the rank that a further case must be above.</summary>
    private static float Insert(List<FoundCase> best, FoundCase found, int most)
    {
        var place = best.Count;
        while (place > 0 && best[place - 1].Rank < found.Rank)
        {
            place--;
        }

        best.Insert(place, found);
        if (best.Count > most)
        {
            best.RemoveAt(most);
        }

        return best.Count < most ? 0 : (float)best[^1].Rank;
    }

    private static float Nearness(CasePlace there, CasePlace here) =>
        there.County is not null && there.County == here.County ? 1
        : there.City is not null && there.City == here.City ? 0.7f
        : there.Province is not null && there.Province == here.Province ? 0.4f
        : 0;

    private readonly record struct Facts(Guid RequestId, int Place, int Requester, int Day);

    private sealed class Chunk(int size)
    {
        private int count;

        public Sketch[] Sketches { get; } = new Sketch[size];
        public Facts[] Facts { get; } = new Facts[size];
        public int Count => Volatile.Read(ref count);
        public int LastDay { get; private set; }

        public void Add(Sketch sketch, Facts facts)
        {
            (Sketches[count], Facts[count]) = (sketch, facts);
            LastDay = Math.Max(LastDay, facts.Day);
            Volatile.Write(ref count, count + 1);
        }
    }
}
