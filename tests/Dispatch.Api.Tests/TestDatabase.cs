using Npgsql;

namespace Dispatch.Api.Tests;

/// <summary>A database of its own for one service under test: a SQLite file, or a fresh PostgreSQL database where
/// <c>DISPATCH_TEST_POSTGRES</c> names a server. Every test runs on either.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    public static string? Server { get; } =
        Environment.GetEnvironmentVariable("DISPATCH_TEST_POSTGRES") is { Length: > 0 } server ? server : null;

    private readonly string? name;

    private TestDatabase(string setting, string? name) => (Setting, this.name) = (setting, name);

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
    }

    private static async Task OnServer(string sql)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
