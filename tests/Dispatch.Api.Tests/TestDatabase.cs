using Npgsql;

namespace Dispatch.Api.Tests;

/// <summary>A database of its own for one service under test: a SQLite file, or a fresh PostgreSQL database where
/// <c>DISPATCH_TEST_POSTGRES</c> names a server. Every test runs on either.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    public static string? Server { get; } =
        Environment.GetEnvironmentVariable("DISPATCH_TEST_POSTGRES") is { Length: > 0 } server ? server : null;

    private readonly string? name;
    private readonly string[] roles;

    private TestDatabase(string setting, string? name, params string[] roles) => (Setting, this.name, this.roles) = (setting, name, roles);

    /// <summary>The value of <c>Dispatch:Database</c>.</summary>
    public string Setting { get; }

    public static bool IsPostgres => Server is not null;

    /// <summary>The default store, also where the tests run on a server.</summary>
    public static TestDatabase OnSqlite() => new("sqlite", null);

    public static async Task<TestDatabase> Create()
    {
        if (Server is null)
        {
            return OnSqlite();
        }

        var fresh = "dispatch_" + Guid.NewGuid().ToString("N");
        await OnServer($"create database {fresh}");
        var setting = new NpgsqlConnectionStringBuilder(Server) { Database = fresh, MaxPoolSize = 20 }.ToString();
        return new TestDatabase(setting, fresh);
    }

    /// <summary>One that a role owns which the service does not work as; on PostgreSQL only.</summary>
    /// <returns>As the service sees it, the setting of the owner, and the name of the service's role.</returns>
    public static async Task<(TestDatabase Served, string Owner, string Role)> CreateOwned()
    {
        var fresh = "dispatch_" + Guid.NewGuid().ToString("N");
        var (owner, role) = (fresh + "_owner", fresh + "_service");
        var password = Guid.NewGuid().ToString("N");
        await OnServer($"create role {owner} login password '{password}'");
        await OnServer($"create role {role} login password '{password}'");
        await OnServer($"create database {fresh} owner {owner}");
        return (new TestDatabase(As(role), fresh, role, owner), As(owner), role);

        string As(string user) =>
            new NpgsqlConnectionStringBuilder(Server)
            {
                Database = fresh,
                Username = user,
                Password = password,
                MaxPoolSize = 20,
            }.ToString();
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

    private static async Task OnServer(string sql)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
