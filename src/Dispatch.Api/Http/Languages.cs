using System.Collections.Concurrent;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http;

internal enum Language
{
    Chinese,
    English,
}

/// <summary>The language of an answer: Chinese unless the caller prefers English (RFC 9110, 12.5.4).</summary>
internal static class Languages
{
    private const double Refused = -1;
    private const double Unnamed = 0;

    private static readonly ConcurrentDictionary<Type, bool> Worded = new();

    public static Language Language(this HttpContext context)
    {
        // What is no language range is passed over; a header without any is as good as none.
        if (!StringWithQualityHeaderValue.TryParseList(context.Request.Headers.AcceptLanguage, out var ranges))
        {
            return Http.Language.Chinese;
        }

        var (chinese, english) = (Wish(ranges, "zh"), Wish(ranges, "en"));
        return english.Quality > chinese.Quality || (english.Quality == chinese.Quality && english.Place < chinese.Place)
            ? Http.Language.English
            : Http.Language.Chinese;
    }

    /// <summary>The tag of the language in <c>Content-Language</c>.</summary>
    public static string Tag(this Language language) => language == Http.Language.English ? "en" : "zh-CN";

    /// <summary>Whether answers of this type hold words of the service, so that their bytes differ by language.</summary>
    public static bool Words(Type type) => Worded.GetOrAdd(type, static root => HasWords(root, []));

    // zh-TW and en-GB mean the one Chinese and the one English there is; * means what is not named. Named first wins among equals.
    private static (double Quality, int Place) Wish(IList<StringWithQualityHeaderValue> ranges, string language)
    {
        var named = Best(ranges, range => Primary(range).Equals(language, StringComparison.OrdinalIgnoreCase));
        return named ?? Best(ranges, range => range.Value == "*") ?? (Unnamed, int.MaxValue);
    }

    private static (double Quality, int Place)? Best(
        IList<StringWithQualityHeaderValue> ranges,
        Func<StringWithQualityHeaderValue, bool> fits
    )
    {
        (double Quality, int Place)? best = null;
        for (var place = 0; place < ranges.Count; place++)
        {
            var quality = ranges[place].Quality is { } given ? (given > 0 ? given : Refused) : 1;
            if (fits(ranges[place]) && (best is null || quality > best.Value.Quality))
            {
                best = (quality, place);
            }
        }

        return best;
    }

    // Some clients send their system's locale: zh_CN.
    private static string Primary(StringWithQualityHeaderValue range)
    {
        var tag = range.Value.ToString();
        var end = tag.AsSpan().IndexOfAny('-', '_');
        return end < 0 ? tag : tag[..end];
    }

    private static bool HasWords(Type type, HashSet<Type> seen) =>
        type == typeof(Text)
        || (
            seen.Add(type)
            && (
                type.GetGenericArguments().Any(argument => HasWords(argument, seen))
                || (
                    type.Assembly == typeof(Languages).Assembly
                    && type.GetProperties().Any(property => HasWords(property.PropertyType, seen))
                )
            )
        );
}
