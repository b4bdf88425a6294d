using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Teams;

/// <summary>The one writer of what teams have in hand. Called where it changes, in the same transaction.</summary>
internal sealed class TeamLoadStore(Session db)
{
    public Task Enter(Guid teamId) =>
        db.Execute(
            $"""
            insert into team_load (team_id, active, pending, confirmed, confirmed_solved, changed)
            values (@teamId, 0, 0, 0, 0, {db.NextChange("team_load")})
            """,
            new { teamId }
        );

    public Task Asked(Guid teamId) => Count(teamId, "pending = pending + 1");

    public Task Answered(Guid teamId) => Count(teamId, "pending = pending - 1");

    public Task Began(Guid teamId) => Count(teamId, "active = active + 1");

    /// <summary>An assignment is over. The lead who completed it also has what the requester said so far.</summary>
    public Task Ended(Guid teamId, Guid requestId, bool asCompletedLead) =>
        asCompletedLead
            ? Count(
                teamId,
                """
                active = active - 1,
                confirmed = confirmed + (select count(*) from confirmation where request_id = @requestId),
                confirmed_solved = confirmed_solved + (select count(*) from confirmation where request_id = @requestId and solved)
                """,
                requestId
            )
            : Count(teamId, "active = active - 1");

    /// <summary>The requester has spoken of what the lead, or several after one another, completed.</summary>
    public async Task Confirmed(Guid requestId, bool solved)
    {
        var leads = await db.List<LeadRow>(
            "select team_id from assignment where request_id = @requestId and role = 'lead' and ended_as = 'completed' order by team_id",
            new { requestId }
        );
        foreach (var lead in leads)
        {
            await Count(
                lead.TeamId,
                solved ? "confirmed = confirmed + 1, confirmed_solved = confirmed_solved + 1" : "confirmed = confirmed + 1"
            );
        }
    }

    public Task Served(Guid teamId, DateTimeOffset at) =>
        db.Execute(
            $"""
            update team_load set last_service_at = @at, changed = {db.NextChange("team_load")}
            where team_id = @teamId and (last_service_at is null or last_service_at < @at)
            """,
            new { teamId, at }
        );

    private Task Count(Guid teamId, string counted, Guid requestId = default) =>
        db.Execute(
            $"update team_load set {counted}, changed = {db.NextChange("team_load")} where team_id = @teamId",
            new { teamId, requestId }
        );

    private sealed record LeadRow
    {
        public Guid TeamId { get; init; }
    }
}
