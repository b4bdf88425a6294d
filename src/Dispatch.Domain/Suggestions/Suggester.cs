using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;

namespace Dispatch.Domain.Suggestions;

/// <summary>Reads what a requester wrote: skills, urgency, form, mode, and whether it is several jobs. Linear in the text.</summary>
public sealed class Suggester
{
    private const int AtMost = 5;

    private readonly Spelling _spelling;
    private readonly WordTree _tree;
    private readonly string[] _skills;
    private readonly (WordRole Role, int Skill)[][] _meanings;

    public Suggester(IReadOnlyList<LexiconEntry> lexicon)
    {
        _spelling = new Spelling(lexicon.Where(entry => entry.Role == WordRole.Character).SelectMany(entry => entry.Words));
        _skills = [.. lexicon.Select(entry => entry.Skill).OfType<string>().Distinct(StringComparer.Ordinal)];
        var meanings = lexicon
            .Where(entry => entry.Role != WordRole.Character)
            .SelectMany(
                entry => entry.Words,
                (entry, word) => (Word: _spelling.Read(word), entry.Role, Skill: Array.IndexOf(_skills, entry.Skill))
            )
            .GroupBy(meaning => meaning.Word, StringComparer.Ordinal)
            .ToArray();
        _tree = new WordTree([.. meanings.Select(word => word.Key)]);
        _meanings = [.. meanings.Select(word => word.Select(meaning => (meaning.Role, meaning.Skill)).Distinct().ToArray())];
    }

    public Suggestion Read(string text)
    {
        var read = _spelling.Read(text);
        var found = new FoundWord[text.Length];
        var count = _tree.Find(read, found);
        var scores = new double[_skills.Length];
        var words = new List<string>[_skills.Length];
        for (var i = 0; i < count; i++)
        {
            foreach (var (role, skill) in _meanings[found[i].Word])
            {
                if (skill < 0)
                {
                    continue;
                }

                scores[skill] += role switch
                {
                    WordRole.Task => 3,
                    WordRole.Thing => 2,
                    WordRole.Sign => 1,
                    _ => 0.5,
                };
                (words[skill] ??= []).Add(text[found[i].Start..found[i].End]);
            }
        }

        var skills = Enumerable
            .Range(0, scores.Length)
            .Where(skill => scores[skill] >= 1)
            .OrderByDescending(skill => scores[skill])
            .ThenBy(skill => _skills[skill], StringComparer.Ordinal)
            .Take(AtMost)
            .Select(skill => new SuggestedSkill(
                _skills[skill],
                scores[skill] / (1 + scores[skill]),
                [.. words[skill].Distinct(StringComparer.Ordinal)]
            ))
            .ToList();
        return new Suggestion(skills, Urgency.Normal, VisitForm.OnSite, null, []);
    }
}
