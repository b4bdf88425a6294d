using System.Data.Common;
using Dapper;
using Dispatch.Api.Storage;
using Dispatch.Domain;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Dispatch.Faults.Checking;

/// <summary>What must hold in the database at every moment between two commits, asked of one snapshot beside the running service.</summary>
/// <param name="bookedApart">Whether every visit was booked by a call of its own, and none with the acceptance.</param>
internal sealed class StoredTruth(string data, string setting, bool bookedApart = true)
{
    /// <summary>Each asks for rows that must not exist, and finds them by an index or in one go: hundreds of thousands of rows are asked about.</summary>
    private static readonly (string Broken, string Sql)[] Rules =
    [
        (
            "the state of a request is not where its last move led",
            """
            select cast(request_id as text) from help_request where state is distinct from
                (select to_state from timeline where timeline.request_id = help_request.request_id and subject = 'request' order by seq desc limit 1)
            """
        ),
        (
            "a history has a gap",
            "select cast(request_id as text) from timeline group by request_id having min(seq) <> 1 or max(seq) <> count(*)"
        ),
        (
            "a move begins elsewhere than the one before it ended",
            """
            select cast(request_id as text) from
                (select request_id, from_state, lag(to_state) over (partition by request_id, subject_id order by seq) as before
                 from timeline where subject <> 'deadline') as step
            where from_state is distinct from before
            """
        ),
        (
            "an offer and its history disagree",
            """
            select cast(offer_id as text) from offer where
                version <> (select count(*) from timeline where timeline.request_id = offer.request_id and subject_id = offer_id)
                or state is distinct from
                    (select to_state from timeline where timeline.request_id = offer.request_id and subject_id = offer_id order by seq desc limit 1)
            """
        ),
        (
            "an assignment and its history disagree",
            """
            select cast(assignment_id as text) from assignment where
                version <> (select count(*) from timeline where timeline.request_id = assignment.request_id and subject_id = assignment_id)
                or state is distinct from
                    (select to_state from timeline where timeline.request_id = assignment.request_id and subject_id = assignment_id order by seq desc limit 1)
            """
        ),
        (
            "a visit and its history disagree",
            """
            select cast(visit_id as text) from visit where
                version <> (select count(*) from timeline where timeline.request_id = visit.request_id and subject_id = visit_id)
                or state is distinct from
                    (select to_state from timeline where timeline.request_id = visit.request_id and subject_id = visit_id order by seq desc limit 1)
            """
        ),
        (
            "what a team has in hand is not what was counted",
            """
            select cast(team_id as text) from team_load where
                active <> (select count(*) from assignment where assignment.team_id = team_load.team_id and state = 'active')
            """
        ),
        (
            "what a team has not answered is not what was counted",
            """
            select cast(team_id as text) from team_load where
                pending <> (select count(*) from offer where offer.team_id = team_load.team_id and state = 'pending')
            """
        ),
        (
            "what requesters said of a team is not what was counted",
            """
            select cast(team_id as text) from team_load where
                confirmed <> (select count(*) from confirmation join assignment on assignment.request_id = confirmation.request_id
                    where assignment.team_id = team_load.team_id and assignment.role = 'lead' and assignment.ended_as = 'completed')
                or confirmed_solved <> (select count(*) from confirmation join assignment on assignment.request_id = confirmation.request_id
                    where assignment.team_id = team_load.team_id and assignment.role = 'lead' and assignment.ended_as = 'completed' and confirmation.solved)
                or last_service_at is distinct from (select max(ended_at) from visit where visit.team_id = team_load.team_id and state = 'completed')
            """
        ),
        (
            "a team has no count of what it has in hand",
            "select cast(team_id as text) from team where not exists (select 1 from team_load where team_load.team_id = team.team_id)"
        ),
        (
            "a request is offered without a pending offer, or the other way round",
            """
            select cast(request_id as text) from help_request where (state = 'offered') <>
                exists (select 1 from offer where offer.request_id = help_request.request_id and offer.state = 'pending'
                        and (offer.role = 'lead' or help_request.state not in ('accepted', 'in_progress')))
            """
        ),
        (
            "a team is asked for a part of a request it has a part of, or has two",
            """
            select cast(request_id as text) from (
                select request_id, team_id from assignment where state = 'active'
                union all select request_id, team_id from offer where state = 'pending') part
            group by request_id, team_id having count(*) > 1
            """
        ),
        (
            "a team carries more than it can, and no emergency",
            """
            select cast(team.team_id as text) from team where capacity <
                (select count(*) from assignment join help_request on help_request.request_id = assignment.request_id
                 where assignment.team_id = team.team_id and assignment.state = 'active' and help_request.urgency <> 'emergency')
            """
        ),
        (
            "a request is accepted and the part that leads has no team",
            """
            select cast(joint_part.request_id as text) from joint_part
            join help_request on help_request.request_id = joint_part.request_id
            where joint_part.ended_at is null and joint_part.mandatory and joint_part.role = 'lead' and help_request.state in ('accepted', 'in_progress')
              and not exists (select 1 from offer join assignment on assignment.offer_id = offer.offer_id
                              where offer.part_id = joint_part.part_id and assignment.state = 'active')
            """
        ),
        (
            "an accepted offer has no assignment, or the other way round",
            """
            select cast(offer_id as text) from offer where (state = 'accepted') <> (offer_id in (select offer_id from assignment))
            """
        ),
        (
            "a request under way has no team that leads, or one that is not has a team without a part in a plan",
            """
            select cast(request_id as text) from help_request where state <> 'on_hold' and (state in ('accepted', 'in_progress')) <>
                exists (select 1 from assignment join offer on offer.offer_id = assignment.offer_id
                        where assignment.request_id = help_request.request_id and assignment.state = 'active'
                        and (assignment.role = 'lead' and help_request.state in ('accepted', 'in_progress') or offer.part_id is null))
            """
        ),
        (
            "a request is in progress and nobody has set off",
            """
            select cast(request_id as text) from help_request where state = 'in_progress' and not exists
                (select 1 from visit where visit.request_id = help_request.request_id and coalesce(departed_at, began_at) is not null)
            """
        ),
        (
            "a visit is completed without its report, or the other way round",
            """
            select cast(visit_id as text) from visit where (state = 'completed') <> (findings is not null)
                or (state = 'completed') <> ((select count(*) from problem_result where problem_result.visit_id = visit.visit_id) = 2)
            """
        ),
        (
            "a request has a result in a state that has none, or none where it must",
            "select cast(request_id as text) from help_request where (state in ('resolved', 'closed')) <> (resolved_at is not null and result is not null)"
        ),
        (
            "an open request has no next step",
            """
            select cast(request_id as text) from help_request where state in ('open', 'offered') and queue is null
                and not exists (select 1 from offer where offer.request_id = help_request.request_id and offer.state = 'pending')
                and not exists (select 1 from timer where timer.request_id = help_request.request_id)
            """
        ),
        (
            "a request under way has nothing that is due, and stands at no desk that was reminded of it",
            """
            select cast(request_id as text) from help_request where state in ('open', 'offered', 'accepted', 'in_progress', 'resolved')
                and not exists (select 1 from timer where timer.request_id = help_request.request_id)
                and not (queue is not null and exists
                    (select 1 from deadline where deadline.request_id = help_request.request_id and deadline.state = 'missed'))
            """
        ),
        (
            "a pending offer has no answer timer, or an ended one has one",
            """
            select cast(offer_id as text) from offer where (state = 'pending') <> (offer_id in
                (select deadline.offer_id from timer join deadline on deadline.deadline_id = timer.deadline_id
                 where deadline.offer_id is not null and deadline.kind = 'answer' and deadline.state = 'running'))
            """
        ),
        (
            "a running deadline has no timer, or another has one",
            """
            select cast(deadline_id as text) from deadline where (state = 'running') <>
                exists (select 1 from timer where timer.deadline_id = deadline.deadline_id)
            """
        ),
        ("an offer ended before it was made", "select cast(offer_id as text) from offer where ended_at < offered_at"),
        ("a visit ended before it began", "select cast(visit_id as text) from visit where ended_at < coalesce(began_at, departed_at)"),
        ("an assignment ended before it was accepted", "select cast(assignment_id as text) from assignment where ended_at < accepted_at"),
        (
            "a deadline was missed before it was due",
            "select cast(deadline_id as text) from deadline where state = 'missed' and ended_at < due_at"
        ),
        (
            "an entry of the audit is neither sealed nor waiting to be, or is both",
            """
            select cast(entry_id as text) from audit_entry where
                (select count(*) from audit_seal where audit_seal.entry_id = audit_entry.entry_id)
                + (select count(*) from audit_waiting where audit_waiting.entry_id = audit_entry.entry_id) <> 1
            """
        ),
        (
            "a team was asked and not told",
            """
            select cast(offer_id as text) from offer where offer_id not in
                (select offer_id from notice where offer_id is not null and kind = 'offer')
                and not exists (select 1 from help_request where help_request.request_id = offer.request_id and erased_at is not null)
            """
        ),
    ];

