using Dispatch.Api.Features.Teams;
using FluentValidation;

namespace Dispatch.Api.Features.Imports;

/// <summary>Rows of members, each of a team that is there.</summary>
internal sealed class MemberRows(NamedTeams named, TeamStore teams, IValidator<AddMember> rules, TimeProvider clock) : IRowTaker
{
    public ImportKind Kind => ImportKind.Members;

    public async Task<bool> Take(FileRow row)
    {
        var cells = new Cells(Kind, row);
        var (source, number) = (cells.Required("source"), cells.Required("number"));
        var member = new AddMember(cells.Required("name"), cells.YesNo("leader"));
        cells.Judge(rules, member);
        cells.RefuseIfWrong();
        if (await teams.FindExternalMember(source, number) is not null)
        {
            return false;
        }

        var team = await teams.Hold(await named.Find(cells, source));
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        await teams.Touch(team);
        await teams.InsertMember(id, team.TeamId, member.Name, member.Leader ?? false);
        await teams.NoteExternalMember(id, source, number);
        return true;
    }
}
