using System.Text.Json;

namespace Dispatch.Api.Storage;

/// <summary>An enum as it is written in SQL and JSON: <c>InProgress</c> is <c>in_progress</c>. Dapper would send the number.</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.ByValue[value];

    public static T To<T>(string word)
        where T : struct, Enum => Table<T>.ByWord[word];

    public static bool TryTo<T>(string word, out T value)
        where T : struct, Enum => Table<T>.ByWord.TryGetValue(word, out value);

    public static IReadOnlyCollection<string> All<T>()
        where T : struct, Enum => Table<T>.ByWord.Keys;

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ByValue = Enum.GetValues<T>()
            .ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static readonly Dictionary<string, T> ByWord = ByValue.ToDictionary(
            pair => pair.Value,
            pair => pair.Key,
            StringComparer.Ordinal
        );
    }
}
