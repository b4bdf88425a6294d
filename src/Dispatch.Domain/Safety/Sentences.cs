using System.Buffers;

namespace Dispatch.Domain.Safety;

/// <summary>Where people pause: a clause ends at a comma or a blank, a sentence at a full stop. Dictated text often has neither.</summary>
internal static class Sentences
{
    private const string Stops = "。!?;\n…";

    private static readonly SearchValues<char> EndOfSentence = SearchValues.Create(Stops);
    private static readonly SearchValues<char> EndOfClause = SearchValues.Create(Stops + ", :");

    public static bool EndBetween(string letters, int from, int to) => letters.AsSpan(from, to - from).ContainsAny(EndOfSentence);

    public static bool ClauseEndsBetween(string letters, int from, int to) => letters.AsSpan(from, to - from).ContainsAny(EndOfClause);
}
