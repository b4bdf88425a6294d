using Dispatch.Api.Features.Health;
using Dispatch.Api.Features.Lessons;
using Dispatch.Api.Features.Rights;
using Dispatch.Api.Features.SolvedCases;
using Dispatch.Api.Http.Access;

namespace Dispatch.Api.Features.Reference;

/// <summary>What this node holds in memory follows what others have changed in the database, and what it has noted goes there.</summary>
internal sealed class KeepingUp(
    ReadingInUse reading,
    CaseIndex cases,
    Standing standing,
    ErasureFile erasures,
    Readiness readiness,
    ILogger<KeepingUp> log
) : BackgroundService
{
    private const int CasesAtStart = 20_000;
    private const int CasesPerLook = 50_000;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private bool moreCases = true;

    /// <summary>Before the first call is answered: the version of reading in use, and the newest solved cases.</summary>
    public async Task Start(CancellationToken ct)
    {
        await reading.Follow(ct);
        moreCases = await cases.LoadOlder(CasesAtStart);
    }

    /// <summary>Looks once.</summary>
    public async Task LookNow(CancellationToken ct = default)
    {
        await reading.Follow(ct);
        await cases.Follow();
        moreCases = moreCases && await cases.LoadOlder(CasesPerLook);
        await standing.NoteUses(ct);
        await erasures.Follow();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Started.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookNow(stoppingToken);
            }
            catch (Exception cause) when (cause is not OperationCanceledException)
            {
                log.LogError(cause, "What others changed could not be read; trying again.");
            }

            await Task.Delay(moreCases ? TimeSpan.FromMilliseconds(50) : Look, stoppingToken);
        }
    }
}
