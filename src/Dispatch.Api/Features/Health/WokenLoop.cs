using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Health;

/// <summary>Works in rounds once the service is ready: when a commit of this node wakes it, and every second for what other nodes committed. A round that
/// fails is tried again.</summary>
internal abstract class WokenLoop(CommitSignal signal, Readiness readiness, ILogger log) : BackgroundService
{
    /// <summary>How long at most until it looks again; what is due sooner wakes it.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    protected ILogger Log => log;

    /// <summary>What could not be done, in the words of the log.</summary>
    protected abstract string Failure { get; }

    protected abstract Task Round(CancellationToken ct);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Started.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var woken = signal.Next;
            try
            {
                await Round(stoppingToken);
            }
            catch (Exception cause) when (cause is not OperationCanceledException)
            {
                log.LogError(cause, "{Failure}; trying again.", Failure);
            }

            await Task.WhenAny(woken, Task.Delay(Look, stoppingToken));
        }
    }
}
