using System.Buffers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;

namespace Dispatch.Domain.Suggestions;

/// <summary>Reads what a requester wrote: skills, urgency, form, mode, and whether it is several jobs. Linear in the text.</summary>
public sealed class Suggester
{
    private const int AtMost = 5;
    private const int Roles = 4;

    // One object outweighs any number of signs, one task an object: each further word of a role counts half of the one before, so that the
    // words of a role never reach twice its weight.
    private const double TaskWeight = 3;
    private const double ThingWeight = 2;
    private const double SignWeight = 1;
    private const double HintWeight = 0.3;
    private const double Further = 0.5;

    // A clause that says what did not help still names the thing, but less loudly.
    private const double TriedWeight = 0.5;
    private const int DenialReach = 5;
    private const double Enough = 0.9;

    private static readonly SearchValues<char> ClauseEnds = SearchValues.Create("，。；！？,;!?\n");
    private static readonly SearchValues<char> DenialEnds = SearchValues.Create("，。；！？,;!?就而\n");

    private readonly Spelling _spelling;
    private readonly WordTree _tree;
    private readonly string[] _skills;
    private readonly Meaning[][] _meanings;

    private readonly record struct Meaning(WordRole Role, int Skill, double Weight);

    public Suggester(IReadOnlyList<LexiconEntry> lexicon)
    {
        _spelling = new Spelling(lexicon.Where(entry => entry.Role == WordRole.Character).SelectMany(entry => entry.Words));
        _skills = [.. lexicon.Select(entry => entry.Skill).OfType<string>().Distinct(StringComparer.Ordinal)];
        var words = lexicon
            .Where(entry => entry.Role != WordRole.Character)
            .SelectMany(
                entry => entry.Words,
                (entry, word) => (Word: _spelling.Read(word), entry.Role, Skill: Array.IndexOf(_skills, entry.Skill))
            )
            .Distinct()
            .GroupBy(meaning => meaning.Word, StringComparer.Ordinal)
            .ToArray();
        _tree = new WordTree([.. words.Select(word => word.Key)]);
        BuildPairs(lexicon);
        _meanings = [.. words.Select(word => MeaningsOf(word.Select(meaning => (meaning.Role, meaning.Skill)).ToList()))];
    }

    private readonly Dictionary<int, (int Skill, double Share)[]> _pairs = [];
    public static double PairWeight { get; set; } = 0.5;
    public static double FirstBonus { get; set; } = 0.2;
    private void BuildPairs(IReadOnlyList<LexiconEntry> lexicon)
    {
        var counts = new Dictionary<int, Dictionary<int, double>>();
        foreach (var entry in lexicon.Where(e => e.Skill is not null))
        {
            var skill = Array.IndexOf(_skills, entry.Skill);
            foreach (var word in entry.Words)
            {
                var w = _spelling.Read(word);
                for (var i = 0; i + 1 < w.Length; i++)
                {
                    if (w[i] < 128 || w[i+1] < 128) continue;
                    var key = (w[i] << 16) | w[i + 1];
                    var inner = counts.TryGetValue(key, out var c) ? c : counts[key] = [];
                    inner[skill] = inner.GetValueOrDefault(skill) + (entry.Role == WordRole.Hint ? 0.5 : 1);
                }
            }
        }
        foreach (var (key, inner) in counts)
        {
            var sum = inner.Values.Sum();
            _pairs[key] = [.. inner.Select(p => (p.Key, p.Value / (sum + 0.5)))];
        }
    }
    private double[] PairScores(string read)
    {
        var scores = new double[_skills.Length];
        var seen = new HashSet<int>();
        for (var i = 0; i + 1 < read.Length; i++)
        {
            var key = (read[i] << 16) | read[i + 1];
            if (seen.Add(key) && _pairs.TryGetValue(key, out var list))
                foreach (var (skill, share) in list) scores[skill] += share * share;
        }
        return scores;
    }

    public IReadOnlyList<(string Code, double Score, double[] Roles)> Raw(string text)
    {
        var read = _spelling.Read(text);
        var found = new FoundWord[text.Length];
        var count = _tree.Find(read, found);
        var (scores, outside, _, roles) = Score(text, read, found.AsSpan(0, count));
        var list = Enumerable.Range(0, scores.Length).Where(s => scores[s] > 0).OrderByDescending(s => scores[s]).Select(s => (_skills[s], scores[s], roles[(s * 4)..(s * 4 + 4)])).ToList();
        list.Add(("outside", outside, []));
        return list;
    }

    public IReadOnlyList<string> Hits(string text)
    {
        var read = _spelling.Read(text);
        var found = new FoundWord[text.Length];
        var count = _tree.Find(read, found);
        return [.. found[..count].Select(f => text[f.Start..f.End] + "(" + string.Join(' ', _meanings[f.Word].Select(m => (m.Skill < 0 ? "" : _skills[m.Skill] + ":") + m.Role)) + ")")];
    }

