namespace Dispatch.Domain.Suggestions;

/// <summary>What one word says for one skill.</summary>
internal readonly record struct Meaning(WordRole Role, int Skill, double Weight);

/// <summary>The lexicon made ready for reading. Immutable.</summary>
internal sealed class Vocabulary
{
    // A word of many skills says little about each: its weight is divided by their number to this power.
    private const double SharedPower = 0.3;

    // Pairs that a skill shares with many others are left out, they would only add noise and work.
    private const double LeastShare = 0.15;

    private readonly Meaning[][] _meanings;
    private readonly int[] _roles;

    public Vocabulary(IReadOnlyList<LexiconEntry> lexicon)
    {
        Spelling = new Spelling(Words(lexicon, WordRole.Character));
        Skills = [.. lexicon.Select(entry => entry.Skill).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Domain = [.. Skills.Select(code => code.Split('-')[0])];
        var number = Skills.Select((code, i) => (code, i)).ToDictionary(skill => skill.code, skill => skill.i, StringComparer.Ordinal);
        Companion = new bool[Skills.Length];
        foreach (var code in Words(lexicon, WordRole.Companion).Where(number.ContainsKey))
        {
            Companion[number[code]] = true;
        }

        var uses = new Dictionary<string, List<(WordRole Role, int Skill)>>(StringComparer.Ordinal);
        foreach (var entry in lexicon.Where(entry => entry.Role is not (WordRole.Character or WordRole.Companion)))
        {
            foreach (var word in entry.Words.Where(word => word.Length > 0))
            {
                var read = Spelling.Read(word);
                if (!uses.TryGetValue(read, out var known))
                {
                    uses[read] = known = [];
                }

                var use = (entry.Role, entry.Skill is null ? -1 : number[entry.Skill]);
                if (!known.Contains(use))
                {
                    known.Add(use);
                }
            }
        }

        Tree = new WordTree([.. uses.Keys]);
        _meanings = [.. uses.Values.Select(MeaningsOf)];
        _roles = [.. uses.Values.Select(known => known.Aggregate(0, (roles, use) => roles | (1 << (int)use.Role)))];
        WordCount = uses.Count;
        Pairs = new PairTable(PairsOf(uses));
    }

    public Spelling Spelling { get; }
    public WordTree Tree { get; }
    public string[] Skills { get; }

    /// <summary>The first half of the code of each skill.</summary>
    public string[] Domain { get; }

    /// <summary>Whether the skill may come with any trade and leads only where none is named.</summary>
    public bool[] Companion { get; }

    public int WordCount { get; }

    public PairTable Pairs { get; }

    public bool Knows(string skill) => NumberOf(skill) >= 0;

    public bool MayComeWithAny(string skill) => NumberOf(skill) is >= 0 and var number && Companion[number];

    public Meaning[] MeaningsOf(int word) => _meanings[word];

    public bool Has(int word, WordRole role) => (_roles[word] & (1 << (int)role)) != 0;

    private int NumberOf(string skill) => Array.BinarySearch(Skills, skill, StringComparer.Ordinal);

    private static IEnumerable<string> Words(IReadOnlyList<LexiconEntry> lexicon, WordRole role) =>
        lexicon.Where(entry => entry.Role == role).SelectMany(entry => entry.Words);

    private static Meaning[] MeaningsOf(List<(WordRole Role, int Skill)> uses)
    {
        var share = Math.Pow(Math.Max(1, uses.Count(use => use.Skill >= 0)), -SharedPower);
        return [.. uses.Where(use => use.Skill >= 0).Select(use => new Meaning(use.Role, use.Skill, share * Evidence.WeightOf(use.Role)))];
    }

    private static Dictionary<int, PairMeaning[]> PairsOf(Dictionary<string, List<(WordRole Role, int Skill)>> uses)
    {
        var counts = new Dictionary<int, Dictionary<int, double>>();
        foreach (var (word, known) in uses)
        {
            for (var i = 0; i + 1 < word.Length; i++)
            {
                if (char.IsAscii(word[i]) || char.IsAscii(word[i + 1]))
                {
                    continue;
                }

                var key = PairTable.Key(word[i], word[i + 1]);
                foreach (var (role, skill) in known.Where(use => use.Skill >= 0))
                {
                    if (!counts.TryGetValue(key, out var bySkill))
                    {
                        counts[key] = bySkill = [];
                    }

                    bySkill[skill] = bySkill.GetValueOrDefault(skill) + (role == WordRole.Hint ? 0.5 : 1);
                }
            }
        }

        var pairs = new Dictionary<int, PairMeaning[]>(counts.Count);
        foreach (var (key, bySkill) in counts)
        {
            // Half a word more in the sum: a pair seen once proves less than one seen ten times.
            var sum = bySkill.Values.Sum() + 0.5;
            var meanings = bySkill
                .Where(skill => skill.Value / sum >= LeastShare)
                .Select(skill => new PairMeaning(skill.Key, Math.Pow(skill.Value / sum, 2)))
                .ToArray();
            if (meanings.Length > 0)
            {
                pairs[key] = meanings;
            }
        }

        return pairs;
    }
}
