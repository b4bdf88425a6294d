using System.Collections;
using System.Data.Common;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatch.Api.Tests.Storage.Auditing;

/// <summary>Stands before the database of every service under test: a turn that changes a row and leaves no line in the audit fails, unless it is one
/// of the named chores.</summary>
internal sealed class WatchedDatabase(Database real) : Database
{
    public override string ForUpdate => real.ForUpdate;

    public override bool Healthy => real.Healthy;

    public override bool ShowsChangesInOrder => real.ShowsChangesInOrder;

    public static void Over(IServiceCollection services)
    {
        var given = services.Single(service => service.ServiceType == typeof(Database)).ImplementationFactory!;
        services.Replace(ServiceDescriptor.Singleton<Database>(provider => new WatchedDatabase((Database)given(provider))));
    }

    public Database Real => real;

    public override string NextChange(string table) => real.NextChange(table);

    public override string ChangesFrom(string table) => real.ChangesFrom(table);

    public override string In(string parameter) => real.In(parameter);

    public override IEnumerable Ids(IEnumerable<Guid> ids) => real.Ids(ids);

    public override Task HoldKey(DbConnection connection, DbTransaction transaction, string key) =>
        real.HoldKey(connection, transaction, key);

    public override Task Migrate(IReadOnlyDictionary<int, Action<DbConnection>> steps) => real.Migrate(steps);

    public override IReadOnlyList<string> Purge(IReadOnlyList<string> tables) => real.Purge(tables);

    public override Task<(DbConnection Connection, DbTransaction Transaction)> OpenSnapshot() => real.OpenSnapshot();

    public override Task Write(Session session, Func<Task> work, CancellationToken ct) =>
        real.Write(
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

    public override ValueTask DisposeAsync() => real.DisposeAsync();

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
