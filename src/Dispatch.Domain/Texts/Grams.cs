namespace Dispatch.Domain.Texts;

/// <summary>What a text is compared by: its characters and its pairs of neighbouring characters. A pair does not reach over a blank or a mark.</summary>
internal static class Grams
{
    /// <summary>At most so many grams stand in a text of this length.</summary>
    public static int MostIn(int length) => length * 2;

    public static int Pair(char first, char second) => (first << 16) | second;

    public static bool IsPair(int gram) => gram >> 16 != 0;

    /// <summary>Writes the grams in the order of the text, repeated ones each time, and returns how many.</summary>
    public static int Write(ReadOnlySpan<char> text, Span<int> grams)
    {
        var count = 0;
        var before = Letters.Gap;
        foreach (var written in text)
        {
            var letter = Letters.Of(written);
            if (letter != Letters.Gap)
            {
                if (before != Letters.Gap)
                {
                    grams[count++] = Pair(before, letter);
                }

                grams[count++] = letter;
            }

            before = letter;
        }

        return count;
    }

    /// <summary>The grams of a text, each once, in the order of their first place.</summary>
    public static int[] Of(string text)
    {
        var all = new int[MostIn(text.Length)];
        return [.. all.Take(Write(text, all)).Distinct()];
    }
}
