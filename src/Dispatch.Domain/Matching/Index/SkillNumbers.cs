using Dispatch.Domain.Skills;

namespace Dispatch.Domain.Matching.Index;

/// <summary>A number for every skill code that occurs, with what matching asks of a skill beside it. Numbers are only ever added, so that
/// every snapshot of the teams reads them without a lock.</summary>
internal sealed class SkillNumbers(IReadOnlyDictionary<string, Skill> catalogue)
{
    private const int NoDomain = -1;

    private readonly Lock adding = new();
    private readonly Dictionary<string, int> domains = new(StringComparer.Ordinal);
    private volatile Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private volatile Entry[] entries = [];

    public int Count => entries.Length;

    /// <summary>The number of a code; none while no team has ever had it.</summary>
    public int? Find(string code) => numbers.TryGetValue(code, out var number) ? number : null;

    public string CodeOf(int number) => entries[number].Code;

    public bool IsElectrical(int number) => entries[number].IsElectrical;

    /// <summary>Whether both are of one domain; never where the catalogue knows none.</summary>
    public bool ShareDomain(int number, int? domain) => domain is { } one && entries[number].Domain == one;

    /// <summary>The domain of a code, numbered; none where the catalogue knows none or no team has a skill of it.</summary>
    public int? DomainOf(string code)
    {
        lock (adding)
        {
            return catalogue.GetValueOrDefault(code)?.Domain is { } domain && domains.TryGetValue(domain, out var number) ? number : null;
        }
    }

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

            var skill = catalogue.GetValueOrDefault(code);
            var domain = NoDomain;
            if (skill?.Domain is { } name && !domains.TryGetValue(name, out domain))
            {
                domains[name] = domain = domains.Count;
            }

            var number = entries.Length;
            entries = [.. entries, new Entry(code, domain, skill?.Licence == Licence.Electrical)];
            // Readers hold the old table: it is replaced, not changed.
            numbers = new Dictionary<string, int>(numbers, StringComparer.Ordinal) { [code] = number };
            return number;
        }
    }

    private sealed record Entry(string Code, int Domain, bool IsElectrical);
}
