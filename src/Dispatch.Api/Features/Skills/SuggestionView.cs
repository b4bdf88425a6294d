using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Safety;
using Dispatch.Domain.Suggestions;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Skills;

/// <summary>A skill read from a text: how often such a reading is right (0 to 1), and the words that decided it.</summary>
internal sealed record SuggestedSkillView(string Code, string Zh, string En, double Confidence, IReadOnlyList<string> Because);

/// <summary>One job of several that were told in one text.</summary>
internal sealed record ProposedPartView(string Text, IReadOnlyList<SuggestedSkillView> Skills);

/// <summary>What is said at once about danger in a text, and the number to call.</summary>
internal sealed record DangerView(SafetyKind Kind, Text Text, string Call);

/// <summary>What a text seems to ask for. A person may correct all of it.</summary>
/// <param name="ReadByVersion">The version of reading (GET /v1/suggestion-versions); 0 is what the service was delivered with.</param>
internal sealed record SuggestionView(
    IReadOnlyList<SuggestedSkillView> Skills,
    Urgency Urgency,
    VisitForm Form,
    ServiceMode? Mode,
    DangerView? Safety,
    IReadOnlyList<ProposedPartView> Parts,
    int ReadByVersion
)
{
    public static SuggestionView Of(ReadText read, Catalogue catalogue)
    {
        var (suggestion, danger) = (read.Suggestion, read.Danger);
        return new SuggestionView(
            Named(suggestion.Skills),
            suggestion.Urgency,
            suggestion.Form,
            suggestion.Mode,
            danger is null ? null : new DangerView(danger.Kind, new Text(danger.Zh, danger.En), danger.Call),
            [.. suggestion.Parts.Select(part => new ProposedPartView(part.Text, Named(part.Skills)))],
            read.Version
        );

        IReadOnlyList<SuggestedSkillView> Named(IReadOnlyList<SuggestedSkill> skills) =>
            [
                .. skills.Select(skill => new SuggestedSkillView(
                    skill.Code,
                    catalogue.Skills[skill.Code].Zh,
                    catalogue.Skills[skill.Code].En,
                    Math.Round(skill.Confidence, 2),
                    skill.Because
                )),
            ];
    }
}
