using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Dispatch.Api.Http;

/// <summary>A piece of HTML or SVG. What stands in the program is taken as it is, and everything put into it is escaped, unless it is a piece of
/// markup itself: a name cannot become a tag.</summary>
[InterpolatedStringHandler]
internal readonly struct Markup(int literalLength, int formattedCount)
{
    private const int LikelyHole = 24;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder text = new(literalLength + formattedCount * LikelyHole);

    public static Markup Nothing { get; } = Of($"");

    public static Markup Of(Markup markup) => markup;

    public static Markup Each<T>(IEnumerable<T> items, Func<T, Markup> each)
    {
        var all = new Markup(0, 1);
        foreach (var item in items)
        {
            all.text.Append(each(item).text);
        }

        return all;
    }

    public void AppendLiteral(string literal) => text.Append(literal);

    public void AppendFormatted(Markup markup) => text.Append(markup.text);

    public void AppendFormatted(string? words) => text.Append(Encoder.Encode(words ?? ""));

    public void AppendFormatted(int number) => text.Append(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A length of a drawing: to a hundredth.</summary>
    public void AppendFormatted(double length) => text.Append(Math.Round(length, 2).ToString(CultureInfo.InvariantCulture));

    public override string ToString() => text.ToString();
}