    /// <summary>Everything that is broken, in words; empty when all is well.</summary>
    public async Task<IReadOnlyList<string>> Broken()
    {
        var broken = new List<string>();
        await using var connection = Open();
        await connection.OpenAsync();
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        foreach (var (what, sql) in Rules)
        {
            broken.AddRange((await connection.QueryAsync<string>(sql, transaction: snapshot)).Select(id => $"{what}: {id}"));
        }

        await OffTheGraph(connection, snapshot, broken);
        await Keys(connection, snapshot, broken);
        await Unaudited(connection, snapshot, broken);
        if (connection is SqliteConnection)
        {
            broken.AddRange(
                (await connection.QueryAsync<string>("pragma integrity_check", transaction: snapshot)).Where(line => line != "ok")
            );
            broken.AddRange(
                (await connection.QueryAsync<string>("select \"table\" from pragma_foreign_key_check", transaction: snapshot)).Select(
                    table => $"a row of {table} refers to nothing"
                )
            );
        }

        return broken;
    }

    /// <summary>How many requests, offers and answers there are, so that a check of nothing does not pass for a check.</summary>
    public async Task<(long Requests, long Offers, long Kept)> Size()
    {
        await using var connection = Open();
        return (
            await connection.ExecuteScalarAsync<long>("select count(*) from help_request"),
            await connection.ExecuteScalarAsync<long>("select count(*) from offer"),
            await connection.ExecuteScalarAsync<long>("select count(*) from idempotent_answer")
        );
    }

