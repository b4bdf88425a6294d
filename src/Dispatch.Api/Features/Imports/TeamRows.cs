using System.Globalization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;
using FluentValidation;

namespace Dispatch.Api.Features.Imports;

/// <summary>Rows of teams with their skills.</summary>
internal sealed class TeamRows(
    TeamStore teams,
    IValidator<RegisterTeam> rules,
    IValidator<SetTeamSkills> skillRules,
    Catalogue catalogue,
    TimeProvider clock
) : IRowTaker
{
    private const int DefaultLevel = 4;

    public ImportKind Kind => ImportKind.Teams;

    public async Task<bool> Take(FileRow row)
    {
        var cells = new Cells(Kind, row);
        var (source, number) = (cells.Required("source"), cells.Required("number"));
        var team = Team(cells);
        var skills = new SetTeamSkills([.. cells.List("skills").Select(cell => Skill(cells, cell))]);
        cells.Judge(rules, team);
        cells.Judge(skillRules, skills);
        cells.RefuseIfWrong();
        if (await teams.FindExternal(source, number) is not null)
        {
            return false;
        }

        var id = Guid.CreateVersion7(clock.GetUtcNow());
        await teams.Enter(id, team);
        await teams.NoteExternal(id, source, number);
        await teams.SetSkills(id, [.. skills.Skills.Select(skill => new TeamSkill(skill.Code, skill.Level, skill.LicensedUntil))]);
        return true;
    }

    private static RegisterTeam Team(Cells cells)
    {
        var (lat, lng) = (cells.Number("lat"), cells.Number("lng"));
        var crs = cells.Word<Crs>("crs");
        if (lat is null != lng is null)
        {
            cells.Wrong("lng", "point_incomplete", "经纬度须同时给出。", "Give latitude and longitude together.");
        }

        return new RegisterTeam(
            cells.Required("name"),
            cells.RequiredWord<TeamKind>("kind"),
            cells.Required("regionCode"),
            cells.Whole("size") ?? (cells.Has("size") ? 1 : 0),
            cells.Text("code"),
            cells.Text("hostOrganisation"),
            cells.Whole("capacity"),
            lat is { } north && lng is { } east ? [new BaseBody(north, east, crs)] : null,
            cells.List("serves"),
            cells.Whole("radiusKm"),
            cells.WordList<VisitForm>("forms")
        );
    }

    // agr-citrus:5, or with the last day of the licence agr-citrus:5:2027-12-31.
    private ProvenSkillBody Skill(Cells cells, string cell)
    {
        var parts = cell.Split(':', '：');
        var level = DefaultLevel;
        DateOnly? until = null;
        if (parts.Length > 1 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out level))
        {
            cells.Wrong(
                "skills",
                "wrong_type",
                "技能等级须为 1 到 8 的整数，如 agr-citrus:5。",
                "A level is a whole number from 1 to 8, as in agr-citrus:5."
            );
        }

        if (parts.Length > 2)
        {
            if (DateOnly.TryParseExact(parts[2], "yyyy-MM-dd", out var day))
            {
                until = day;
            }
            else
            {
                cells.Wrong("skills", "wrong_type", "执业证有效期须为日期，如 2027-12-31。", "A licence ends on a day such as 2027-12-31.");
            }
        }

        return new ProvenSkillBody(Calls.CodeOf(parts[0].Trim(), catalogue), level, until);
    }
}
