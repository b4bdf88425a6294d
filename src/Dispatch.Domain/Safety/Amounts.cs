namespace Dispatch.Domain.Safety;

/// <summary>How many heads or persons a text counts: 七头, 三十多只, 好几个人.</summary>
internal static class Amounts
{
    private const string Digits = "零一二三四五六七八九";
    private const string Numerals = Digits + "两俩仨十百千万几多数好来余半0123456789";
    private const string Persons = "个名位人户家班口";
    private const string Heads = "头只羽匹条栏窝圈群批";
    private const int FewestSeveral = 3;
    private const int FewestMany = 5;

    public static IEnumerable<FoundWord> In(string letters)
    {
        for (var start = 0; start < letters.Length; start++)
        {
            var end = start;
            while (end < letters.Length && Numerals.Contains(letters[end]))
            {
                end++;
            }

            if (end == start)
            {
                continue;
            }

            if (end < letters.Length && Senses(letters[end], Least(letters[start..end])) is { } senses)
            {
                yield return new FoundWord(start, end + 1, senses);
            }

            start = end;
        }
    }

    /// <summary>Persons count from three, heads from five: a litter loses one or two without an epidemic.</summary>
    private static Sense[]? Senses(char measure, int least) =>
        (Persons.Contains(measure), Heads.Contains(measure)) switch
        {
            (true, _) when least >= FewestMany => [Sense.Several, Sense.Many],
            (true, _) when least >= FewestSeveral => [Sense.Several],
            (_, true) when least >= FewestMany => [Sense.Many],
            (_, true) when least > 0 => [Sense.Few],
            _ => null,
        };

    /// <summary>The smallest number that is meant.</summary>
    private static int Least(string numeral)
    {
        if (numeral.All(char.IsAsciiDigit))
        {
            return numeral.Length > 4 ? 10000 : int.Parse(numeral);
        }

        if (numeral.AsSpan().ContainsAny("十百千万") || numeral.Contains("好多") || numeral.Contains("许多"))
        {
            return 10;
        }

        if (numeral is "几" or "好几" or "数")
        {
            return numeral == "好几" ? FewestMany : FewestSeveral;
        }

        var digit = numeral
            .Where(letter => Digits.Contains(letter) || char.IsAsciiDigit(letter))
            .Select(letter => char.IsAsciiDigit(letter) ? letter - '0' : Digits.IndexOf(letter))
            .ToList();
        return numeral.Any(char.IsAsciiDigit) && digit.Count > 1 ? 10
            : digit.Count == 0 ? 0
            : digit.Min();
    }
}
