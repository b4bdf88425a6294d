using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Skills;

namespace Dispatch.Api.Features.Requests;

/// <summary>The lists that belong to a request: skills asked for, wanted times, teams not wanted.</summary>
internal sealed class RequestContent(Session db, Caller caller, TeamDirectory directory, TimeProvider clock)
{
    public async Task RequireTeams(Guid? preferred, IReadOnlyList<Guid>? excluded)
    {
        if (preferred is null && excluded is null or [])
        {
            return;
        }

        var teams = await directory.Read(db);
        if (preferred is { } team && !teams.Has(team))
        {
            throw Refused.Field(
                "#/preferredTeamId",
                "team_unknown",
                "没有这支队伍，见 GET /v1/teams。",
                "There is no such team. See GET /v1/teams."
            );
        }

        if (excluded?.Any(id => !teams.Has(id)) == true)
        {
            throw Refused.Field(
                "#/excludeTeamIds",
                "team_unknown",
                "其中有不存在的队伍，见 GET /v1/teams。",
                "One of them is no team. See GET /v1/teams."
            );
        }
    }

    /// <summary>What is asked for, the main skill first.</summary>
    public async Task<IReadOnlyList<WantedSkill>> Skills(Guid requestId)
    {
        var rows = await db.List<SkillRow>(
            "select skill_code, min_level, source, confidence from request_skill where request_id = @requestId order by position",
            new { requestId }
        );
        return [.. rows.Select(row => new WantedSkill(row.SkillCode, row.MinLevel, Words.To<SkillSource>(row.Source), row.Confidence))];
    }

    /// <summary>Groups of skills, each with the number of teams that are to bring it.</summary>
    public async Task<IReadOnlyList<Requirement>> Requirements(Guid requestId)
    {
        var rows = await db.List<RequirementRow>(
            "select requirement, mode, teams, skill_code, min_level from request_requirement where request_id = @requestId order by requirement, position",
            new { requestId }
        );
        return
        [
            .. rows.GroupBy(row => (row.Requirement, row.Mode, row.Teams))
                .Select(group => new Requirement(
                    Words.To<RequirementMode>(group.Key.Mode),
                    [.. group.Select(row => new WantedSkill(row.SkillCode, row.MinLevel))],
                    group.Key.Teams
                )),
        ];
    }

    /// <summary>Whether other groups are asked for than before.</summary>
    public async Task<bool> ReplaceRequirements(Guid requestId, IReadOnlyList<RequirementBody>? groups)
    {
        var (before, after) = (await Requirements(requestId), (groups ?? []).Select(group => group.Read()).ToList());
        if (before.Select(Said).SequenceEqual(after.Select(Said), StringComparer.Ordinal))
        {
            return false;
        }

        await db.Execute("delete from request_requirement where request_id = @requestId", new { requestId });
        foreach (var (group, requirement) in after.Select((group, at) => (group, at)))
        {
            foreach (var (skill, position) in group.Skills.Select((skill, at) => (skill, at)))
            {
                await db.Execute(
                    """
                    insert into request_requirement (request_id, requirement, position, mode, teams, skill_code, min_level)
                    values (@requestId, @requirement, @position, @mode, @Teams, @Code, @MinLevel)
                    """,
                    new
                    {
                        requestId,
                        requirement,
                        position,
                        mode = Words.Of(group.Mode),
                        group.Teams,
                        skill.Code,
                        skill.MinLevel,
                    }
                );
            }
        }

        return true;

        static string Said(Requirement group) =>
            $"{group.Mode} {group.Teams} {string.Join(' ', group.Skills.Select(skill => $"{skill.Code}:{skill.MinLevel}"))}";
    }

    public async Task<IReadOnlyList<TimeWindow>> Windows(Guid requestId)
    {
        var rows = await db.List<WindowRow>(
            "select starts_at, ends_at from request_window where request_id = @requestId order by position",
            new { requestId }
        );
        return [.. rows.Select(row => new TimeWindow(row.StartsAt, row.EndsAt))];
    }

    public async Task<IReadOnlyList<Guid>> Exclusions(Guid requestId)
    {
        var rows = await db.List<ExclusionRow>(
            "select team_id from request_exclusion where request_id = @requestId and kind = 'excluded' order by team_id",
            new { requestId }
        );
        return [.. rows.Select(row => row.TeamId)];
    }

    public async Task ReplaceSkills(Guid requestId, IReadOnlyList<WantedSkill> skills)
    {
        await db.Execute("delete from request_skill where request_id = @requestId", new { requestId });
        await AddSkills(requestId, skills);
    }

    /// <summary>Where a person says other skills than were read from the text, both are kept: what is learned from comes from here.</summary>
    public async Task KeepCorrection(RequestRow request, IReadOnlyList<WantedSkill> before, IReadOnlyList<WantedSkill> chosen)
    {
        var suggested = before.Where(skill => skill.Source == SkillSource.Suggested).Select(skill => skill.Code).ToList();
        var wasRead = request.MainSkill is null || suggested.Count > 0;
        if (wasRead && chosen.Count > 0 && !suggested.SequenceEqual(chosen.Select(skill => skill.Code)))
        {
            await db.Execute(
                """
                insert into skill_correction (request_id, version, corrected_at, corrected_by, suggested, chosen)
                values (@RequestId, @Version, @now, @Subject, @suggested, @chosen)
                """,
                new
                {
                    request.RequestId,
                    request.Version,
                    now = clock.GetUtcNow(),
                    caller.Subject,
                    suggested = string.Join(' ', suggested),
                    chosen = string.Join(' ', chosen.Select(skill => skill.Code)),
                }
            );
        }
    }

    public async Task AddSkills(Guid requestId, IReadOnlyList<WantedSkill> skills)
    {
        for (var position = 0; position < skills.Count; position++)
        {
            var skill = skills[position];
            await db.Execute(
                """
                insert into request_skill (request_id, position, skill_code, min_level, source, confidence)
                values (@requestId, @position, @Code, @MinLevel, @source, @Confidence)
                """,
                new
                {
                    requestId,
                    position,
                    skill.Code,
                    skill.MinLevel,
                    source = Words.Of(skill.Source),
                    skill.Confidence,
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

    /// <summary>A part of a split keeps the wanted times and the teams not wanted.</summary>
    public async Task CopyWishes(Guid from, Guid to)
    {
        var ids = new { from, to };
        await db.Execute(
            "insert into request_window (request_id, position, starts_at, ends_at) select @to, position, starts_at, ends_at from request_window where request_id = @from",
            ids
        );
        await db.Execute(
            "insert into request_exclusion (request_id, team_id, kind) select @to, team_id, kind from request_exclusion where request_id = @from",
            ids
        );
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

    private sealed record RequirementRow
    {
        public int Requirement { get; init; }
        public string Mode { get; init; } = "";
        public int Teams { get; init; }
        public string SkillCode { get; init; } = "";
        public int MinLevel { get; init; }
    }

    private sealed record ExclusionRow
    {
        public Guid TeamId { get; init; }
    }

    private sealed record WindowRow
    {
        public DateTimeOffset StartsAt { get; init; }
        public DateTimeOffset EndsAt { get; init; }
    }
}
