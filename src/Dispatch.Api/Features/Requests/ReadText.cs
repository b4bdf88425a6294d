using Dispatch.Api.Features.Reference;
using Dispatch.Domain.Safety;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Suggestions;

namespace Dispatch.Api.Features.Requests;

/// <summary>What the service makes of a requester's own words.</summary>
/// <param name="Version">Of reading: who reads the same text later may read it otherwise.</param>
internal sealed record ReadText(Suggestion Suggestion, SafetyWarning? Danger, int Version)
{
    public static ReadText Of(string text, Catalogue catalogue)
    {
        var reader = catalogue.Reader;
        return new ReadText(reader.Suggester.Read(text), SafetyCheck.Of(text), reader.Version);
    }

    /// <summary>What a person says stands; only where he says nothing the text speaks.</summary>
    public IReadOnlyList<WantedSkill> SkillsBeside(IReadOnlyList<SkillBody>? given) =>
        given is { Count: > 0 }
            ? Given(given)
            : [.. Suggestion.Skills.Select(skill => new WantedSkill(skill.Code, 1, SkillSource.Suggested, skill.Confidence))];

    public static IReadOnlyList<WantedSkill> Given(IReadOnlyList<SkillBody> skills) =>
        [.. skills.DistinctBy(skill => skill.Code).Select(skill => new WantedSkill(skill.Code, skill.MinLevel ?? 1))];
}
