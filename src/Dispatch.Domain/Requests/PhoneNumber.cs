using System.Globalization;
using System.Text.RegularExpressions;

namespace Dispatch.Domain.Requests;

/// <summary>Chinese telephone numbers, kept in the international form of E.164: +8613800138000.</summary>
public static partial class PhoneNumber
{
    private const string China = "+86";
    private const string Hidden = "****";

    /// <summary>A mobile number, a fixed line with its area code, or a service number (400, 95), as E.164; null for anything else
    /// (a fixed line without area code, short public numbers such as 12351, extensions, other countries).</summary>
    public static string? Normalize(string? text)
    {
        var digits = string.Concat((text ?? "").Select(HalfWidth.Of).Where(letter => !IsSeparator(letter)));
        return Written().Match(digits) is { Success: true, Groups: var parts } ? China + parts["national"].Value : null;
    }

    /// <summary>A number as those may see it who need not call: 138****8000, 0576****34, 400****34; nothing of what is no number.</summary>
    public static string Mask(string? text)
    {
        if (Normalize(text) is not { } number)
        {
            return Hidden;
        }

        var national = number[China.Length..];
        return national switch
        {
            ['1', not '0', ..] => MaskMobile(national),
            ['4', '0', '0', ..] => $"400{Hidden}{national[^2..]}",
            { Length: < 9 } => $"95{Hidden}",
            ['1' or '2', ..] => $"0{national[..2]}{Hidden}{national[^2..]}",
            _ => $"0{national[..3]}{Hidden}{national[^2..]}",
        };
    }

    /// <summary>The text with every mobile number in it masked, also those written with blanks, dashes or full-width digits.</summary>
    public static string MaskIn(string text) =>
        MobileInText()
            .Replace(
                text,
                found =>
                    found.Groups["prefix"].Value
                    + MaskMobile(string.Concat(found.Groups["mobile"].Value.Select(HalfWidth.Of).Where(char.IsAsciiDigit)))
            );

    private static string MaskMobile(string mobile) => $"{mobile[..3]}{Hidden}{mobile[^4..]}";

    // Format characters come along invisibly when a number is copied from an address book.
    private static bool IsSeparator(char letter) =>
        letter is '(' or ')' or '.' or '·'
        || char.IsWhiteSpace(letter)
        || char.GetUnicodeCategory(letter) is UnicodeCategory.DashPunctuation or UnicodeCategory.Format;

    // Two-digit areas (10, 2x) have eight-digit numbers, all others seven or eight; the trunk 0 may be left out only after the country code.
    // 400 is followed by seven digits; 95 by three to six, and has no area. Neither is dialled with a trunk 0.
    [GeneratedRegex(
        """
            ^(?:
              ((\+|00)?86)?        (?<national> 1[3-9][0-9]{9} | 400[0-9]{7} | 95[0-9]{3,6} )
            | ((\+|00)?86 0? | 0)  (?<national> (10 | 2[0-9]) [2-8][0-9]{7} | (?!400)[3-9][0-9]{2} [2-8][0-9]{6,7} )
            )\z
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Written();

    // A longer run of digits is an order or identity number, unless it begins as a number dialled from abroad (86) or from afar (0).
    [GeneratedRegex(
        """
            (?<![0-9０-９])
            (?<prefix> ( ([0０]{2})? [8８][6６] [\ \t\u3000\-－–—]{0,2} | [0０] )? )
            (?<mobile> [1１] [\ \t\u3000.·\-－–—]{0,2} [3-9３-９] ([\ \t\u3000.·\-－–—]{0,2} [0-9０-９]){9} )
            (?![0-9０-９])
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex MobileInText();
}

/// <summary>Full-width letters and digits, as Chinese keyboards write them, as their ASCII twins.</summary>
internal static class HalfWidth
{
    public static char Of(char letter) => letter is >= '！' and <= '～' ? (char)(letter - '！' + '!') : letter;
}
