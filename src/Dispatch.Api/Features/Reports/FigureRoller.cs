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

    /// <summary>Books as many requests as wait when it begins; returns how many that were. What is marked meanwhile waits for the next time: a request at work
    /// would otherwise be booked anew with each of its moves.</summary>
    public async Task<int> BookWaiting(CancellationToken ct = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, book) = (scope.ServiceProvider.GetRequiredService<Session>(), scope.ServiceProvider.GetRequiredService<FigureBook>());
        var (waiting, all) = (await book.CountDue(), 0);
        while (all < waiting)
        {
            var booked = 0;
            await database.Write(db, Chore.Counting, async () => booked = await book.BookSome(Math.Min(AtOnce, waiting - all)), ct);
            if (booked == 0)
            {
                // Another node was there first.
                break;
            }

            all += booked;
        }

        return all;
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
