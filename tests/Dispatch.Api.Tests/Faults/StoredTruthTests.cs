using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Storage;
using Dispatch.Api.Tests.Storage.Auditing;
using Dispatch.Faults.Checking;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Faults;

/// <summary>A check that finds nothing after a fault is worth what it would have found.</summary>
public sealed class StoredTruthTests(ServiceOnSqlite service) : IClassFixture<ServiceOnSqlite>
{
    [Theory]
    [InlineData(
        "update help_request set state = 'accepted' where request_id = @id",
        "the state of a request is not where its last move led"
    )]
    [InlineData("delete from timeline where request_id = @id and seq = 2", "a history has a gap")]
    [InlineData(
        "update timeline set from_state = 'travelling' where request_id = @id and action = 'complete'",
        "a move begins elsewhere than the one before it ended"
    )]
    [InlineData("update offer set version = version + 1 where request_id = @id", "an offer and its history disagree")]
    [InlineData("update assignment set version = version + 1 where request_id = @id", "an assignment and its history disagree")]
    [InlineData("update visit set version = version + 1 where request_id = @id", "a visit and its history disagree")]
    [InlineData("update help_request set state = 'offered' where request_id = @id", "a request is offered without a pending offer")]
    [InlineData("update offer set state = 'declined' where request_id = @id", "an accepted offer has no assignment")]
    [InlineData(
        "update assignment set state = 'ended', ended_as = 'released' where request_id = @id",
        "a request under way has no team that leads"
    )]
    [InlineData("update visit set began_at = null where request_id = @id", "a request is in progress and nobody has set off")]
    [InlineData("update visit set findings = null where request_id = @id", "a visit is completed without its report")]
    [InlineData("delete from problem_result where request_id = @id", "a visit is completed without its report")]
    [InlineData("update help_request set resolved_at = changed_at, result = 'solved' where request_id = @id", "a request has a result")]
    [InlineData(
        "delete from timer where request_id = @id; update help_request set state = 'offered' where request_id = @id",
        "an open request has no next step"
    )]
    [InlineData("delete from timer where request_id = @id", "a request under way has nothing that is due")]
    [InlineData("delete from timer where request_id = @id", "a running deadline has no timer")]
    [InlineData("update offer set state = 'pending' where request_id = @id", "a pending offer has no answer timer")]
    [InlineData(
        "update team_load set active = active + 1 where team_id = (select team_id from assignment where request_id = @id)",
        "what a team has in hand"
    )]
    [InlineData(
        "update team_load set pending = pending + 1 where team_id = (select team_id from assignment where request_id = @id)",
        "what a team has not answered"
    )]
    [InlineData(
        "update team_load set last_service_at = null where team_id = (select team_id from assignment where request_id = @id)",
        "what requesters said of a team"
    )]
    [InlineData(
        """
            insert into team (team_id, name, kind, tier, region_code, size, capacity, version, created_at)
            select @id, name, kind, tier, region_code, size, capacity, version, created_at from team limit 1
            """,
        "a team has no count"
    )]
    [InlineData("delete from notice where request_id = @id", "a team was asked and not told")]
    [InlineData("update offer set ended_at = '2001-01-01T00:00:00.000Z' where request_id = @id", "an offer ended before it was made")]
    [InlineData("update visit set ended_at = '2001-01-01T00:00:00.000Z' where request_id = @id", "a visit ended before it began")]
    [InlineData(
        "update assignment set ended_at = '2001-01-01T00:00:00.000Z' where request_id = @id",
        "an assignment ended before it was accepted"
    )]
    [InlineData(
        "update deadline set state = 'missed', due_at = '2101-01-01T00:00:00.000Z', ended_at = '2100-01-01T00:00:00.000Z' where request_id = @id",
        "a deadline was missed before it was due"
    )]
    [InlineData(
        "update timeline set action = 'confirm' where request_id = @id and subject = 'visit' and action = 'complete'",
        "nobody may do this"
    )]
    [InlineData("delete from audit_waiting", "an entry of the audit is neither sealed nor waiting to be")]
    [InlineData(
        "insert into idempotent_answer (scope, idempotency_key, fingerprint, status, body, kept_at) with recursive n(value) as (select 1 union all select value + 1 from n where value < 100) select 'x ' || @id, value, '', 200, '', '2026-06-01T00:00:00.000Z' from n",
        "writes are not in the audit"
    )]
    [InlineData("delete from idempotent_answer where location = '/v1/requests/' || @id", "made without a kept answer")]
    [InlineData("delete from idempotent_answer where scope like '%/accept'", "accepted without a kept answer")]
    [InlineData("update visit set state = 'aborted' where request_id = @id", "an answer was kept for what was not completed")]
    [InlineData("update visit set began_at = null where request_id = @id", "an answer was kept for what was not begun")]
    public async Task A_write_that_is_half_there_is_found(string half, string found)
    {
        var truth = new StoredTruth(service.Data, "sqlite");
        var (request, _) = await service.Given.ACompletedVisit(
            report: new
            {
                findings = "根系积水，缺镁。",
                minutes = 80,
                problems = new[] { new { title = "积水", result = "solved" }, new { title = "缺镁", result = "partly" } },
            },
            call: Given.PomeloCall("emergency")
        );
        var before = await truth.Broken();
        Assert.DoesNotContain(before, line => line.EndsWith(request.ToString(), StringComparison.Ordinal));

        foreach (var sql in half.Split(';'))
        {
            await Tamper(sql, request);
        }

        Assert.Contains((await truth.Broken()).Except(before), line => line.StartsWith(found, StringComparison.Ordinal));
    }

    private async Task Tamper(string sql, Guid request)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var changed = 0;
        await scope
            .ServiceProvider.GetRequiredService<Database>()
            .Unwatched()
            .Write(db, async () => changed = await db.Execute(sql, new { id = request.ToString() }), CancellationToken.None);
        Assert.True(changed > 0);
    }
}
