namespace Dispatch.Domain.Texts;

/// <summary>The letters and digits of a text in one way of writing: half width, lower case; every mark and blank is a gap. The length stays.</summary>
internal static class Letters
{
    public const char Gap = ' ';

    private const char FullWidthFirst = '\uFF01';
    private const char FullWidthLast = '\uFF5E';
    private const int FullWidthOffset = 0xFEE0;

    // Asked at every character of every text.
    private static readonly char[] Read = [.. Enumerable.Range(0, char.MaxValue + 1).Select(written => ReadAs((char)written))];

    public static char Of(char written) => Read[written];

    private static char ReadAs(char written)
    {
        var half = written is >= FullWidthFirst and <= FullWidthLast ? (char)(written - FullWidthOffset) : written;
        return char.IsLetterOrDigit(half) ? char.ToLowerInvariant(half) : Gap;
    }
}