    /// <summary>Every write of the load carries a key: an effect without its kept answer is half a write, and so is an answer without its effect.</summary>
    private async Task Keys(DbConnection connection, DbTransaction snapshot, List<string> broken)
    {
        var kept = (
            await connection.QueryAsync<(string Scope, string? Location)>(
                "select scope, location from idempotent_answer",
                transaction: snapshot
            )
        ).AsList();
        // What its person's erasure ended had no call of its own.
        var erased = (
            await connection.QueryAsync<string>(
                "select '/v1/requests/' || cast(request_id as text) || '/' from help_request where erased_at is not null",
                transaction: snapshot
            )
        ).ToHashSet();
        // An offer has an answer of its own only when an officer picked the team.
        var places = kept.Select(answer => answer.Location)
            .OfType<string>()
            .Where(place =>
                place.StartsWith("/v1/requests/", StringComparison.Ordinal) || place.StartsWith("/v1/visits/", StringComparison.Ordinal)
            );
        await Same(
            "select '/v1/requests/' || cast(request_id as text) from help_request"
                + (bookedApart ? " union all select '/v1/visits/' || cast(visit_id as text) from visit" : ""),
            places,
            "made"
        );
        await Same(
            "select '/v1/offers/' || cast(offer_id as text) || '/accept' from offer where state = 'accepted'",
            Done("/accept"),
            "accepted"
        );
        await Same(
            "select '/v1/offers/' || cast(offer_id as text) || '/decline' from offer where state = 'declined'",
            Done("/decline"),
            "declined"
        );
        await Same(
            "select '/v1/visits/' || cast(visit_id as text) || '/complete' from visit where state = 'completed'",
            Done("/complete"),
            "completed"
        );
        await Same(
            "select '/v1/visits/' || cast(visit_id as text) || '/begin' from visit where began_at is not null",
            Done("/begin"),
            "begun"
        );
        await Same(
            "select '/v1/requests/' || cast(request_id as text) || '/resolve' from help_request where resolved_at is not null",
            Done("/resolve"),
            "resolved"
        );
        await Same(
            "select '/v1/requests/' || cast(request_id as text) || '/cancel' from help_request where state = 'cancelled'",
            Done("/cancel"),
            "cancelled"
        );
        await Same(
            "select '/v1/requests/' || cast(request_id as text) || '/confirm' from help_request where state = 'closed'",
            Done("/confirm"),
            "confirmed"
        );

        IEnumerable<string> Done(string action) =>
            kept.Select(answer => answer.Scope.Split(' ')[^1]).Where(path => path.EndsWith(action, StringComparison.Ordinal));

        async Task Same(string effects, IEnumerable<string> answers, string what)
        {
            var (done, known) = ((await connection.QueryAsync<string>(effects, transaction: snapshot)).ToHashSet(), answers.ToHashSet());
            done.RemoveWhere(IsOfErased);
            known.RemoveWhere(IsOfErased);
            broken.AddRange(done.Except(known).Select(path => $"{what} without a kept answer: {path}"));
            broken.AddRange(known.Except(done).Select(path => $"an answer was kept for what was not {what}: {path}"));
        }

        bool IsOfErased(string path) => erased.Contains(path[..(path.LastIndexOf('/') + 1)]);
    }

