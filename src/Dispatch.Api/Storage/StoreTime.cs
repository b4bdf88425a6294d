namespace Dispatch.Api.Storage;

/// <summary>Keeps the clock of this node by that of the database: of several nodes none is early and none is late. Where another clock was put in its place,
/// as tests do and SQLite needs, there is nothing to keep.</summary>
internal sealed class StoreTime(TimeProvider clock, Database database, ILogger<StoreTime> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WorthSaying = TimeSpan.FromSeconds(5);
    private const int Times = 3;

    /// <summary>Asks the database for the time, a few times: the first answer of a start is slow.</summary>
    public async Task Ask()
    {
        if (clock is not StoreClock known)
        {
            return;
        }

        await using var db = new Session(database);
        // The way to a connection is not part of the question.
        await db.Value<int>("select 1");
        for (var time = 0; time < Times; time++)
        {
            await known.Ask(() => db.Value<DateTimeOffset>("select clock_timestamp()"));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (clock is not StoreClock known)
        {
            return;
        }

        var said = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Look, stoppingToken);
            try
            {
                await Ask();
            }
            catch (Exception cause) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogDebug(cause, "The database did not say what time it is; the count of ticks goes on.");
            }

            var isOff = known.Ahead.Duration() > WorthSaying;
            if (isOff && !said)
            {
                log.LogWarning("The clock of this machine is {Ahead} ahead of the database's, whose time decides.", known.Ahead);
            }

            said = isOff;
        }
    }
}
