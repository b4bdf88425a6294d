namespace Dispatch.Api.Features.Exports;

/// <summary>A cell that no spreadsheet takes for a formula (OWASP, CSV injection): one that would begin one gets an apostrophe in front. A telephone number
/// with its plus is none.</summary>
internal static class SafeCell
{
    // Also in full width, which some programs read as the narrow sign.
    private const string Begins = "=+-@\t\r\n\0＝＋－＠";

    public static string Of(string? cell)
    {
        if (string.IsNullOrEmpty(cell))
        {
            return "";
        }

        var first = cell.AsSpan().TrimStart([' ', '\u3000', '"', '\'']);
        return first.Length > 0 && Begins.Contains(first[0], StringComparison.Ordinal) && !IsPhone(cell) ? "'" + cell : cell;
    }

    private static bool IsPhone(string cell) =>
        cell.Length is > 6 and < 20 && cell[0] == '+' && cell.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;
}
