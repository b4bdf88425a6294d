using Dispatch.Api.Features.Health;

namespace Dispatch.Api.Storage.Sealing;

/// <summary>Follows the key file while the service works: a key that was added is known within seconds, and what is sealed under a former one is sealed
/// anew.</summary>
internal sealed class KeyRotation(DataKeys keys, Resealing resealing, Readiness readiness, ILogger<KeyRotation> log) : BackgroundService
{
    /// <summary>So often the file is looked at.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Started.WaitAsync(stoppingToken);
        string? done = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                keys.Reread();
                var current = keys.Current;
                if (current != done)
                {
                    var resealed = await resealing.All(stoppingToken);
                    done = current;
                    if (resealed > 0)
                    {
                        log.LogInformation("{Count} values were sealed anew under the key {KeyId}.", resealed, current);
                    }
                }
            }
            catch (Exception cause) when (cause is not OperationCanceledException)
            {
                log.LogError(cause, "What is sealed could not be sealed anew; trying again.");
            }

            await Task.Delay(Look, stoppingToken);
        }
    }
}
