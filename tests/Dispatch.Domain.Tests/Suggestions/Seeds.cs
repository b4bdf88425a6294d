using Dispatch.Domain.Suggestions;

namespace Dispatch.Domain.Tests.Suggestions;

/// <summary>The lexicon of the repository's <c>seeds/</c>, as the service reads it.</summary>
internal static class Seeds
{
    private static readonly Lazy<IReadOnlyList<LexiconEntry>> Read = new(() =>
        [
            .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "seeds", "lexicon.csv"))
                .Skip(1)
                .Select(line => line.Split(','))
                .Select(cells => new LexiconEntry(
                    Enum.Parse<WordRole>(cells[0].Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
                    cells[1].Length > 0 ? cells[1] : null,
                    cells[2].Split(';')
                )),
        ]
    );

    private static readonly Lazy<Suggester> Reader = new(() => new Suggester(Lexicon));

    public static IReadOnlyList<LexiconEntry> Lexicon => Read.Value;

    public static Suggester Suggester => Reader.Value;
}
