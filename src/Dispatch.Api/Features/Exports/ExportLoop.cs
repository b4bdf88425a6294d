using Dispatch.Api.Features.Health;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;

namespace Dispatch.Api.Features.Exports;

/// <summary>An export waits to be written.</summary>
internal sealed class ExportSignal : CommitSignal;

/// <summary>Writes one export after the other. The exports themselves are the queue; whoever writes one says so in its row, and one whose worker has
/// fallen silent is begun anew by whoever finds it first.</summary>
internal sealed class ExportLoop(
    IServiceScopeFactory scopes,
    Database database,
    ExportSignal signal,
    ExportPieces pieces,
    ExportLimits limits,
    TimeProvider clock,
    Readiness readiness,
    ILogger<ExportLoop> log
) : WokenLoop(signal, readiness, log)
{
    /// <summary>Without a sign of life for so long, a worker is taken for dead.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>Whoever ends so often while writing it would end the next time too.</summary>
    public const int MostAttempts = 5;

    private const int RowsBetweenBeats = 2000;

    /// <summary>Works until none waits; returns how many it has worked on.</summary>
    public async Task<int> WorkDue(CancellationToken ct = default)
    {
        for (var worked = 0; ; worked++)
        {
            var worker = Guid.NewGuid().ToString("N");
            ExportRow? claimed = null;
            await Write(Chore.SignOfLife, async exports => claimed = await exports.Claim(worker, clock.GetUtcNow() - LongestSilence), ct);
            if (claimed is null)
            {
                return worked;
            }

            await Work(claimed, worker, ct);
        }
    }

    protected override string Failure => "Exports could not be worked on";

    protected override Task Round(CancellationToken ct) => WorkDue(ct);

    private async Task Work(ExportRow export, string worker, CancellationToken ct)
    {
        try
        {
            if (export.Attempt > MostAttempts)
            {
                await Fail(export, worker, ExportFailure.Fault, ct);
                return;
            }

            await Make(export, worker, ct);
        }
        catch (OperationCanceledException)
        {
            // The node is stopped: another need not wait until it is taken for dead.
            await Write(Chore.SignOfLife, exports => exports.Release(export, worker), CancellationToken.None);
            throw;
        }
        catch (Exception cause) when (cause is not OutcomeUnknown)
        {
            Log.LogError(cause, "Export {ExportId} could not be written.", export.ExportId);
            await Fail(export, worker, ExportFailure.Fault, ct);
        }
    }

    private async Task Make(ExportRow export, string worker, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var sheets = scope.ServiceProvider.GetRequiredService<RecordSheets>();
        var asked = export.Asked;
        var ofAll = await sheets.Count(asked);
        var sheet = sheets.Of(asked);
        using var stream = new Outflow();
        var (done, position) = (0L, 0);
        using (var writer = SheetFormats.Writer(export.FormatNow, stream, sheet, Words.To<Language>(export.Language)))
        {
            await foreach (var row in sheet.Rows.WithCancellation(ct))
            {
                writer.Row(row);
                done++;
                var piece = stream.Take();
                if ((piece is not null || done % RowsBetweenBeats == 0) && !await Advance(piece))
                {
                    return;
                }
            }
        }

        if (stream.Take(all: true) is { } rest && !await Advance(rest))
        {
            return;
        }

        await Write(
            async (exports, trail) =>
            {
                if (await exports.Finish(export, worker, done, stream.Length) is not null)
                {
                    trail.Concerns(export.RegionCode);
                    await trail.Did("FinishExport", ObjectOf(export));
                }
            },
            ct
        );

        async Task<bool> Advance(byte[]? piece)
        {
            if (stream.Length > limits.MostBytes)
            {
                await Fail(export, worker, ExportFailure.TooLarge, ct);
                return false;
            }

            var isOwn = false;
            (int, string)? part = piece is null ? null : (position, pieces.Close(export, position, piece));
            await Write(
                Chore.FileInTheMaking,
                async exports => isOwn = await exports.Advance(export, worker, done, Math.Max(done, ofAll), part),
                ct
            );
            position += piece is null ? 0 : 1;
            return isOwn;
        }
    }

    private Task Fail(ExportRow export, string worker, ExportFailure failure, CancellationToken ct) =>
        Write(
            async (exports, trail) =>
            {
                if (await exports.Fail(export, worker, failure) is not null)
                {
                    trail.Concerns(export.RegionCode);
                    await trail.Did("FailExport", ObjectOf(export));
                }
            },
            ct
        );

    private async Task Write(Chore chore, Func<ExportStore, Task> work, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, exports) = (scope.ServiceProvider.GetRequiredService<Session>(), scope.ServiceProvider.GetRequiredService<ExportStore>());
        await database.Write(db, chore, () => work(exports), ct);
    }

    private async Task Write(Func<ExportStore, AuditTrail, Task> work, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var (db, exports, trail) = (
            services.GetRequiredService<Session>(),
            services.GetRequiredService<ExportStore>(),
            services.GetRequiredService<AuditTrail>()
        );
        await database.Write(db, () => work(exports, trail), ct);
    }

    private static AuditObject ObjectOf(ExportRow export) => new("export", export.ExportId.ToString("D"));
}
