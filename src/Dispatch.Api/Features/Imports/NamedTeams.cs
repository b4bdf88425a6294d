using Dispatch.Api.Features.Teams;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Imports;

/// <summary>The team a cell names: by its code, by the number the same source knows it by, or by its id.</summary>
internal sealed class NamedTeams(Session db, TeamStore teams)
{
    public async Task<Guid> Find(Cells cells, string source)
    {
        var name = cells.Required("team");
        cells.RefuseIfWrong();
        var id = Guid.TryParse(name, out var given) ? given : (Guid?)null;
        var found =
            await db.Value<Guid?>("select team_id from team where code = @name or team_id = @id", new { name, id })
            ?? await teams.FindExternal(source, name);
        if (found is null)
        {
            cells.Wrong(
                "team",
                "team_unknown",
                "没有这支队伍；请填队伍编号或其外部编号。",
                "There is no such team. Give its code, or its number in the same source."
            );
            cells.RefuseIfWrong();
        }

        return found!.Value;
    }
}
