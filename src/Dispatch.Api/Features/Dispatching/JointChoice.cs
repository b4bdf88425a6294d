using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>Judges the teams an officer has put together by the rules every offer keeps.</summary>
internal sealed class JointChoice(Matching matching)
{
    public async Task<(IReadOnlyList<ChosenPart> Chosen, Tier Tier)> Of(
        RequestRow request,
        IReadOnlyList<PartRow> live,
        IReadOnlyList<JointPartBody> bodies
    )
    {
        RequireOneLead(live, bodies);
        var ground = await matching.GroundOf(request);
        var tier = (await matching.Of(request)).Opened;
        var chosen = new List<ChosenPart>();
        for (var at = 0; at < bodies.Count; at++)
        {
            var body = bodies[at];
            if (live.Any(part => part.TeamId == body.TeamId))
            {
                throw Refused.Field($"#/parts/{at}/teamId", "team_twice", "这支队伍已经承担了一部分。", "This team has a part already.");
            }

            chosen.Add(Judge(ground, tier, body.TeamId, $"#/parts/{at}/teamId", body.Role, body.Skills, body.Mandatory ?? true));
        }

        return (chosen, tier);
    }

    /// <summary>One support beside the teams that have the request in hand.</summary>
    public async Task<(ChosenPart Chosen, Tier Tier)> Support(RequestRow request, Guid teamId, IReadOnlyList<SkillBody> skills)
    {
        var ground = await matching.GroundOf(request);
        var tier = ground.Asked.Lowest;
        return (Judge(ground, tier, teamId, "#/teamId", AssignmentRole.Support, skills, mandatory: false), tier);
    }

    private static void RequireOneLead(IReadOnlyList<PartRow> live, IReadOnlyList<JointPartBody> bodies)
    {
        var hasLead = live.Any(part => part is { IsLead: true, State: not PartState.Missing });
        var named = bodies.Any(body => body.Role == AssignmentRole.Lead);
        var missing = live.Count == 0 && !named;
        if (hasLead && named)
        {
            throw Refused.Field("#/parts", "leads_several", "已有主办队伍。", "A team leads already.");
        }

        if (missing)
        {
            throw Refused.Field("#/parts", "lead_missing", "请指定一支主办队伍。", "Name the team that leads.");
        }
    }

    private static ChosenPart Judge(
        JointGround ground,
        Tier tier,
        Guid teamId,
        string pointer,
        AssignmentRole role,
        IReadOnlyList<SkillBody> skills,
        bool mandatory
    )
    {
        if (ground.Find(teamId) is not var (team, load))
        {
            throw Refused.Field(pointer, "team_unknown", "没有这支队伍，见 GET /v1/teams。", "There is no such team. See GET /v1/teams.");
        }

        var asked = ground.Asked;
        var wanted = ReadText.Given(skills);
        if (role == AssignmentRole.Lead)
        {
            // Whoever leads has the main skill, named or not.
            wanted = [asked.Main!, .. wanted.Where(skill => skill.Code != asked.Main!.Code)];
        }

        if (Joint.Against(asked, wanted, team, load, tier) is { } reason)
        {
            throw Offering.NotEligible(reason);
        }

        return new ChosenPart(teamId, role, wanted, mandatory);
    }
}
