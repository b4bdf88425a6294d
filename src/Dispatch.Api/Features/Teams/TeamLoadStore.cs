using System.Runtime.InteropServices;
using Dispatch.Api.Storage;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.Teams;

/// <summary>The one writer of what teams have in hand. It is noted where it happens and written at the end of the command, team by team in
/// the order of their ids: many commands meet at one team, and in any other order they would wait for one another in a circle.</summary>
internal sealed class TeamLoadStore(Session db)
{
    private readonly SortedDictionary<Guid, Change> changes = [];
    private int turn;

    public Task Enter(Guid teamId) =>
        db.Execute(
            $"""
            insert into team_load (team_id, active, pending, confirmed, confirmed_solved, changed)
            values (@teamId, 0, 0, 0, 0, {db.NextChange("team_load")})
            """,
            new { teamId }
        );

    public void Asked(Guid teamId) => Note(teamId, change => change with { Pending = change.Pending + 1 });

    public void Answered(Guid teamId) => Note(teamId, change => change with { Pending = change.Pending - 1 });

    public void Began(Guid teamId) => Note(teamId, change => change with { Active = change.Active + 1 });

    public void Served(Guid teamId, DateTimeOffset at) =>
        Note(teamId, change => change with { ServedAt = change.ServedAt > at ? change.ServedAt : at });

    /// <summary>An assignment is over. The lead who completed it also has what the requester said so far.</summary>
    public async Task Ended(Guid teamId, Guid requestId, bool asCompletedLead)
    {
        Note(teamId, change => change with { Active = change.Active - 1 });
        if (asCompletedLead)
        {
            var said = await db.List<WordRow>("select solved from confirmation where request_id = @requestId", new { requestId });
            foreach (var word in said)
            {
                Say(teamId, word.Solved);
            }
        }
    }

    /// <summary>The requester has spoken of what the lead, or several after one another, completed.</summary>
    public async Task Confirmed(Guid requestId, bool solved)
    {
        var leads = await db.List<LeadRow>(
            "select team_id from assignment where request_id = @requestId and role = 'lead' and ended_as = 'completed'",
            new { requestId }
        );
        foreach (var lead in leads)
        {
            Say(lead.TeamId, solved);
        }
    }

    /// <summary>The index as this command has made it so far.</summary>
    public TeamIndex Upon(TeamIndex index) =>
        !db.Writes || turn != db.Turn || changes.Count == 0
            ? index
            : index.With([.. changes.Select(entry => (entry.Key, entry.Value.Upon(index.LoadOf(entry.Key) ?? default)))]);

    private void Say(Guid teamId, bool solved) =>
        Note(teamId, change => change with { Confirmed = change.Confirmed + 1, Solved = change.Solved + (solved ? 1 : 0) });

    private void Note(Guid teamId, Func<Change, Change> happens)
    {
        if (turn != db.Turn)
        {
            turn = db.Turn;
            changes.Clear();
            db.BeforeCommit(Write);
        }

        changes[teamId] = happens(changes.GetValueOrDefault(teamId));
    }

    private async Task Write()
    {
        foreach (var (teamId, change) in changes)
        {
            // One statement: a second one on a row of its own transaction makes PostgreSQL look at the team again, and hold it.
            var served = change.ServedAt is null
                ? ""
                : ", last_service_at = case when last_service_at > @ServedAt then last_service_at else @ServedAt end";
            await db.Execute(
                $"""
                update team_load
                set active = active + @Active, pending = pending + @Pending, confirmed = confirmed + @Confirmed,
                    confirmed_solved = confirmed_solved + @Solved, changed = {db.NextChange("team_load")}{served}
                where team_id = @teamId
                """,
                new
                {
                    teamId,
                    change.Active,
                    change.Pending,
                    change.Confirmed,
                    change.Solved,
                    change.ServedAt,
                }
            );
        }
    }

    /// <summary>What a command adds to what a team has in hand.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Change(int Active, int Pending, int Confirmed, int Solved, DateTimeOffset? ServedAt)
    {
        public TeamLoad Upon(TeamLoad load) =>
            new(
                load.Active + Active,
                load.Pending + Pending,
                load.Confirmed + Confirmed,
                load.ConfirmedSolved + Solved,
                ServedAt is null || load.LastServiceAt > ServedAt ? load.LastServiceAt : ServedAt
            );
    }

    private sealed record WordRow
    {
        public bool Solved { get; init; }
    }

    private sealed record LeadRow
    {
        public Guid TeamId { get; init; }
    }
}
