namespace Dispatch.Domain.Safety;

/// <summary>
/// Reads a text: which of its words mean danger as they stand there. A word is passed over when it is denied or kept from happening right before,
/// taught, sold or insured beside, long past or over, or said of an animal or a thing.
/// </summary>
internal sealed class Reading
{
    // Distances in letters.
    private const int DenialReaches = 3;
    private const int PreventionReaches = 6;
    private const int TopicReaches = 14;
    private const int SubjectReaches = 22;
    private const int ActorReaches = 6;
    private const int HerdReaches = 20;
    private const int PersonReaches = 24;

    private static readonly HashSet<Sense> Modifiers =
    [
        Sense.Harmless,
        Sense.Denied,
        Sense.Prevented,
        Sense.Supposed,
        Sense.Topic,
        Sense.Past,
        Sense.Over,
        Sense.Now,
    ];

    // What a body suffers: of a machine it is a figure of speech, of an animal the vet's work.
    private static readonly HashSet<Sense> Bodily =
    [
        Sense.Dying,
        Sense.Failing,
        Sense.Chest,
        Sense.Limb,
        Sense.Severed,
        Sense.Blood,
        Sense.Falls,
        Sense.Trapped,
        Sense.Swallowed,
        Sense.Ill,
    ];

    private static readonly HashSet<Sense> NeverSupposed =
    [
        Sense.Despair,
        Sense.Hint,
        Sense.Farewell,
        Sense.Burden,
        Sense.Lingers,
        Sense.Arrears,
        Sense.Pay,
        Sense.Withheld,
    ];

    // Who wants to die is not told that something else is over: 机器修好了，我修不好了.
    private static readonly HashSet<Sense> NeverOver = [Sense.Despair, Sense.Hint, Sense.Low, Sense.Farewell, Sense.Burden];

    private readonly string letters;
    private readonly List<FoundWord> words;

    private Reading(string letters, List<FoundWord> words) => (this.letters, this.words) = (letters, words);

    /// <summary>Whether the sense means no danger itself but takes it out of, or back into, a word beside.</summary>
    public static bool IsModifier(Sense sense) => Modifiers.Contains(sense);

    /// <summary>The words that count, by their start.</summary>
    public static IReadOnlyList<FoundWord> Of(string letters)
    {
        var found = SafetyWords.All.In(letters).Concat(Amounts.In(letters)).OrderBy(word => word.Start).ToList();
        var reading = new Reading(letters, found);
        return [.. Enumerable.Range(0, found.Count).Select(reading.AsItStands).Where(word => word.Senses.Count > 0)];
    }

    /// <summary>The word with the senses it keeps where it stands.</summary>
    private FoundWord AsItStands(int at)
    {
        var word = words[at];
        var senses = word.Senses.Where(sense => !Modifiers.Contains(sense)).ToList();
        if (senses.Count == 0 || IsDenied(at) || IsBeside(at))
        {
            return word with { Senses = [] };
        }

        if (IsOfAnotherBody(at, SubjectReaches))
        {
            senses.RemoveAll(Bodily.Contains);
        }

        if (IsOfAnotherBody(at, ActorReaches))
        {
            senses.Remove(Sense.Despair);
        }

        if (senses.Contains(Sense.Many) && IsHerd(at))
        {
            senses.Remove(Sense.Many);
        }

        return word with
        {
            Senses = senses,
        };
    }

    /// <summary>The number is of the herd, not of the dead: 一窝十二头，死了三头.</summary>
    private bool IsHerd(int at)
    {
        for (var next = at + 1; next + 1 < words.Count && words[next].Start - words[at].End <= HerdReaches; next++)
        {
            if (Means(words[next], Sense.Died) && Means(words[next + 1], Sense.Few) && words[next + 1].Start - words[next].End <= 1)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsDenied(int at)
    {
        var word = words[at];
        for (var before = at - 1; before >= 0 && word.Start - words[before].End <= PreventionReaches; before--)
        {
            var other = words[before];
            if (Sentences.ClauseEndsBetween(letters, other.Start, word.Start))
            {
                return false;
            }

            var gap = word.Start - other.End;
            if (
                (Means(other, Sense.Denied) && gap <= DenialReaches)
                || (Means(other, Sense.Prevented))
                || (Means(other, Sense.Supposed) && !word.Senses.Any(NeverSupposed.Contains))
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Taught, past or over, in the same sentence and not now.</summary>
    private bool IsBeside(int at)
    {
        var word = words[at];
        var (quiet, over, now) = (false, false, false);
        foreach (var step in (int[])[-1, 1])
        {
            for (var next = at + step; next >= 0 && next < words.Count; next += step)
            {
                var other = words[next];
                var (from, to) = step < 0 ? (other.Start, word.Start) : (word.Start, other.Start);
                if (to - from > TopicReaches + 8 || Sentences.EndBetween(letters, from, to))
                {
                    break;
                }

                now |= Means(other, Sense.Now);
                over |= Means(other, Sense.Over);
                quiet |= step < 0 && Means(other, Sense.Past);
                quiet |= Means(other, Sense.Topic) && to - from <= TopicReaches && !Sentences.ClauseEndsBetween(letters, from, to);
            }
        }

        return (over && !word.Senses.Any(NeverOver.Contains)) || (quiet && !now);
    }

    /// <summary>Whose body it is: the nearest one named before it, unless a person stands in the same clause.</summary>
    private bool IsOfAnotherBody(int at, int reach)
    {
        var word = words[at];
        bool? another = null;
        for (var before = at - 1; before >= 0 && word.Start - words[before].Start <= PersonReaches; before--)
        {
            var other = words[before];
            if (Means(other, Sense.Person))
            {
                return false;
            }

            if (word.Start - other.Start > reach)
            {
                continue;
            }

            another ??=
                Means(other, Sense.Animal) || Means(other, Sense.Creature) || Means(other, Sense.Plant) || Means(other, Sense.Thing) ? true
                : Means(other, Sense.Self) ? false
                : null;
        }

        return another ?? false;
    }

    private static bool Means(FoundWord word, Sense sense) => word.Senses.Contains(sense);
}
