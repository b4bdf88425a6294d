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
    public IReadOnlyList<WantedSkill> SkillsBeside(IReadOnlyList<SkillBody>? given, IReadOnlyList<RequirementBody>? groups = null) =>
        given is { Count: > 0 } || groups is { Count: > 0 }
            ? WithGroups(Given(given ?? []), groups)
            : [.. Suggestion.Skills.Select(skill => new WantedSkill(skill.Code, 1, SkillSource.Suggested, skill.Confidence))];

    /// <summary>What a group asks for is asked for: its skills stand behind those named before, at the highest level any group asks.</summary>
    public static IReadOnlyList<WantedSkill> WithGroups(IReadOnlyList<WantedSkill> skills, IReadOnlyList<RequirementBody>? groups)
    {
        var grouped = (groups ?? [])
            .SelectMany(group => group.Read().Skills)
            .GroupBy(skill => skill.Code, StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group => group.First() with { MinLevel = group.Max(skill => skill.MinLevel) },
                StringComparer.Ordinal
            );
        return
        [
            .. skills.Select(skill =>
                !grouped.TryGetValue(skill.Code, out var asked) ? skill
                : skill.Counts ? skill with { MinLevel = Math.Max(skill.MinLevel, asked.MinLevel) }
                : asked
            ),
            .. grouped.Values.ExceptBy(skills.Select(skill => skill.Code), skill => skill.Code),
        ];
    }

    public static IReadOnlyList<WantedSkill> Given(IReadOnlyList<SkillBody> skills) =>
        [.. skills.DistinctBy(skill => skill.Code).Select(skill => new WantedSkill(skill.Code, skill.MinLevel ?? 1))];
}
