using Dispatch.Api.Features.Health;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;

namespace Dispatch.Api.Features.Reports;

/// <summary>Books what waits, a little at a time so that commands need not wait long for it.</summary>
internal sealed class FigureRoller(IServiceScopeFactory scopes, Database database, Readiness readiness, ILogger<FigureRoller> log)
    : BackgroundService
{
    private const int AtOnce = 50;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>Books everything that waits; returns how many requests that were.</summary>
    public async Task<int> BookWaiting(CancellationToken ct = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, book) = (scope.ServiceProvider.GetRequiredService<Session>(), scope.ServiceProvider.GetRequiredService<FigureBook>());
        for (var all = 0; ; )
        {
            if ((await book.Due(1)).Count == 0)
            {
                return all;
            }

            var booked = 0;
            await database.Write(db, Chore.Counting, async () => booked = await book.BookSome(AtOnce), ct);
            if (booked == 0)
            {
                return all;
            }

            all += booked;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Started.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await BookWaiting(stoppingToken);
            }
            catch (Exception cause) when (cause is not OperationCanceledException)
            {
                log.LogError(cause, "Figures could not be booked; trying again.");
            }

            await Task.Delay(Look, stoppingToken);
        }
    }
}
