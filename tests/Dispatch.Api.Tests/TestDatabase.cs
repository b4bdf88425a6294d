using System.Data.Common;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Keeping;
using Npgsql;

namespace Dispatch.Api.Tests;

/// <summary>A database of its own for one service under test: a SQLite file, or a fresh PostgreSQL database where
/// <c>DISPATCH_TEST_POSTGRES</c> names a server and somebody who may do everything there. Every test runs on either.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    public static string? Server { get; } =
        Environment.GetEnvironmentVariable("DISPATCH_TEST_POSTGRES") is { Length: > 0 } server ? server : null;

    private static readonly Lazy<Task<Prepared>> ToServe = new(Prepare);

    private readonly string? name;
    private readonly string[] roles;

    private TestDatabase(string setting, string? name, params string[] roles) =>
        (Setting, Owner, this.name, this.roles) = (setting, setting, name, roles);

    /// <summary>The value of <c>Dispatch:Database</c>.</summary>
    public string Setting { get; }

    /// <summary>Of whoever owns the tables.</summary>
    public string Owner { get; private init; }

    public static bool IsPostgres => Server is not null;

    /// <summary>The default store, also where the tests run on a server.</summary>
    public static TestDatabase OnSqlite() => new("sqlite", null);

    /// <summary>As a site has it: with the schema, for a role that reads and writes its rows and can do nothing else.</summary>
    public static async Task<TestDatabase> Served()
    {
        if (Server is null)
        {
            return OnSqlite();
        }

        var (fresh, prepared) = (Fresh(), await ToServe.Value);
        await OnServer($"create database {fresh} template {prepared.Database}");
        return new TestDatabase(SettingOf(fresh, prepared.Role, prepared.Password), fresh) { Owner = SettingOf(fresh) };
    }

    /// <summary>Empty, and the service's own.</summary>
    public static async Task<TestDatabase> Create()
    {
        if (Server is null)
        {
            return OnSqlite();
        }

        var fresh = Fresh();
        await OnServer($"create database {fresh}");
        return new TestDatabase(SettingOf(fresh), fresh);
    }

    /// <summary>One that a role owns which the service does not work as; on PostgreSQL only.</summary>
    /// <returns>As the service sees it, the setting of the owner, and the name of the service's role.</returns>
    public static async Task<(TestDatabase Served, string Owner, string Role)> CreateOwned()
    {
        var fresh = Fresh();
        var (owner, role) = (fresh + "_owner", fresh + "_service");
        var password = Guid.NewGuid().ToString("N");
        await OnServer($"create role {owner} login password '{password}'");
        await OnServer($"create role {role} login password '{password}'");
        await OnServer($"create database {fresh} owner {owner}");
        return (new TestDatabase(SettingOf(fresh, role, password), fresh, role, owner), SettingOf(fresh, owner, password), role);
    }

    /// <summary>Keeps it as it is now, where nobody is connected to it.</summary>
    public Task Keep() => OnServer($"create database {name}_kept template {name}");

    /// <summary>What was kept takes its place.</summary>
    public async Task PutBack()
    {
        NpgsqlConnection.ClearAllPools();
        await OnServer($"drop database {name} with (force)");
        await OnServer($"create database {name} template {name}_kept");
    }

    public async ValueTask DisposeAsync()
    {
        if (name is not null)
        {
            await OnServer($"drop database if exists {name}_kept with (force)");
            await OnServer($"drop database if exists {name} with (force)");
        }

        foreach (var role in roles)
        {
            await OnServer($"drop role if exists {role}");
        }
    }

    private static string Fresh() => "dispatch_" + Guid.NewGuid().ToString("N");

    private static string SettingOf(string database, string? user = null, string? password = null)
    {
        var setting = new NpgsqlConnectionStringBuilder(Server) { Database = database, MaxPoolSize = 20 };
        if (user is not null)
        {
            (setting.Username, setting.Password) = (user, password);
        }

        return setting.ToString();
    }

    /// <summary>What all that are served begin as, until this process ends.</summary>
    private static async Task<Prepared> Prepare()
    {
        var database = Fresh();
        var (role, password) = (database + "_service", Guid.NewGuid().ToString("N"));
        await OnServer($"create role {role} login password '{password}'");
        await OnServer($"create database {database}");
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            OnServer($"drop database if exists {database} with (force)").GetAwaiter().GetResult();
            OnServer($"drop role if exists {role}").GetAwaiter().GetResult();
        };
        // A template that somebody is connected to is not copied.
        await using var owner = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(SettingOf(database)) { Pooling = false }.ToString());
        await owner.OpenAsync();
        Migrations.Apply(owner, new Dictionary<int, Action<DbConnection>>());
        await MigrateCommand.Grant(owner, role);
        return new Prepared(database, role, password);
    }

    private static async Task OnServer(string sql)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private sealed record Prepared(string Database, string Role, string Password);
}
