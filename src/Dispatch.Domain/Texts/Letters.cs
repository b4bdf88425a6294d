namespace Dispatch.Domain.Texts;

/// <summary>The letters and digits of a text in one way of writing: half width, lower case; every mark and blank is a gap. The length stays.</summary>
internal static class Letters
{
    public const char Gap = ' ';

    private const char FullWidthFirst = '\uFF01';
    private const char FullWidthLast = '\uFF5E';
    private const int FullWidthOffset = 0xFEE0;

    public static string Of(string text) =>
        string.Create(
            text.Length,
            text,
            static (letters, written) =>
            {
                for (var at = 0; at < letters.Length; at++)
                {
                    letters[at] = Of(written[at]);
                }
            }
        );

    private static char Of(char written)
    {
        var half = written is >= FullWidthFirst and <= FullWidthLast ? (char)(written - FullWidthOffset) : written;
        return char.IsLetterOrDigit(half) ? char.ToLowerInvariant(half) : Gap;
    }
}