    public Suggestion Read(string text)
    {
        var read = _spelling.Read(text);
        var found = new FoundWord[text.Length];
        var count = _tree.Find(read, found);
        var (scores, outside, words, _) = Score(text, read, found.AsSpan(0, count));

        var skills = Enumerable
            .Range(0, scores.Length)
            .Where(skill => scores[skill] >= Enough)
            .OrderByDescending(skill => scores[skill])
            .ThenBy(skill => _skills[skill], StringComparer.Ordinal)
            .Take(AtMost)
            .ToList();
        if (skills.Count > 0 && outside >= scores[skills[0]])
        {
            skills = [];
        }

        var top = skills.Count > 0 ? scores[skills[0]] : 0;
        return new Suggestion(
            [
                .. skills.Select(skill => new SuggestedSkill(
                    _skills[skill],
                    scores[skill] / (1 + top),
                    [.. words[skill]!.Distinct(StringComparer.Ordinal)]
                )),
            ],
            Urgency.Normal,
            VisitForm.OnSite,
            null,
            []
        );
    }

    private (double[] Scores, double Outside, List<string>?[] Words, double[] Roles) Score(string text, string read, ReadOnlySpan<FoundWord> found)
    {
        var scores = new double[_skills.Length];
        var seen = new double[_skills.Length * Roles];
        var roles = new double[_skills.Length * Roles];
        var words = new List<string>?[_skills.Length];
        var first = new int[_skills.Length];
        var known = new HashSet<int>();
        double outside = 0;
        double outsideNext = ThingWeight;
        for (var i = 0; i < found.Length; i++)
        {
            if (!known.Add(found[i].Word) || Denied(read, found, i))
            {
                continue;
            }

            var factor = Tried(read, found, i) ? TriedWeight : 1;
            foreach (var (role, skill, weight) in _meanings[found[i].Word])
            {
                if (role == WordRole.Outside)
                {
                    outside += outsideNext;
                    outsideNext *= Further;
                }

                if (skill < 0)
                {
                    continue;
                }

                var place = (skill * Roles) + (int)role;
                var worth = weight * factor * Math.Pow(Further, seen[place]++);
                roles[place] += worth;
                scores[skill] += worth;
                if (words[skill] is null) first[skill] = found[i].Start;
                (words[skill] ??= []).Add(text[found[i].Start..found[i].End]);
            }
        }

        var pairs = PairScores(read);
        for (var s = 0; s < scores.Length; s++)
        {
            var weak = roles[(s * Roles) + 2] + roles[(s * Roles) + 3];
            scores[s] = roles[s * Roles] + roles[(s * Roles) + 1] + Math.Min(1.85, weak);
            if (words[s] is not null) scores[s] += FirstBonus * (1 - ((double)first[s] / text.Length));
            scores[s] += PairWeight * Math.Min(2, pairs[s]);
        }
        return (scores, outside, words, roles);
    }

    private bool Denied(string read, ReadOnlySpan<FoundWord> found, int i)
    {
        for (var before = i - 1; before >= 0 && found[i].Start - found[before].End <= DenialReach; before--)
        {
            if (Has(found[before], WordRole.Denied))
            {
                return !read.AsSpan(found[before].End, found[i].Start - found[before].End).ContainsAny(DenialEnds);
            }
        }

        return false;
    }

    private bool Tried(string read, ReadOnlySpan<FoundWord> found, int i)
    {
        for (var after = i + 1; after < found.Length && found[after].Start - found[i].End <= 12; after++)
        {
            if (Has(found[after], WordRole.Tried))
            {
                return !read.AsSpan(found[i].End, found[after].Start - found[i].End).ContainsAny(ClauseEnds);
            }
        }

        return false;
    }

    private bool Has(FoundWord found, WordRole role) => Array.Exists(_meanings[found.Word], meaning => meaning.Role == role);

    private static Meaning[] MeaningsOf(List<(WordRole Role, int Skill)> meanings) =>
        [
            .. meanings.Select(meaning => new Meaning(
                meaning.Role,
                meaning.Skill,
                WeightOf(meaning.Role) / Math.Pow(meanings.Count(other => other.Skill >= 0), SharedPower)
            )),
        ];

    public static double SharedPower { get; set; } = 0.3;

    private static double WeightOf(WordRole role) =>
        role switch
        {
            WordRole.Task => TaskWeight,
            WordRole.Thing => ThingWeight,
            WordRole.Sign => SignWeight,
            WordRole.Hint => HintWeight,
            _ => 0,
        };
}
