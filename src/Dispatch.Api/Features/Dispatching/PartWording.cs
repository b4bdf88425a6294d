using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Skills;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>Says what a part of a joint plan is, such as 协办：焊接.</summary>
internal static class PartWording
{
    public static Text Of(PartRow part, Catalogue catalogue) => Of(part.RoleNow, part.Wanted, part.Mandatory, catalogue);

    public static Text Of(AssignmentRole role, IReadOnlyList<WantedSkill> skills, bool mandatory, Catalogue catalogue)
    {
        var known = skills.Select(skill => catalogue.Skills.GetValueOrDefault(skill.Code)).OfType<Skill>().ToList();
        var (zh, en) = (string.Join('、', known.Select(skill => skill.Zh)), string.Join(", ", known.Select(skill => skill.En)));
        return role == AssignmentRole.Lead ? new Text($"主办：{zh}", $"lead: {en}")
            : mandatory ? new Text($"协办：{zh}", $"support: {en}")
            : new Text($"协办（可选）：{zh}", $"optional support: {en}");
    }

    /// <summary>Several of them in one line.</summary>
    public static Text Of(IEnumerable<Text> parts)
    {
        var all = parts.ToList();
        return new Text(string.Join('；', all.Select(part => part.Zh)), string.Join("; ", all.Select(part => part.En)));
    }
}
