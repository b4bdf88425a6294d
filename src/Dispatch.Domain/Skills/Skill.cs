namespace Dispatch.Domain.Skills;

/// <summary>Work that the law reserves to licence holders when it is done by hand; advice and lectures need none.</summary>
public enum Licence
{
    Medical,
    Veterinary,
    Legal,
    Psychological,
    Electrical,
    Welding,
    Lifting,
}

/// <summary>One line of the skill list. A domain is the first half of the code (<c>agr</c> of <c>agr-citrus</c>).</summary>
public sealed record Skill(string Code, string Zh, string En, string? Domain, Licence? Licence, IReadOnlyList<string> Synonyms);

/// <summary>A skill asked for, and how it came to be asked for.</summary>
/// <param name="MinLevel">1 to 8.</param>
/// <param name="Confidence">0 to 1: how often such a suggestion is right; 1 for a given skill.</param>
public sealed record WantedSkill(string Code, int MinLevel, SkillSource Source = SkillSource.Given, double Confidence = 1)
{
    /// <summary>A skill suggested from the text with less confidence than this is shown and otherwise ignored.</summary>
    public const double LeastConfidence = 0.6;

    /// <summary>Whether anybody is looked for because of it.</summary>
    public bool Counts => Source == SkillSource.Given || Confidence >= LeastConfidence;
}

public enum SkillSource
{
    Given,
    Suggested,
}
