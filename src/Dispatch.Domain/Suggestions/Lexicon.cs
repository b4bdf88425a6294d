namespace Dispatch.Domain.Suggestions;

/// <summary>What a word does in a request.</summary>
public enum WordRole
{
    /// <summary>What is wanted done; it may outweigh the thing it is done to (农残检测 of a pomelo).</summary>
    Task,

    /// <summary>The crop, animal, machine, material or person the request is about.</summary>
    Thing,

    /// <summary>A symptom or defect; many things have the same one, so the object goes before it.</summary>
    Sign,

    /// <summary>Speaks for a skill but never carries it alone.</summary>
    Hint,

    /// <summary>Means nothing here and hides the words inside it (李师傅 is no plum).</summary>
    Neutral,

    /// <summary>A trade that is no skill of the list.</summary>
    Outside,

    /// <summary>What follows in the clause is not what is wanted.</summary>
    Denied,

    /// <summary>What the clause speaks of was tried already.</summary>
    Tried,

    /// <summary>Another job begins.</summary>
    Another,

    /// <summary>The jobs of the text are to go to different people (分别派人).</summary>
    Apart,
    Emergency,
    High,
    Low,
    Remote,
    Training,
    Lecture,
    Consultation,
    OneToMany,
    ManyToOne,

    /// <summary>Skill codes: what may come with any trade (training, quality) and leads only where no trade is named.</summary>
    Companion,

    /// <summary>Two characters, of which the first is read as the second (traditional to simplified).</summary>
    Character,
}

/// <summary>Words of one role; those of a skill name it.</summary>
public sealed record LexiconEntry(WordRole Role, string? Skill, IReadOnlyList<string> Words);
