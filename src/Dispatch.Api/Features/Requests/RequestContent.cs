using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Skills;

namespace Dispatch.Api.Features.Requests;

/// <summary>The lists that belong to a request: skills asked for, wanted times, teams not wanted.</summary>
internal sealed class RequestContent(Session db, TeamDirectory directory)
{
    public async Task RequireTeams(Guid? preferred, IReadOnlyList<Guid>? excluded)
    {
        if (preferred is null && excluded is null or [])
        {
            return;
        }

        var teams = await directory.Read(db);
        if (preferred is { } team && !teams.ContainsKey(team))
        {
            throw Refused.Field(
                "#/preferredTeamId",
                "team_unknown",
                "没有这支队伍，见 GET /v1/teams。",
                "There is no such team. See GET /v1/teams."
            );
        }

        if (excluded?.Any(id => !teams.ContainsKey(id)) == true)
        {
            throw Refused.Field(
                "#/excludeTeamIds",
                "team_unknown",
                "其中有不存在的队伍，见 GET /v1/teams。",
                "One of them is no team. See GET /v1/teams."
            );
        }
    }

    /// <summary>Nothing is dispatched that nobody has understood yet.</summary>
    public async Task RequireSkill(Guid requestId)
    {
        if (!await HasSkill(requestId))
        {
            throw new Refused(
                ProblemKinds.NoSkillYet,
                "还没有确定技能。请先研判：PUT 该求助并填写 skills。",
                "No skill is known yet. Triage it first: PUT the request with its skills."
            );
        }
    }

    public async Task<bool> HasSkill(Guid requestId) =>
        await db.Value<long>("select count(*) from request_skill where request_id = @requestId", new { requestId }) > 0;

    /// <summary>What is asked for, the main skill first.</summary>
    public async Task<IReadOnlyList<WantedSkill>> Skills(Guid requestId)
    {
        var rows = await db.List<SkillRow>(
            "select skill_code, min_level, source, confidence from request_skill where request_id = @requestId order by position",
            new { requestId }
        );
        return [.. rows.Select(row => new WantedSkill(row.SkillCode, row.MinLevel, Words.To<SkillSource>(row.Source), row.Confidence))];
    }

    public async Task<IReadOnlyList<TimeWindow>> Windows(Guid requestId)
    {
        var rows = await db.List<WindowRow>(
            "select starts_at, ends_at from request_window where request_id = @requestId order by position",
            new { requestId }
        );
        return [.. rows.Select(row => new TimeWindow(row.StartsAt, row.EndsAt))];
    }

    public async Task ReplaceSkills(Guid requestId, IReadOnlyList<SkillBody>? skills)
    {
        await db.Execute("delete from request_skill where request_id = @requestId", new { requestId });
        foreach (var (skill, position) in (skills ?? []).DistinctBy(skill => skill.Code).Select((skill, position) => (skill, position)))
        {
            await db.Execute(
                "insert into request_skill (request_id, position, skill_code, min_level, source, confidence) values (@requestId, @position, @Code, @minLevel, 'given', 1)",
                new
                {
                    requestId,
                    position,
                    skill.Code,
                    minLevel = skill.MinLevel ?? 1,
                }
            );
        }
    }

    public async Task ReplaceWindows(Guid requestId, IReadOnlyList<WindowBody>? windows)
    {
        await db.Execute("delete from request_window where request_id = @requestId", new { requestId });
        foreach (var (window, position) in (windows ?? []).Select((window, position) => (window, position)))
        {
            await db.Execute(
                "insert into request_window (request_id, position, starts_at, ends_at) values (@requestId, @position, @Start, @End)",
                new
                {
                    requestId,
                    position,
                    window.Start,
                    window.End,
                }
            );
        }
    }

    public async Task ReplaceExclusions(Guid requestId, IReadOnlyList<Guid>? teams)
    {
        await db.Execute("delete from request_exclusion where request_id = @requestId and kind = 'excluded'", new { requestId });
        foreach (var teamId in (teams ?? []).Distinct())
        {
            await Exclude(requestId, teamId);
        }
    }

    public Task Exclude(Guid requestId, Guid teamId) =>
        db.Execute(
            "insert into request_exclusion (request_id, team_id, kind) values (@requestId, @teamId, 'excluded') on conflict (request_id, team_id) do nothing",
            new { requestId, teamId }
        );

    private sealed record SkillRow
    {
        public string SkillCode { get; init; } = "";
        public int MinLevel { get; init; }
        public string Source { get; init; } = "";
        public double Confidence { get; init; }
    }

    private sealed record WindowRow
    {
        public DateTimeOffset StartsAt { get; init; }
        public DateTimeOffset EndsAt { get; init; }
    }
}
