using System.Numerics;

namespace Dispatch.Domain.Texts;

/// <summary>Grams numbered from 0: a hash table with open addressing, for it is asked at every character of a text.</summary>
internal sealed class GramTable
{
    // 2^32 divided by the golden ratio: neighbours in the code table land far apart.
    private const uint Spread = 2654435769u;

    private readonly (int Gram, int Number)[] _places;
    private readonly int _shift;

    /// <param name="grams">Distinct; the place in the list is the number.</param>
    public GramTable(IReadOnlyList<int> grams)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, grams.Count * 3));
        _shift = 32 - BitOperations.Log2((uint)size);
        _places = new (int, int)[size];
        for (var number = 0; number < grams.Count; number++)
        {
            var place = PlaceOf(grams[number]);
            while (_places[place].Gram != 0)
            {
                place = (place + 1) & (size - 1);
            }

            _places[place] = (grams[number], number);
        }

        Count = grams.Count;
    }

    public int Count { get; }

    /// <summary>-1 where the gram is not in the table.</summary>
    public int NumberOf(int gram)
    {
        var places = _places;
        for (var place = PlaceOf(gram); ; place = (place + 1) & (places.Length - 1))
        {
            var (found, number) = places[place];
            if (found == gram)
            {
                return number;
            }

            if (found == 0)
            {
                return -1;
            }
        }
    }

    private int PlaceOf(int gram) => (int)((uint)gram * Spread >> _shift);
}
