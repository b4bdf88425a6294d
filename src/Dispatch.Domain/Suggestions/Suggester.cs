using Dispatch.Domain.Texts;

namespace Dispatch.Domain.Suggestions;

/// <summary>
/// Reads what a requester wrote: skills, urgency, form, mode, and whether it is several jobs. Immutable; the work grows with the text and no
/// faster.
/// </summary>
public sealed class Suggester
{
    private const int AtMost = 5;

    // Below these a suggestion would help nobody: a wrong skill is worse than none.
    private const double LeastMain = 0.38;
    private const double LeastFurther = 0.2;

    // Less than one sign is no evidence at all.
    private const double LeastScore = 0.5;

    private readonly Vocabulary _vocabulary;
    private readonly Lazy<TradesByExample> _trades;
    private readonly Lazy<Likeness> _likeness;

    public Suggester(IReadOnlyList<LexiconEntry> lexicon)
        : this(new Vocabulary(lexicon), new Lazy<TradesByExample>(() => TradesByExample.Shipped)) { }

    private Suggester(Vocabulary vocabulary, Lazy<TradesByExample> trades)
    {
        (_vocabulary, _trades) = (vocabulary, trades);
        _likeness = new Lazy<Likeness>(() => trades.Value.Likeness());
    }

    /// <summary>The same words beside other examples.</summary>
    internal Suggester With(TradesByExample trades) => new(_vocabulary, new Lazy<TradesByExample>(trades));

    /// <summary>How alike two texts are, by what is rare among the examples.</summary>
    public Likeness Likeness => _likeness.Value;

    /// <summary>Whether a lesson about this skill can be learned: there are examples of it.</summary>
    public bool Learns(string skill) => skill != TradesByExample.None && _trades.Value.PlaceOf(skill) >= 0;

    public Suggestion Read(string text)
    {
        var reading = Reading.Of(text, _vocabulary);
        var whole = Evidence.In(reading, 0, text.Length);
        var jobs = Jobs.In(reading, whole);
        var parts = jobs.Select(job => PartOf(reading, job.Part)).ToList();
        return new Suggestion(
            SkillsOf(reading, whole, 0, text.Length, jobs.Count > 0 ? jobs[0].Skill : -1),
            Manner.UrgencyOf(reading),
            Manner.FormOf(reading),
            Manner.ModeOf(reading),
            parts.TrueForAll(part => part.Skills.Count > 0) ? parts : []
        );
    }

    private ProposedPart PartOf(Reading reading, Range part)
    {
        var (from, length) = part.GetOffsetAndLength(reading.Text.Length);
        return new ProposedPart(
            reading.Text[part].Trim(),
            SkillsOf(reading, Evidence.In(reading, from, from + length), from, from + length, -1)
        );
    }

    private IReadOnlyList<SuggestedSkill> SkillsOf(Reading reading, Evidence evidence, int from, int to, int first)
    {
        var best = Best(evidence, first);
        var loudest = best.Count == 0 ? 0 : evidence.Of(best[0]);
        // A trade that is no skill of the list is nobody's, whatever it looks like.
        return evidence.Outside > 0 && evidence.Outside >= loudest ? []
            : first >= 0 ? ByWords(reading, evidence, best, from, to)
            : Verdict.Of(reading.Text[from..to], ByWords(reading, evidence, best, from, to), _vocabulary, _trades.Value);
    }

    private List<SuggestedSkill> ByWords(Reading reading, Evidence evidence, List<int> best, int from, int to)
    {
        var skills = new List<SuggestedSkill>(AtMost);
        if (best.Count == 0)
        {
            return skills;
        }

        var main = best[0];
        var (top, rival) = (evidence.Of(main), Rival(best, evidence));
        var confidence = Confidence.OfLoudest(top, rival);
        if (confidence < LeastMain)
        {
            return skills;
        }

        skills.Add(Suggested(reading, from, to, main, confidence));
        foreach (var skill in best.Skip(1))
        {
            confidence = Confidence.OfFurther(
                evidence.Of(skill),
                top,
                evidence.Names(skill),
                _vocabulary.Domain[skill] == _vocabulary.Domain[main],
                _vocabulary.Companion[skill]
            );
            if (confidence >= LeastFurther)
            {
                skills.Add(Suggested(reading, from, to, skill, confidence));
            }
        }

        return skills;
    }

    /// <summary>The loudest skills, at most five; ties go by code. The main skill of the first of several jobs leads.</summary>
    private List<int> Best(Evidence evidence, int first)
    {
        var best = new List<int>(AtMost + 1);
        for (var skill = 0; skill < _vocabulary.Skills.Length; skill++)
        {
            var score = evidence.Of(skill);
            if (score <= LeastScore || (best.Count == AtMost && score <= evidence.Of(best[^1])))
            {
                continue;
            }

            var place = best.Count;
            while (place > 0 && evidence.Of(best[place - 1]) < score)
            {
                place--;
            }

            best.Insert(place, skill);
            if (best.Count > AtMost)
            {
                best.RemoveAt(AtMost);
            }
        }

        if (best.Remove(first))
        {
            best.Insert(0, first);
        }

        return best;
    }

    // A companion is no rival of the trade it comes with.
    private double Rival(List<int> best, Evidence evidence)
    {
        var rival = best.FindIndex(1, skill => !_vocabulary.Companion[skill]);
        return rival < 0 ? 0 : evidence.Of(best[rival]);
    }

    private SuggestedSkill Suggested(Reading reading, int from, int to, int skill, double confidence) =>
        new(_vocabulary.Skills[skill], Math.Round(confidence, 2), Because(reading, from, to, skill));

    private List<string> Because(Reading reading, int from, int to, int skill)
    {
        var words = new List<string>();
        for (var i = 0; i < reading.Found.Length; i++)
        {
            var (start, end, word) = reading.Found[i];
            if (
                start >= from
                && end <= to
                && Array.Exists(_vocabulary.MeaningsOf(word), meaning => meaning.Skill == skill)
                && reading.LoudnessOf(i) > 0
                && !words.Contains(reading.Text[start..end])
            )
            {
                words.Add(reading.Text[start..end]);
            }
        }

        return words;
    }
}
