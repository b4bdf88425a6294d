using Dispatch.Api.Features.Health;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Telemetry;

namespace Dispatch.Api.Features.Imports;

/// <summary>An import waits to be read.</summary>
internal sealed class ImportSignal : CommitSignal;

/// <summary>
/// Reads one import after the other, some rows to a transaction, which also notes how far it is: whoever goes on after a crash takes no row twice and leaves
/// none out. A worker that has fallen silent is replaced by another, on whichever node.
/// </summary>
internal sealed class ImportLoop(
    IServiceScopeFactory scopes,
    Database database,
    ImportSignal signal,
    TimeProvider clock,
    Readiness readiness,
    Instruments instruments,
    ILogger<ImportLoop> log
) : WokenLoop(signal, readiness, log)
{
    /// <summary>Without a sign of life for so long, a worker is taken for dead.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>So often it is begun at one place for nothing, and then no more.</summary>
    private const int MostAttempts = 3;

    /// <summary>Works until no import waits; returns how many it has worked on.</summary>
    /// <param name="pieces">For tests: no more pieces of one import than these, as if the process had been killed then.</param>
    public async Task<int> WorkDue(int pieces = int.MaxValue, CancellationToken ct = default)
    {
        for (var worked = 0; ; worked++)
        {
            var worker = Guid.NewGuid().ToString("N");
            if (await Claim(worker, ct) is not { } import)
            {
                return worked;
            }

            await Work(import, worker, pieces, ct);
        }
    }

    protected override string Failure => "Imports could not be worked on";

    protected override Task Round(CancellationToken ct) => WorkDue(ct: ct);

    private async Task<ImportRow?> Claim(string worker, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        ImportRow? claimed = null;
        var now = clock.GetUtcNow();
        await database.Write(
            db,
            Chore.SignOfLife,
            async () =>
                claimed = await db.Find<ImportRow>(
                    $"""
                    update import_run set worker = @worker, beat_at = @now, attempts = attempts + 1
                    where import_id = (
                        select import_id from import_run
                        where state = 'waiting' and (worker is null or beat_at < @silentSince)
                        order by created_at, import_id
                        limit 1 {db.ForUpdate})
                    returning {ImportRow.Columns}
                    """,
                    new
                    {
                        worker,
                        now,
                        silentSince = now - LongestSilence,
                    }
                ),
            ct
        );
        return claimed;
    }

    private async Task Work(ImportRow import, string worker, int pieces, CancellationToken ct)
    {
        if (import.Attempts > MostAttempts)
        {
            await End(import, worker, ImportState.Failed, ct);
            return;
        }

        try
        {
            for (var piece = 0; piece < pieces; piece++)
            {
                ct.ThrowIfCancellationRequested();
                if (await Next(import) is not { } next)
                {
                    await End(import, worker, ImportState.Done, ct);
                    return;
                }

                import = await Read(import, worker, next, ct);
            }
        }
        catch (TakenOver)
        {
            // Another one goes on with it.
        }
        catch (Exception cause) when (cause is not OperationCanceledException and not OutcomeUnknown)
        {
            Log.LogError(cause, "Import {ImportId} stopped after {Done} rows.", import.ImportId, import.Done);
            await LetGo(import, worker, ct);
        }
    }

    private async Task<FilePiece?> Next(ImportRow import)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ImportStore>().Next(import);
    }

    private async Task<ImportRow> Read(ImportRow import, string worker, FilePiece piece, CancellationToken ct)
    {
        // Of one that was interrupted, some are read already.
        var rows = piece.Rows.Skip(import.Done + 1 - piece.First).ToList();
        if (await Together(import, worker, rows, ct) is { } done)
        {
            return done;
        }

        foreach (var row in rows)
        {
            import = await Alone(import, worker, row, ct);
        }

        return import;
    }

    /// <summary>All rows in one transaction; null: one of them is refused, and nothing of it is kept.</summary>
    private async Task<ImportRow?> Together(ImportRow import, string worker, IReadOnlyList<FileRow> rows, CancellationToken ct)
    {
        try
        {
            return await Take(import, worker, rows, ct);
        }
        catch (RowRefused)
        {
            return null;
        }
    }

    private async Task<ImportRow> Alone(ImportRow import, string worker, FileRow row, CancellationToken ct)
    {
        try
        {
            return await Take(import, worker, [row], ct);
        }
        catch (RowRefused refused)
        {
            var done = new RowsDone(1, 0, 0, 1, [.. refused.Problems.Select(problem => (row.Number, problem))]);
            await InOneTransaction(import, services => Advance(services, import, worker, done), ct);
            return After(import, done);
        }
    }

    private async Task<ImportRow> Take(ImportRow import, string worker, IReadOnlyList<FileRow> rows, CancellationToken ct)
    {
        RowsDone done = null!;
        try
        {
            await InOneTransaction(
                import,
                async services =>
                {
                    // A transaction that is repeated counts anew.
                    var taken = 0;
                    foreach (var row in rows)
                    {
                        taken += await services.GetRequiredService<RowTaking>().Take(import.KindNow, row) ? 1 : 0;
                    }

                    done = new RowsDone(rows.Count, taken, rows.Count - taken, 0, []);
                    if (import.DryRun)
                    {
                        throw new NothingKept();
                    }

                    await Advance(services, import, worker, done);
                },
                ct
            );
        }
        catch (NothingKept)
        {
            await InOneTransaction(import, services => Advance(services, import, worker, done), ct);
        }

        return After(import, done);
    }

    private static async Task Advance(IServiceProvider services, ImportRow import, string worker, RowsDone done)
    {
        if (!await services.GetRequiredService<ImportStore>().Advance(import, worker, done))
        {
            throw new TakenOver();
        }

        await Note(services, "ReadImportRows", import);
    }

    private async Task End(ImportRow import, string worker, ImportState state, CancellationToken ct)
    {
        await InOneTransaction(
            import,
            async services =>
            {
                await services.GetRequiredService<ImportStore>().End(import, worker, state);
                await Note(services, state == ImportState.Done ? "FinishImport" : "FailImport", import);
            },
            ct
        );
        instruments.ImportEnded(import.KindNow, state, clock.GetUtcNow() - import.CreatedAt);
    }

    private async Task LetGo(ImportRow import, string worker, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        await database.Write(
            db,
            Chore.SignOfLife,
            () =>
                db.Execute(
                    "update import_run set worker = null where import_id = @ImportId and worker = @worker",
                    new { import.ImportId, worker }
                ),
            ct
        );
    }

    private static Task Note(IServiceProvider services, string action, ImportRow import) =>
        services.GetRequiredService<AuditTrail>().Did(action, new AuditObject("import", import.ImportId.ToString("D")));

    private async Task InOneTransaction(ImportRow import, Func<IServiceProvider, Task> work, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Acting>().Caller = import.Actor;
        scope.ServiceProvider.GetRequiredService<AuditTrail>().Concerns(import.RegionCode);
        await database.Write(scope.ServiceProvider.GetRequiredService<Session>(), () => work(scope.ServiceProvider), ct);
    }

    // Behind the commit: what was rolled back is not counted.
    private ImportRow After(ImportRow import, RowsDone done)
    {
        if (!import.DryRun)
        {
            instruments.ImportRowsRead(import.KindNow, done.Taken, done.ThereAlready, done.Refused);
        }

        return import with
        {
            Done = import.Done + done.Rows,
            Problems = import.Problems + done.Problems.Count,
        };
    }

    /// <summary>A dry run has seen what would come of it.</summary>
    private sealed class NothingKept() : Exception("A dry run keeps nothing.");

    private sealed class TakenOver() : Exception("Another worker has the import.");
}
