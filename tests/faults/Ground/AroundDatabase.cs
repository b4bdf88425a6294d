using System.Data.Common;
using Dispatch.Api.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatch.Faults.Ground;

/// <summary>Stands before a database and does what it does; heirs do one thing otherwise.</summary>
internal abstract class AroundDatabase(Database real) : Database
{
    public Database Real => real;

    public override string ForUpdate => real.ForUpdate;

    public override bool Healthy => real.Healthy;

    public override bool ShowsChangesInOrder => real.ShowsChangesInOrder;

    /// <summary>Puts one before the database of a service that is being built.</summary>
    public static void Replace(IServiceCollection services, Func<Database, Database> around)
    {
        var given = services.Single(service => service.ServiceType == typeof(Database)).ImplementationFactory!;
        services.Replace(ServiceDescriptor.Singleton(provider => around((Database)given(provider))));
    }

    public override string NextChange(string table) => real.NextChange(table);

    public override string ChangesFrom(string table) => real.ChangesFrom(table);

    public override string In(string parameter) => real.In(parameter);

    public override Task HoldKey(DbConnection connection, DbTransaction transaction, string key) =>
        real.HoldKey(connection, transaction, key);

    public override Task Migrate(IReadOnlyDictionary<int, Action<DbConnection>> steps) => real.Migrate(steps);

    public override IReadOnlyList<string> Purge(IReadOnlyList<string> tables) => real.Purge(tables);

    public override Task<(DbConnection Connection, DbTransaction Transaction)> OpenSnapshot() => real.OpenSnapshot();

    public override Task Wall(DbConnection connection, DbTransaction transaction, string? region) =>
        real.Wall(connection, transaction, region);

    public override Task Write(Session session, Func<Task> work, CancellationToken ct) => real.Write(session, work, ct);

    public override ValueTask DisposeAsync() => real.DisposeAsync();
}
