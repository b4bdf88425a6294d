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

    public static async Task<TestDatabase> Create()
    {
        if (Server is null)
        {
            return new TestDatabase("sqlite", null);
        }

        var fresh = "dispatch_" + Guid.NewGuid().ToString("N");
        await OnServer($"create database {fresh}");
        var setting = new NpgsqlConnectionStringBuilder(Server) { Database = fresh, MaxPoolSize = 20 }.ToString();
        return new TestDatabase(setting, fresh);
    }

    public async ValueTask DisposeAsync()
    {
        if (name is not null)
        {
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
