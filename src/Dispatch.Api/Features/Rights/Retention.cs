using System.Globalization;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Features.Rights;

/// <summary>Nothing is kept longer than its class allows: persons of requests that ended long ago are erased, old notices deleted.</summary>
internal sealed class Retention(
    IServiceScopeFactory scopes,
    Database database,
    BlindIndex index,
    ErasureFile file,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<Retention> log
)
{
    private const int PerRun = 500;

    /// <summary>After the request was last touched.</summary>
    public int RequestYears { get; } = AtLeastOne(configuration, "Dispatch:Retention:RequestYears", 3);

    public int NoticeDays { get; } = AtLeastOne(configuration, "Dispatch:Retention:NoticeDays", 365);

    /// <summary>Looks once; what is left over waits for the next look.</summary>
    public async Task Look(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var erased = 0;
        foreach (var id in await Overdue(now.AddYears(-RequestYears)))
        {
            await using var scope = scopes.CreateAsyncScope();
            var (db, erasure) = (scope.ServiceProvider.GetRequiredService<Session>(), scope.ServiceProvider.GetRequiredService<Erasure>());
            var key = index.OfErased(Guid.NewGuid());
            await database.Write(db, async () => erased += await erasure.Request(id, ErasureCause.Retention, key, now) ? 1 : 0, ct);
        }

        await using (var db = new Session(database))
        {
            var oldest = now.AddDays(-NoticeDays);
            await database.Write(
                db,
                Chore.Forgetting,
                () => db.Execute("delete from notice where created_at < @oldest", new { oldest }),
                ct
            );
        }

        await file.Follow();
        if (erased > 0)
        {
            log.LogInformation("{Count} requests had been kept as long as they may be: their persons were erased.", erased);
        }
    }

    private async Task<IReadOnlyList<Guid>> Overdue(DateTimeOffset before)
    {
        await using var db = new Session(database);
        var rows = await db.List<IdRow>(
            """
            select request_id as id from help_request where state in ('closed', 'cancelled') and erased_at is null and changed_at < @before
            order by changed_at limit @limit
            """,
            new { before, limit = PerRun }
        );
        return [.. rows.Select(row => row.Id)];
    }

    private static int AtLeastOne(IConfiguration configuration, string key, int byDefault)
    {
        var value = configuration.GetValue(key, byDefault);
        return value >= 1
            ? value
            : throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"{key} is {value}; it cannot be less than 1.")
            );
    }

    private sealed record IdRow
    {
        public Guid Id { get; init; }
    }
}
