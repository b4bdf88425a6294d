using System.Numerics;

namespace Dispatch.Domain.Suggestions;

/// <summary>How far two characters in a row speak for a skill: 1 if they stand in the words of no other.</summary>
internal readonly record struct PairMeaning(int Skill, double Weight);

/// <summary>Pairs of characters to what they speak for: a hash table with open addressing, for it is asked at every character of a text.</summary>
internal sealed class PairTable
{
    private readonly int[] _keys;
    private readonly (int From, int Count)[] _places;
    private readonly PairMeaning[] _meanings;
    private readonly int _shift;

    public PairTable(IReadOnlyDictionary<int, PairMeaning[]> pairs)
    {
        // At most a quarter full: most questions end at the first look, at an empty place.
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, pairs.Count * 4));
        _shift = 32 - BitOperations.Log2((uint)size);
        _keys = new int[size];
        _places = new (int, int)[size];
        _meanings = new PairMeaning[pairs.Values.Sum(meanings => meanings.Length)];
        var next = 0;
        foreach (var (key, meanings) in pairs.OrderBy(pair => pair.Key))
        {
            var place = PlaceOf(key);
            while (_keys[place] != 0)
            {
                place = (place + 1) & (size - 1);
            }

            _keys[place] = key;
            _places[place] = (next, meanings.Length);
            meanings.CopyTo(_meanings, next);
            next += meanings.Length;
        }
    }

    // Never 0 but for two U+0000, which stand in no word.
    public static int Key(char first, char second) => (first << 16) | second;

    public ReadOnlySpan<PairMeaning> Of(char first, char second)
    {
        var key = Key(first, second);
        for (var place = PlaceOf(key); _keys[place] != 0; place = (place + 1) & (_keys.Length - 1))
        {
            if (_keys[place] == key)
            {
                var (from, count) = _places[place];
                return _meanings.AsSpan(from, count);
            }
        }

        return [];
    }

    private int PlaceOf(int key) => (int)((uint)key * 2654435769u >> _shift);
}
