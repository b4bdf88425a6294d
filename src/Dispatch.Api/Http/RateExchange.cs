using Dispatch.Api.Features.Health;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Http;

/// <summary>
/// The windows of several nodes on one database added up. Once a second each node notes who has used much of his quota here, and reads what the others
/// noted; in a command it would cost every call a write. So the quota holds over all nodes but for what comes within that second, and for a twentieth
/// of it on each other node, which is not worth telling.
/// </summary>
internal sealed class RateExchange(
    IServiceScopeFactory scopes,
    Database database,
    RateLimits limits,
    BlindIndex words,
    Readiness readiness,
    TimeProvider clock,
    ILogger<RateExchange> log
) : BackgroundService
{
    private const int MostTold = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromHours(1);

    private readonly Guid node = Guid.CreateVersion7();
    private readonly Dictionary<string, Use> told = new(StringComparer.Ordinal);

    /// <summary>Tells and hears once.</summary>
    public async Task Exchange(CancellationToken ct = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var news = News();
        if (news.Count > 0)
        {
            await database.Write(db, Chore.Throttling, () => Tell(db, news), ct);
            foreach (var (watched, use) in news)
            {
                told[watched] = use;
            }
        }

        await Hear(db);
    }

    /// <summary>What was noted of windows that are over.</summary>
    public static Task<int> Forget(Session db, DateTimeOffset now) =>
        db.Execute("delete from rate_share where window_start <= @stale", new { stale = now - LongestWindow });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Started.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Pause);
        do
        {
            try
            {
                await Exchange(stoppingToken);
            }
            catch (Exception cause) when (cause is not OperationCanceledException)
            {
                log.LogWarning(cause, "What other nodes let through is not known; this one counts alone.");
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private List<(string Watched, Use Use)> News()
    {
        var over = clock.GetUtcNow() - LongestWindow;
        foreach (var watched in told.Where(pair => pair.Value.Start <= over).Select(pair => pair.Key).ToList())
        {
            told.Remove(watched);
        }

        return
        [
            .. limits
                .All.SelectMany(policy => policy.MuchUsed().Select(use => (Watched: Word(policy, use.Whose), Use: use)))
                .Where(news => told.GetValueOrDefault(news.Watched) != news.Use)
                .OrderByDescending(news => news.Use.Taken)
                .Take(MostTold)
                // One order for all nodes.
                .OrderBy(news => news.Watched, StringComparer.Ordinal),
        ];
    }

    private async Task Tell(Session db, IReadOnlyList<(string Watched, Use Use)> news)
    {
        foreach (var (watched, use) in news)
        {
            await db.Execute(
                """
                insert into rate_share (watched, node_id, window_start, taken) values (@watched, @node, @start, @taken)
                on conflict (watched, node_id) do update set window_start = excluded.window_start, taken = excluded.taken
                """,
                new
                {
                    watched,
                    node,
                    start = use.Start,
                    taken = use.Taken,
                }
            );
        }
    }

    private async Task Hear(Session db)
    {
        var others = (
            await db.List<Share>(
                """
                select watched, window_start, sum(taken) as taken from rate_share
                where node_id <> @node and window_start > @over group by watched, window_start
                """,
                new { node, over = clock.GetUtcNow() - LongestWindow }
            )
        ).ToDictionary(share => (share.Watched, share.WindowStart), share => (int)Math.Min(int.MaxValue, share.Taken));
        foreach (var policy in limits.All)
        {
            policy.Hear((whose, start) => others.Count == 0 ? 0 : others.GetValueOrDefault((Word(policy, whose), start)));
        }
    }

    private string Word(RatePolicy policy, string whose) => words.Of("rate", policy.Name + "\n" + whose);

    private sealed record Share
    {
        public required string Watched { get; init; }

        public required DateTimeOffset WindowStart { get; init; }

        public required long Taken { get; init; }
    }
}
