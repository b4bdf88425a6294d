using Dispatch.Api.Features.Health;

namespace Dispatch.Api.Telemetry;

/// <summary>Reads the figures again and again for a collector that is sent them; <c>/metrics</c> reads them when it is asked.</summary>
internal sealed class FiguresLoop(IServiceScopeFactory scopes, Readiness readiness, ILogger<FiguresLoop> log) : BackgroundService
{
    // Collectors are sent something every minute unless set otherwise.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Started.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<FiguresReader>().Refresh();
            }
            catch (Exception cause) when (cause is not OperationCanceledException)
            {
                log.LogWarning(cause, "The figures of operation could not be read; trying again.");
            }

            await Task.Delay(Look, stoppingToken);
        }
    }
}
