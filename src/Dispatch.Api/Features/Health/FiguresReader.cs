using System.Data.Common;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Api.Telemetry;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Health;

/// <summary>Counts what is under way. Not what has ended: that is the reports' matter, and counting millions would cost more than it tells.</summary>
internal sealed class FiguresReader(
    Session db,
    Database database,
    TeamDirectory directory,
    Readiness readiness,
    Instruments instruments,
    TimeProvider clock,
    ILogger<FiguresReader> log
)
{
    /// <summary>From here on the instruments tell what is there now. A database that does not answer is the hour of an operator: what the process
    /// knows without it is told then, too.</summary>
    public async Task Refresh()
    {
        try
        {
            instruments.Found(await Read(), readiness.Obstacle(database) is null);
        }
        catch (DbException cause)
        {
            // Old figures would say that all is well.
            instruments.Found(null, ready: false);
            log.LogWarning(cause, "The figures of operation could not be read.");
        }
    }

    private async Task<Figures> Read()
    {
        var now = clock.GetUtcNow();
        var requests = await Counts(
            $"select state as word, count(*) as count from help_request where {RequestStore.UnderWay} group by state",
            HelpRequestFlow.UnderWay
        );
        var desks = await Counts(
            $"select queue as word, count(*) as count from help_request where state = 'open' and {RequestStore.UnderWay} group by queue",
            Enum.GetValues<RequestQueue>()
        );
        var overdue = (
            await db.Find<Overdue>("select count(*) as count, min(due_at) as oldest from timer where due_at <= @now", new { now })
        )!;
        var (teamsBehind, indexAge) = await directory.Behind(db);
        return new Figures(
            requests,
            desks,
            OffersPending: await db.Value<long>("select count(*) from offer where state = 'pending'"),
            TimersOverdue: overdue.Count,
            TimersOldestWait: overdue.Oldest is { } oldest ? now - oldest : TimeSpan.Zero,
            NoticesUndelivered: await db.Value<long>("select count(*) from notice where delivered_at is null and read_at is null"),
            AuditUnsealed: await db.Value<long>("select count(*) from audit_waiting"),
            teamsBehind,
            indexAge
        );
    }

    private async Task<IReadOnlyDictionary<string, long>> Counts<TWord>(string sql, IEnumerable<TWord> words)
        where TWord : struct, Enum
    {
        var counts = (await db.List<Counted>(sql)).ToDictionary(row => row.Word, row => row.Count, StringComparer.Ordinal);
        return words.Select(Words.Of).ToDictionary(word => word, word => counts.GetValueOrDefault(word), StringComparer.Ordinal);
    }

    private sealed record Counted
    {
        public string Word { get; init; } = "";
        public long Count { get; init; }
    }

    private sealed record Overdue
    {
        public long Count { get; init; }
        public DateTimeOffset? Oldest { get; init; }
    }
}
