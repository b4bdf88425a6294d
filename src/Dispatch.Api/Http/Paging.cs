using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dispatch.Domain.Geography;

namespace Dispatch.Api.Http;

/// <summary>One page of a collection. <see cref="Next"/> is absent on the last page; nothing else says so.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string Self, string? Next) : IMapped
{
    [JsonIgnore]
    public FeatureCollection? Map { get; init; }

    /// <summary>The same page on the map.</summary>
    public Page<T> OnMap(MapQuery map, Func<T, (object Id, IReadOnlyList<GeoPoint> Points)> place) =>
        this with
        {
            Map = GeoJson.Of(Items, place, map, Self, Next),
        };
}

/// <summary>
/// An opaque cursor: the sort key of the last item seen, bound to the filter and order it was made for. Walking by key neither skips nor
/// repeats an item that was there throughout.
/// </summary>
internal static class Paging
{
    public const int DefaultSize = 50;
    public const int MostInOnePage = 200;

    public static int Size(int? wanted) =>
        wanted switch
        {
            null => DefaultSize,
            < 1 => throw QueryNames.Wrong("page_size", "out_of_range", "page_size 至少为 1。", "page_size must be at least 1."),
            > MostInOnePage => MostInOnePage,
            { } size => size,
        };

    /// <summary>The key in the cursor, or null on the first page.</summary>
    public static T? After<T>(HttpContext http, string? cursor)
        where T : class
    {
        if (cursor is null)
        {
            return null;
        }

        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('\n', 2);
            if (parts.Length == 2 && parts[0] == Filter(http) && JsonSerializer.Deserialize<T>(parts[1], JsonShape.Options) is { } key)
            {
                return key;
            }
        }
        catch (Exception cause) when (cause is FormatException or JsonException)
        {
            // Answered below like any other cursor that is not ours.
        }

        throw new Refused(
            ProblemKinds.BadCursor,
            "翻页标记无效或不属于此查询，请从第一页重新开始。",
            "The cursor is not valid or belongs to another query. Start again from the first page."
        );
    }

    /// <summary>Makes the page out of up to one row more than the page holds.</summary>
    public static Page<TItem> Of<TRow, TItem>(
        HttpContext http,
        IReadOnlyList<TRow> rows,
        int size,
        Func<TRow, TItem> item,
        Func<TRow, object> key
    )
    {
        var self = http.Request.Path + http.Request.QueryString;
        if (rows.Count <= size)
        {
            return new Page<TItem>([.. rows.Select(item)], self, null);
        }

        var text = Filter(http) + "\n" + JsonSerializer.Serialize(key(rows[size - 1]), JsonShape.Options);
        var cursor = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
        var query = http
            .Request.Query.Where(pair => pair.Key != "cursor")
            .Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value.ToString())}")
            .Append("cursor=" + cursor);
        return new Page<TItem>([.. rows.Take(size).Select(item)], self, $"{http.Request.Path}?{string.Join('&', query)}");
    }

    private static string Filter(HttpContext http)
    {
        var filter = http
            .Request.Query.Where(pair => pair.Key is not "cursor" and not "page_size")
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}={pair.Value}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(http.Request.Path + "?" + string.Join('&', filter))))[..16];
    }
}
