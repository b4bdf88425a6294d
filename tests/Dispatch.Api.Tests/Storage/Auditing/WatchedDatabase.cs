using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Faults.Ground;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Api.Tests.Storage.Auditing;

/// <summary>Stands before the database of every service under test: a turn that changes a row and leaves no line in the audit fails, unless it is one
/// of the named chores.</summary>
internal sealed class WatchedDatabase(Database real) : AroundDatabase(real)
{
    public static void Over(IServiceCollection services) => Replace(services, real => new WatchedDatabase(real));

    public override Task Write(Session session, Func<Task> work, CancellationToken ct) =>
        Real.Write(
            session,
            async () =>
            {
                var (changes, entries) = await Count(session);
                await work();
                // After everything else that was to be written before the commit.
                session.BeforeCommit(async () =>
                {
                    var (changesNow, entriesNow) = await Count(session);
                    if (session.Chore is null && changesNow > changes && entriesNow == entries)
                    {
                        throw new InvalidOperationException(
                            "A turn changed something and the audit says nothing of it; it is no chore either."
                        );
                    }
                });
            },
            ct
        );

    private static async Task<(long Changes, long Entries)> Count(Session db) =>
        db.ForUpdate.Length == 0
            ? (await db.Value<long>("select total_changes()"), await db.Value<long>("select coalesce(max(rowid), 0) from audit_entry"))
            : (
                await db.Value<long>("select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint from pg_stat_xact_user_tables"),
                await db.Value<long>(
                    "select coalesce(sum(n_tup_ins), 0)::bigint from pg_stat_xact_user_tables where relname = 'audit_entry'"
                )
            );
}

internal static class Unwatching
{
    /// <summary>What a test itself writes is nobody's deed.</summary>
    public static Database Unwatched(this Database database) => (database as WatchedDatabase)?.Real ?? database;
}
