using Dapper;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Storage.Auditing;

/// <summary>Entries become a chain without gaps, whoever seals and whenever they were committed.</summary>
public sealed class AuditSealerTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Everything_that_waits_is_chained_once_and_without_a_gap_also_by_several_at_once()
    {
        for (var i = 0; i < 30; i++)
        {
            await service.Given.AnOpenRequest();
        }

        var sealedBy = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => service.Sealer().SealWaiting())));
        Assert.True(sealedBy.Sum() >= 30);
        Assert.Equal(0, await service.Stored<long>("select count(*) from audit_waiting"));
        var entries = await service.Stored<long>("select count(*) from audit_entry");
        Assert.Equal(entries, await service.Stored<long>("select count(*) from audit_seal"));
        Assert.Equal(entries, await service.Stored<long>("select max(seq) from audit_seal"));
        Assert.Equal(0, await service.Sealer().SealWaiting());
    }

    [Fact]
    public async Task An_entry_that_is_committed_after_later_ones_were_sealed_is_chained_after_them()
    {
        await service.Sealer().SealWaiting();
        await using var scope = service.Services.CreateAsyncScope();
        var (db, trail) = (scope.ServiceProvider.GetRequiredService<Session>(), scope.ServiceProvider.GetRequiredService<AuditTrail>());
        var (begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        // On SQLite one turn is over before the next begins: there the late one is simply the last.
        var late = TestDatabase.IsPostgres ? Late() : Task.CompletedTask;
        if (TestDatabase.IsPostgres)
        {
            await begun.Task;
        }

        await service.Given.AnOpenRequest();
        await service.Sealer().SealWaiting();
        var before = await service.Stored<long>("select max(seq) from audit_seal");
        goOn.SetResult();
        await (TestDatabase.IsPostgres ? late : Late());
        Assert.Equal(1, await service.Sealer().SealWaiting());
        Assert.Equal(before + 1, await service.Stored<long>("select max(seq) from audit_seal"));
        Assert.Equal(
            "TheLateOne",
            await service.Stored<string>(
                "select action from audit_entry where entry_id = (select entry_id from audit_seal order by seq desc limit 1)"
            )
        );

        Task Late() =>
            service
                .Services.GetRequiredService<Database>()
                .Write(
                    db,
                    async () =>
                    {
                        await trail.Did("TheLateOne", null);
                        begun.TrySetResult();
                        await goOn.Task;
                    },
                    CancellationToken.None
                );
    }

    [Fact]
    public async Task A_checkpoint_is_written_when_something_new_was_sealed_and_goes_on_after_a_restart()
    {
        await service.Given.AnOpenRequest();
        await service.Sealer().SealWaiting();
        Assert.True(await service.Sealer().WriteCheckpoint());
        Assert.False(await service.Sealer().WriteCheckpoint());
        var before = CheckpointFile.Lines(service.Checkpoints()).Count();
        // The power went while a line was written.
        await File.AppendAllTextAsync(service.Checkpoints(), "{\"at\":\"20");
        await service.Restart();
        await service.Given.AnOpenRequest();
        await service.Sealer().SealWaiting();
        Assert.True(await service.Sealer().WriteCheckpoint());
        var lines = CheckpointFile.Lines(service.Checkpoints()).ToList();
        Assert.Equal(before + 1, lines.Count);
        Assert.Equal(AuditChain.Digest(lines[^2]), Checkpoint.Read(lines[^1])!.Previous);
    }
}
