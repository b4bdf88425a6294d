namespace Dispatch.Domain.Requests;

/// <summary>What is wrong with a unified social credit code.</summary>
public enum CreditCodeFault
{
    /// <summary>It has not 18 characters.</summary>
    WrongLength,

    /// <summary>A letter the code does not use (I, O, S, V, Z), another sign, or no digits where the region stands (3 to 8).</summary>
    WrongCharacter,

    /// <summary>The last character does not follow from the others: most likely a slip.</summary>
    WrongCheckCharacter,
}

/// <summary>A credit code as it was read: the code in capitals, or the fault.</summary>
public readonly record struct CreditCodeReading(string? Code, CreditCodeFault? Fault);

/// <summary>Unified social credit code of organisations, GB 32100-2015: 18 characters, the last one a check modulo 31.</summary>
public static class CreditCode
{
    private const int Length = 18;
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    /// <summary>Reads a code; small and full-width letters and surrounding blanks are forgiven.</summary>
    public static CreditCodeReading Read(string? text)
    {
        var code = string.Concat((text ?? "").Trim().Select(HalfWidth.Of)).ToUpperInvariant();
        if (code.Length != Length)
        {
            return new CreditCodeReading(null, CreditCodeFault.WrongLength);
        }

        if (code.Any(letter => !Alphabet.Contains(letter)) || code[2..8].Any(letter => !char.IsAsciiDigit(letter)))
        {
            return new CreditCodeReading(null, CreditCodeFault.WrongCharacter);
        }

        return code[^1] == CheckCharacter(code)
            ? new CreditCodeReading(code, null)
            : new CreditCodeReading(null, CreditCodeFault.WrongCheckCharacter);
    }

    // GB 32100: each value times 3 to the power of its place, and the check character completes the sum to a multiple of 31.
    private static char CheckCharacter(string code)
    {
        var (sum, weight) = (0, 1);
        foreach (var letter in code.AsSpan(0, Length - 1))
        {
            sum += Alphabet.IndexOf(letter) * weight;
            weight = weight * 3 % Alphabet.Length;
        }

        return Alphabet[(Alphabet.Length - (sum % Alphabet.Length)) % Alphabet.Length];
    }
}
