using Npgsql;

namespace Dispatch.Benchmarks;

/// <summary>A database of its own on a PostgreSQL server, gone when it is over.</summary>
internal sealed class FreshDatabase : IAsyncDisposable
{
    private readonly string server;
    private readonly string name = "dispatch_measured_" + Guid.NewGuid().ToString("N");

    private FreshDatabase(string server) => this.server = server;

    public string Setting => new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();

    public static async Task<FreshDatabase> Create(string server)
    {
        var made = new FreshDatabase(server);
        await Run(server, $"create database {made.name}");
        return made;
    }

    public static async Task Run(string setting, string sql)
    {
        await using var source = NpgsqlDataSource.Create(setting);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync() => await Run(server, $"drop database if exists {name} with (force)");
}