    /// <summary>Each step in a history is one that the published machine knows.</summary>
    private static async Task OffTheGraph(DbConnection connection, DbTransaction snapshot, List<string> broken)
    {
        var known = Rows("request", HelpRequestFlow.Machine)
            .Concat(Rows("offer", OfferFlow.Machine))
            .Concat(Rows("assignment", AssignmentFlow.Machine))
            .Concat(Rows("visit", VisitFlow.Machine))
            .ToHashSet();
        var steps = await connection.QueryAsync<(string Subject, string Action, string From, string To, string Id)>(
            """
            select subject, action, from_state, to_state, min(cast(subject_id as text)) from timeline
            where subject <> 'deadline' and from_state is not null and to_state <> from_state
            group by subject, action, from_state, to_state
            """,
            transaction: snapshot
        );
        broken.AddRange(
            steps
                .Where(step => !known.Contains((step.Subject, step.Action, step.From, step.To)))
                .Select(step => $"nobody may do this: {step.Subject} from {step.From} to {step.To} by {step.Action}: {step.Id}")
        );
    }

    private static IEnumerable<(string, string, string, string)> Rows<TState, TAction>(string subject, Flow<TState, TAction> machine)
        where TState : struct, Enum
        where TAction : struct, Enum => machine.Table.Select(row => (subject, Words.Of(row.Action), Words.Of(row.From), Words.Of(row.To)));

    /// <summary>Whoever wrote under a key stands in the audit: a write without an entry is half a write.</summary>
    private static async Task Unaudited(DbConnection connection, DbTransaction snapshot, List<string> broken)
    {
        var (kept, entries) = (
            await connection.ExecuteScalarAsync<long>("select count(*) from idempotent_answer", transaction: snapshot),
            await connection.ExecuteScalarAsync<long>(
                "select count(*) from audit_entry where kind = 'write' and actor_role in ('officer', 'leader', 'admin')",
                transaction: snapshot
            )
        );
        if (kept > entries)
        {
            broken.Add($"writes are not in the audit: {kept} have a kept answer and {entries} an entry");
        }
    }

    public DbConnection Open() =>
        setting == "sqlite"
            ? new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = Path.Combine(data, "dispatch.db"),
                    Mode = SqliteOpenMode.ReadOnly,
                    Pooling = false,
                }.ToString()
            )
            : new NpgsqlConnection(PostgresSettings.Patient(setting).ToString());
}
