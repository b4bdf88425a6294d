using System.Globalization;
using System.Text;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Health;

/// <summary>What an operator watches, in the Prometheus text format 0.0.4. Counts only what is under way: ended requests are the reports' matter, and
/// counting millions of them would cost more than it tells.</summary>
internal static class ShowMetrics
{
    private const string Format = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly HelpRequestState[] UnderWay =
    [
        HelpRequestState.Open,
        HelpRequestState.Offered,
        HelpRequestState.Accepted,
        HelpRequestState.InProgress,
        HelpRequestState.OnHold,
    ];

    public static void MapMetrics(this IEndpointRouteBuilder app) =>
        app.MapGet("/metrics", Get)
            .WithTags("Health")
            .WithName(nameof(ShowMetrics))
            .OpenByPermissions()
            .WithSummary("Read the figures of operation")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .AddEndpointFilter<QueryNames>();

    private static async Task<IResult> Get(HttpContext http, Session db, Refusals refusals, TimeProvider clock)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Text(await Read(db, refusals, clock.GetUtcNow()), Format);
    }

    private static async Task<string> Read(Session db, Refusals refusals, DateTimeOffset now)
    {
        // One condition as the partial index has it, so that the planner uses it.
        var requests = await Counts(
            db,
            "select state as word, count(*) as count from help_request where state in ('open', 'offered', 'accepted', 'in_progress', 'on_hold') group by state"
        );
        var desks = await Counts(db, "select queue as word, count(*) as count from help_request where state = 'open' group by queue");
        var offers = await db.Value<long>("select count(*) from offer where state = 'pending'");
        var overdue = (
            await db.Find<Overdue>("select count(*) as count, min(due_at) as oldest from timer where due_at <= @now", new { now })
        )!;
        var notices = await db.Value<long>("select count(*) from notice where delivered_at is null and read_at is null");

        var text = new StringBuilder();
        Family(text, "dispatch_requests", "Help requests under way, by state.");
        Lines(text, "dispatch_requests", "state", UnderWay.Select(Words.Of), requests);
        Family(text, "dispatch_queue_depth", "Open help requests, by the desk that has them.");
        Lines(text, "dispatch_queue_depth", "desk", Enum.GetValues<RequestQueue>().Select(Words.Of), desks);
        Single(text, "dispatch_offers_pending", "Offers that wait for an answer.", offers);
        Single(text, "dispatch_timers_overdue", "Timers that are due and have not fired.", overdue.Count);
        var waited = overdue.Oldest is { } oldest ? (now - oldest).TotalSeconds : 0;
        Single(text, "dispatch_timers_oldest_wait_seconds", "How long the oldest due timer has waited.", waited);
        Single(text, "dispatch_notices_undelivered", "Notices that reached nobody yet.", notices);
        var waiting = await db.Value<long>("select count(*) from audit_waiting");
        Single(text, "dispatch_audit_unsealed", "Entries of the audit that are not chained yet.", waiting);
        Counter(text, "dispatch_refused_total", "Calls and sign-ins refused since this process started, by kind.");
        Lines(
            text,
            "dispatch_refused_total",
            "kind",
            Refusals.Kinds,
            refusals.Totals.ToDictionary(kind => kind.Key, kind => kind.Value, StringComparer.Ordinal)
        );
        return text.ToString();
    }

    private static async Task<Dictionary<string, long>> Counts(Session db, string sql) =>
        (await db.List<Counted>(sql)).ToDictionary(row => row.Word, row => row.Count, StringComparer.Ordinal);

    private static void Family(StringBuilder text, string name, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(" gauge\n");

    private static void Counter(StringBuilder text, string name, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(" counter\n");

    // A series that is missing looks like a broken scrape: what is not there is zero.
    private static void Lines(StringBuilder text, string name, string label, IEnumerable<string> words, Dictionary<string, long> counts)
    {
        foreach (var word in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{{{label}=\"{word}\"}} {counts.GetValueOrDefault(word)}\n");
        }
    }

    private static void Single(StringBuilder text, string name, string help, double value)
    {
        Family(text, name, help);
        text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
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
