using System.Text.Json.Serialization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Teams;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Teams;

internal sealed record ProvenSkillBody(string Code, int Level, DateOnly? LicensedUntil = null);

/// <summary>Replaces the skills a team has proven, the strongest first.</summary>
internal sealed record SetTeamSkills(IReadOnlyList<ProvenSkillBody> Skills) : ICommand<TeamView>
{
    [JsonIgnore]
    public Guid TeamId { get; init; }
}

internal static class SetTeamSkillsEndpoint
{
    public static void MapSetTeamSkills(this IEndpointRouteBuilder teams) =>
        teams.MapPut("/{teamId:guid}/skills", Put).WithName(nameof(SetTeamSkills)).WithSummary("Replace the skills of a team").Acts();

    private static Task<TeamView> Put(Guid teamId, SetTeamSkills command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { TeamId = teamId }, ct);
}

internal sealed class ProvenSkillBodyValidator : AbstractValidator<ProvenSkillBody>
{
    public ProvenSkillBodyValidator(Catalogue catalogue)
    {
        RuleFor(s => s.Code).NotEmpty().MaximumLength(40);
        RuleFor(s => s.Code)
            .Must(code => catalogue.Skills.TryGetValue(code, out var skill) && skill.Domain is not null)
            .Says("skill_unknown", "没有这个技能代码，见 GET /v1/skills。", "There is no such skill. See GET /v1/skills.");
        RuleFor(s => s.Level).InclusiveBetween(1, 8);
        RuleFor(s => s.LicensedUntil).InYears();
    }
}

internal sealed class SetTeamSkillsValidator : AbstractValidator<SetTeamSkills>
{
    public SetTeamSkillsValidator(IValidator<ProvenSkillBody> skill)
    {
        RuleFor(c => c.Skills).MaximumItems(100);
        RuleForEach(c => c.Skills).SetValidator(skill);
        RuleFor(c => c.Skills)
            .Must(skills => skills.DistinctBy(entry => entry.Code).Count() == skills.Count)
            .Says("skill_twice", "同一技能只能出现一次。", "A skill may stand there once only.");
    }
}

internal sealed class SetTeamSkillsHandler(TeamStore teams, TeamReader reader) : IRequestHandler<SetTeamSkills, TeamView>
{
    public async Task<TeamView> Handle(SetTeamSkills command, CancellationToken cancellationToken)
    {
        var team = await teams.Hold(command.TeamId);
        await teams.Touch(team);
        await teams.SetSkills(
            team.TeamId,
            [.. command.Skills.Select(skill => new TeamSkill(skill.Code, skill.Level, skill.LicensedUntil))]
        );
        return await reader.View(await teams.Find(team.TeamId));
    }
}
