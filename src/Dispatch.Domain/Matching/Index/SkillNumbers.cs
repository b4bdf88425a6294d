using System.Collections.Frozen;
using Dispatch.Domain.Skills;

namespace Dispatch.Domain.Matching.Index;

/// <summary>A number for every skill of the catalogue, and for every other code that occurs, with what matching asks of a skill beside it.
/// Numbers are only ever added, so that every snapshot of the teams reads them without a lock.</summary>
internal sealed class SkillNumbers
{
    private const int NoDomain = -1;

    private readonly IReadOnlyDictionary<string, Skill> catalogue;
    private readonly FrozenDictionary<string, int> domains;
    private readonly Lock adding = new();
    private volatile Dictionary<string, int> numbers;
    private volatile Entry[] entries;

    public SkillNumbers(IReadOnlyDictionary<string, Skill> catalogue)
    {
        this.catalogue = catalogue;
        domains = catalogue
            .Values.Select(skill => skill.Domain)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Select((domain, number) => (domain, number))
            .ToFrozenDictionary(entry => entry.domain, entry => entry.number, StringComparer.Ordinal);
        entries = [.. catalogue.Keys.Select(EntryOf)];
        numbers = entries
            .Select((entry, number) => (entry.Code, number))
            .ToDictionary(entry => entry.Code, entry => entry.number, StringComparer.Ordinal);
    }

    public int Count => entries.Length;

    /// <summary>The number of a code; none when the catalogue does not know it and no team has ever had it.</summary>
    public int? Find(string code) => numbers.TryGetValue(code, out var number) ? number : null;

    public string CodeOf(int number) => entries[number].Code;

    public bool IsElectrical(int number) => entries[number].IsElectrical;

    /// <summary>Whether both are of one domain; never where the catalogue knows none.</summary>
    public bool ShareDomain(int number, int? domain) => domain is { } one && entries[number].Domain == one;

    /// <summary>The domain of a code, numbered; none where the catalogue knows none.</summary>
    public int? DomainOf(string code) => catalogue.GetValueOrDefault(code)?.Domain is { } domain ? domains[domain] : null;

    /// <summary>The number of a code, a new one the first time.</summary>
    public int Of(string code)
    {
        if (Find(code) is { } known)
        {
            return known;
        }

        lock (adding)
        {
            if (Find(code) is { } faster)
            {
                return faster;
            }

            var number = entries.Length;
            entries = [.. entries, EntryOf(code)];
            // Readers hold the old table: it is replaced, not changed.
            numbers = new Dictionary<string, int>(numbers, StringComparer.Ordinal) { [code] = number };
            return number;
        }
    }

    private Entry EntryOf(string code) =>
        new(code, DomainOf(code) ?? NoDomain, catalogue.GetValueOrDefault(code)?.Licence == Licence.Electrical);

    private sealed record Entry(string Code, int Domain, bool IsElectrical);
}
