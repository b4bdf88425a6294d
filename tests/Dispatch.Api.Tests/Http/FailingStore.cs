using System.Collections;
using System.Data.Common;
using Dispatch.Api.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatch.Api.Tests.Http;

/// <summary>The service on a store whose next write fails as the test says.</summary>
public sealed class ServiceOnAFailingStore : RunningService
{
    private Func<Exception>? fault;

    /// <summary>None: it works again.</summary>
    public void FailWith(Func<Exception>? next) => fault = next;

    protected override void Replace(IServiceCollection services)
    {
        var real = services.Single(service => service.ServiceType == typeof(Database)).ImplementationFactory!;
        services.Replace(ServiceDescriptor.Singleton<Database>(provider => new FailingStore((Database)real(provider), () => fault)));
    }

    private sealed class FailingStore(Database real, Func<Func<Exception>?> next) : Database
    {
        public override string ForUpdate => real.ForUpdate;

        public override bool Healthy => real.Healthy;

        public override bool ShowsChangesInOrder => real.ShowsChangesInOrder;

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
            next() is { } fault ? throw fault() : real.Write(session, work, ct);

        public override ValueTask DisposeAsync() => real.DisposeAsync();
    }
}
