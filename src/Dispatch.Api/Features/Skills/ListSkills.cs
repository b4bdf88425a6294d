using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Skills;

namespace Dispatch.Api.Features.Skills;

internal sealed record SkillView(string Code, string Zh, string En, string? Domain, Licence? Licence, IReadOnlyList<string> Synonyms);

internal sealed record SkillsView(IReadOnlyList<SkillView> Items);

/// <summary>The skill list: domains first, then their skills.</summary>
internal static class ListSkillsEndpoint
{
    public static void MapListSkills(this IEndpointRouteBuilder skills) =>
        skills
            .MapGet("/", Get)
            .WithName("ListSkills")
            .WithSummary("List skills and domains")
            .WithMetadata(new PublicCatalogue())
            .ShowsMany()
            .AnswerConditionally();

    private static SkillsView Get(Catalogue catalogue, string? domain = null)
    {
        if (domain is not null && !(catalogue.Skills.TryGetValue(domain, out var found) && found.Domain is null))
        {
            throw QueryNames.Wrong("domain", "domain_unknown", "没有这个技能门类。", "There is no such domain.");
        }

        return new SkillsView([
            .. catalogue
                .Skills.Values.Where(skill => domain is null || skill.Domain == domain || skill.Code == domain)
                .OrderBy(skill => skill.Domain is not null)
                .ThenBy(skill => skill.Code, StringComparer.Ordinal)
                .Select(skill => new SkillView(skill.Code, skill.Zh, skill.En, skill.Domain, skill.Licence, skill.Synonyms)),
        ]);
    }
}
