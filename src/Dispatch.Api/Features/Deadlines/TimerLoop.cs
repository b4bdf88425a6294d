using Dispatch.Api.Features.Accounts;
using Dispatch.Api.Features.Exports;
using Dispatch.Api.Features.Health;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Rights;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Telemetry;

namespace Dispatch.Api.Features.Deadlines;

/// <summary>Fires what is due. Each firing is one transaction that begins by deleting the timer: with several loops, or a crash anywhere,
/// each timer still has one effect.</summary>
internal sealed class TimerLoop(
    IServiceScopeFactory scopes,
    Database database,
    TimerSignal signal,
    TimeProvider clock,
    Readiness readiness,
    Retention retention,
    Instruments instruments,
    ILogger<TimerLoop> log
) : WokenLoop(signal, readiness, log)
{
    private const int MostAtOnce = 100;
    private static readonly TimeSpan BetweenForgetting = TimeSpan.FromHours(1);

    private DateTimeOffset forgotAt = DateTimeOffset.MinValue;

    /// <summary>Fires everything due by the clock, what firing makes due included; returns how many fired.</summary>
    public async Task<int> FireDue(CancellationToken ct = default)
    {
        var fired = 0;
        var tried = new HashSet<Guid>();
        while (true)
        {
            // What failed still stands in front: without these the ones behind it would never come up.
            var due = (await Due(MostAtOnce + tried.Count)).Where(timer => !tried.Contains(timer.TimerId)).ToList();
            if (due.Count == 0)
            {
                return fired;
            }

            foreach (var timer in due)
            {
                if (await Fire(timer, ct))
                {
                    fired++;
                }
                else
                {
                    tried.Add(timer.TimerId);
                }
            }
        }
    }

    protected override string Failure => "Timers could not be fired";

    protected override async Task Round(CancellationToken ct)
    {
        await FireDue(ct);
        await ForgetAnswers(ct);
    }

    /// <summary>Deletes the kept answers whose life is over, with failed sign-ins, refresh tokens and quotas that no longer count, and what was kept
    /// as long as it may be, every hour.</summary>
    private async Task ForgetAnswers(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (now - forgotAt < BetweenForgetting)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        await database.Write(db, Chore.Forgetting, () => KeptAnswer.Forget(db, now), ct);
        await database.Write(db, Chore.Forgetting, () => SignInThrottle.Forget(db, now), ct);
        await database.Write(db, Chore.Forgetting, () => SessionStore.Forget(db, now), ct);
        await database.Write(db, Chore.Forgetting, () => SubmissionQuota.Forget(db, now), ct);
        await database.Write(db, Chore.Forgetting, () => RateExchange.Forget(db, now), ct);
        await database.Write(db, Chore.Forgetting, () => ExportStore.Forget(db, now), ct);
        await retention.Look(ct);
        forgotAt = now;
    }

    private async Task<IReadOnlyList<TimerRow>> Due(int limit)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<Session>()
            .List<TimerRow>(
                "select timer_id, request_id, deadline_id from timer where due_at <= @now order by due_at, timer_id limit @limit",
                new { now = clock.GetUtcNow(), limit }
            );
    }

    private async Task<bool> Fire(TimerRow timer, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, effects) = (
            scope.ServiceProvider.GetRequiredService<Session>(),
            scope.ServiceProvider.GetRequiredService<MissedDeadlines>()
        );
        var fired = false;
        using var span = Spans.Begin(Spans.Timer);
        try
        {
            await database.Write(db, async () => fired = await effects.Fire(timer), ct);
            if (fired)
            {
                instruments.TimerFired(TimerOutcome.Fired);
            }
        }
        catch (Exception cause) when (cause is not OperationCanceledException and not OutcomeUnknown)
        {
            // One poisoned timer must not keep the others from firing; it is tried again with the next look.
            Spans.Failed(span, cause);
            instruments.TimerFired(TimerOutcome.Failed);
            Log.LogError(cause, "Timer {TimerId} of request {RequestId} failed.", timer.TimerId, timer.RequestId);
        }

        return fired;
    }
}

internal sealed record TimerRow
{
    public Guid TimerId { get; init; }
    public Guid RequestId { get; init; }
    public Guid DeadlineId { get; init; }
}
