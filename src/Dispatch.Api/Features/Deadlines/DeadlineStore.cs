using Dispatch.Api.Features.Health;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;

namespace Dispatch.Api.Features.Deadlines;

internal sealed record DeadlineRow
{
    public Guid DeadlineId { get; init; }
    public Guid RequestId { get; init; }
    public string Kind { get; init; } = "";
    public Guid? OfferId { get; init; }
    public DateTimeOffset DueAt { get; init; }
    public string State { get; init; } = "";
    public bool Provisional { get; init; }
    public int? RemainingMinutes { get; init; }
}

/// <summary>What is owed by when. A running deadline has exactly one timer; everything else has none.</summary>
internal sealed class DeadlineStore(Session db, Catalogue catalogue, TimerSignal signal, TimeProvider clock)
{
    public const string Columns = "deadline_id, request_id, kind, offer_id, due_at, state, provisional, remaining_minutes";

    /// <summary>Starts the deadline, in place of one of the same kind that still runs.</summary>
    public async Task<DateTimeOffset> Start(RequestRow request, DeadlineKind kind, Guid? offerId = null, TimeSpan grace = default)
    {
        await Drop(request.RequestId, kind, offerId);
        var now = clock.GetUtcNow();
        var due = catalogue.Deadlines.From(kind, request.UrgencyNow, now + grace);
        var id = Guid.CreateVersion7(now);
        await db.Execute(
            """
            insert into deadline (deadline_id, request_id, kind, offer_id, due_at, state, provisional, set_at)
            values (@id, @RequestId, @kind, @offerId, @At, 'running', @IsProvisional, @now)
            """,
            new
            {
                id,
                request.RequestId,
                kind = Words.Of(kind),
                offerId,
                due.At,
                due.IsProvisional,
                now,
            }
        );
        await SetTimer(request.RequestId, id, due.At);
        return due.At;
    }

    public Task Meet(Guid requestId, DeadlineKind kind, Guid? offerId = null) => End(requestId, kind, offerId, "met");

    /// <summary>Nobody owes it any more: the offer was withdrawn, the request cancelled or given back.</summary>
    public async Task Drop(Guid requestId, DeadlineKind kind, Guid? offerId = null)
    {
        foreach (var deadline in await Unended(requestId, kind, offerId))
        {
            await db.Execute("delete from timer where deadline_id = @DeadlineId", new { deadline.DeadlineId });
            await db.Execute("delete from deadline where deadline_id = @DeadlineId", new { deadline.DeadlineId });
        }
    }

    public async Task DropAll(Guid requestId)
    {
        await db.Execute(
            "delete from timer where deadline_id in (select deadline_id from deadline where request_id = @requestId)",
            new { requestId }
        );
        await db.Execute("delete from deadline where request_id = @requestId and state in ('running', 'paused')", new { requestId });
    }

    public async Task Pause(RequestRow request)
    {
        var now = clock.GetUtcNow();
        foreach (var deadline in await Of(request.RequestId, "running"))
        {
            var remaining = catalogue.Deadlines.Remaining(Words.To<DeadlineKind>(deadline.Kind), request.UrgencyNow, now, deadline.DueAt);
            await db.Execute("delete from timer where deadline_id = @DeadlineId", deadline);
            await db.Execute(
                "update deadline set state = 'paused', remaining_minutes = @minutes where deadline_id = @DeadlineId",
                new { deadline.DeadlineId, minutes = (int)Math.Ceiling(remaining.TotalMinutes) }
            );
        }
    }

    public async Task Resume(RequestRow request)
    {
        var now = clock.GetUtcNow();
        foreach (var deadline in await Of(request.RequestId, "paused"))
        {
            var due = catalogue.Deadlines.Resumed(
                Words.To<DeadlineKind>(deadline.Kind),
                request.UrgencyNow,
                now,
                TimeSpan.FromMinutes(deadline.RemainingMinutes ?? 0)
            );
            await db.Execute(
                "update deadline set state = 'running', remaining_minutes = null, due_at = @At, provisional = @IsProvisional where deadline_id = @DeadlineId",
                new
                {
                    deadline.DeadlineId,
                    due.At,
                    due.IsProvisional,
                }
            );
            await SetTimer(request.RequestId, deadline.DeadlineId, due.At);
        }
    }

    /// <summary>Marks a deadline whose timer has just been taken as missed.</summary>
    public Task Miss(Guid deadlineId) =>
        db.Execute(
            "update deadline set state = 'missed', ended_at = @now where deadline_id = @deadlineId",
            new { deadlineId, now = clock.GetUtcNow() }
        );

    public Task<IReadOnlyList<DeadlineRow>> Of(Guid requestId) =>
        db.List<DeadlineRow>($"select {Columns} from deadline where request_id = @requestId order by due_at, kind", new { requestId });

    private static string OfOffer(Guid? offerId) => offerId is null ? "true" : "offer_id = @offerId";

    private Task<IReadOnlyList<DeadlineRow>> Of(Guid requestId, string state) =>
        db.List<DeadlineRow>(
            $"select {Columns} from deadline where request_id = @requestId and state = @state order by deadline_id",
            new { requestId, state }
        );

    private async Task End(Guid requestId, DeadlineKind kind, Guid? offerId, string state)
    {
        var now = clock.GetUtcNow();
        foreach (var deadline in await Unended(requestId, kind, offerId))
        {
            await db.Execute("delete from timer where deadline_id = @DeadlineId", new { deadline.DeadlineId });
            await db.Execute(
                "update deadline set state = @state, ended_at = @now where deadline_id = @DeadlineId",
                new
                {
                    deadline.DeadlineId,
                    state,
                    now,
                }
            );
        }
    }

    private Task<IReadOnlyList<DeadlineRow>> Unended(Guid requestId, DeadlineKind kind, Guid? offerId) =>
        db.List<DeadlineRow>(
            $"select {Columns} from deadline where request_id = @requestId and kind = @kind and state in ('running', 'paused') and {OfOffer(offerId)}",
            new
            {
                requestId,
                kind = Words.Of(kind),
                offerId,
            }
        );

    private async Task SetTimer(Guid requestId, Guid deadlineId, DateTimeOffset dueAt)
    {
        var now = clock.GetUtcNow();
        await db.Execute(
            "insert into timer (timer_id, request_id, deadline_id, due_at) values (@id, @requestId, @deadlineId, @dueAt)",
            new
            {
                id = Guid.CreateVersion7(now),
                requestId,
                deadlineId,
                dueAt,
            }
        );
        if (dueAt - now < WokenLoop.Look)
        {
            db.AfterCommit(signal.Wake);
        }
    }
}
