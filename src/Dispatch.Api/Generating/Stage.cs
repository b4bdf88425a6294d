using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;

namespace Dispatch.Api.Generating;

/// <summary>Where the acts of a batch are carried out: each by its caller and at its time, through the validator and the handler that do the real work, and all
/// in the transaction of one session. What waits for a commit elsewhere is not told of them.</summary>
internal sealed class Stage(IServiceScopeFactory scopes, Session turn, ScenarioClock clock)
{
    public Task<T> Do<T>(Caller caller, DateTimeOffset at, ICommand<T> command) =>
        In(caller, at, services => services.GetRequiredService<IMediator>().Send(command));

    /// <summary>Fires the timers of a request that are due until then, each when it is due.</summary>
    public async Task Elapse(Guid requestId, DateTimeOffset until)
    {
        while (await Next(requestId, until) is { } due)
        {
            await In(Caller.Clock, due.DueAt, services => services.GetRequiredService<MissedDeadlines>().Pass(due.Timer));
        }
    }

    public Task<IReadOnlyList<T>> List<T>(string sql, object args) => turn.List<T>(sql, args);

    private async Task<DueRow?> Next(Guid requestId, DateTimeOffset until) =>
        await turn.Find<DueRow>(
            """
            select timer_id, request_id, deadline_id, due_at from timer where request_id = @requestId and due_at <= @until
            order by due_at, timer_id limit 1
            """,
            new { requestId, until }
        );

    private async Task<T> In<T>(Caller caller, DateTimeOffset at, Func<IServiceProvider, Task<T>> act)
    {
        clock.Put(at);
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Acting>().Caller = caller;
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        db.Join(turn);
        var done = await act(scope.ServiceProvider);
        await db.FinishTurn();
        db.EndTurn();
        return done;
    }

    private sealed record DueRow
    {
        public Guid TimerId { get; init; }
        public Guid RequestId { get; init; }
        public Guid DeadlineId { get; init; }
        public DateTimeOffset DueAt { get; init; }

        public TimerRow Timer =>
            new()
            {
                TimerId = TimerId,
                RequestId = RequestId,
                DeadlineId = DeadlineId,
            };
    }
}
