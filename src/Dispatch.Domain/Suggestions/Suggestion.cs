using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;

namespace Dispatch.Domain.Suggestions;

/// <summary>A skill that the text seems to ask for.</summary>
/// <param name="Confidence">0 to 1: of all suggestions made with this figure, about this share is right.</param>
/// <param name="Because">The words of the text that decided it, as written.</param>
public sealed record SuggestedSkill(string Code, double Confidence, IReadOnlyList<string> Because);

/// <summary>One job of several told in one text.</summary>
public sealed record ProposedPart(string Text, IReadOnlyList<SuggestedSkill> Skills);

/// <summary>What a text seems to ask for; a person may always correct it.</summary>
/// <param name="Skills">Best first, at most five; empty where nobody can tell from the text.</param>
/// <param name="Mode">Null where the text does not say how many meet how many.</param>
/// <param name="Parts">Empty unless the text tells two or more independent jobs.</param>
public sealed record Suggestion(
    IReadOnlyList<SuggestedSkill> Skills,
    Urgency Urgency,
    VisitForm Form,
    ServiceMode? Mode,
    IReadOnlyList<ProposedPart> Parts
);
