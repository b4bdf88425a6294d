using System.Diagnostics;
using Dispatch.Api.Storage;
using Dispatch.Faults.Checking;
using Npgsql;

namespace Dispatch.Faults.Ground;

/// <summary>A place to work at for one run: a folder, a database, and the nodes that were started. With a planted defect all of them have it.</summary>
internal sealed class Site : IAsyncDisposable
{
    private static volatile bool isEnough;

    private readonly List<ServiceProcess> nodes = [];
    private readonly string? server;
    private readonly string? defect;
    private readonly Stopwatch open = Stopwatch.StartNew();

    private Site(Engine engine, string data, string database, string? server, string? defect) =>
        (Engine, Data, Database, this.server, this.defect) = (engine, data, database, server, defect);

    /// <summary>After this no new round begins, however many were asked for.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.MaxValue;

    public Engine Engine { get; }

    /// <summary>Its data folder.</summary>
    public string Data { get; }

    /// <summary>The value of <c>Dispatch:Database</c>.</summary>
    public string Database { get; }

    public bool IsPlanted => defect is not null;

    /// <summary>Whether this round, counted from 1, is still to be done. The first always is.</summary>
    public bool Goes(int round, int rounds) => round <= rounds && (round == 1 || (open.Elapsed < Time && !isEnough));

    /// <summary>The rounds under way are the last, here and everywhere else in this process.</summary>
    public static void Enough() => isEnough = true;

    /// <param name="pair">On PostgreSQL: two servers, a and b, the second a synchronous standby of the first.</param>
    public static async Task<Site> Open(Engine engine, string? defect, bool pair = false, TimeSpan? time = null)
    {
        var folder = Directory.CreateTempSubdirectory("dispatch-fault-").FullName;
        var data = Path.Combine(folder, "data");
        Directory.CreateDirectory(data);
        if (engine == Engine.Sqlite)
        {
            return new Site(engine, data, "sqlite", null, defect) { Time = time ?? TimeSpan.MaxValue };
        }

        var folderOfServer = Path.Combine(folder, "postgres");
        Directory.CreateDirectory(folderOfServer);
        // The server's user must be able to walk into its folder.
        await Shell("chmod", "711", folder);
        var connection = await Shell(Path.Combine(AppContext.BaseDirectory, "postgres"), pair ? "pair" : "start", folderOfServer);
        await using (var plain = new NpgsqlConnection(PostgresSettings.Patient(connection).ToString()))
        {
            await plain.OpenAsync();
            await using var create = new NpgsqlCommand("create database faults", plain);
            await create.ExecuteNonQueryAsync();
        }

        var setting = new NpgsqlConnectionStringBuilder(connection) { Database = "faults", MaxPoolSize = 20 }.ToString();
        return new Site(engine, data, setting, folderOfServer, defect) { Time = time ?? TimeSpan.MaxValue };
    }

    /// <summary>One node; nodes of one site share its keys.</summary>
    public Task<ServiceProcess> Start(Launch? launch = null) => Start(launch ?? Launch.Plain, defect);

    /// <summary>One node without the defect.</summary>
    public Task<ServiceProcess> StartWhole(Launch? launch = null) => Start(launch ?? Launch.Plain, null);

    private async Task<ServiceProcess> Start(Launch how, string? planted)
    {
        var own = how with
        {
            Settings = [$"--Dispatch:Audit:Checkpoints={Path.Combine(Data, $"checkpoints-{nodes.Count}.ndjson")}", .. how.Settings],
        };
        var node = await ServiceProcess.Start(Data, how.Database ?? Database, planted, Engine == Engine.Sqlite ? how : own);
        nodes.Add(node);
        return node;
    }

    /// <summary>Does something to one of the two servers: what <c>tests/postgres</c> can.</summary>
    public Task Pair(string what, string name) => Shell(Path.Combine(AppContext.BaseDirectory, "postgres"), what, server!, name);

    /// <summary>Says something to the server itself.</summary>
    public async Task Tell(string sql)
    {
        await using var connection = new NpgsqlConnection(PostgresSettings.Patient(Database).ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc cref="Checking.Checker"/>
    public Checker Checker(bool bookedApart = true) => new(Data, Database, bookedApart);

    /// <summary>What the program printed; it must end well.</summary>
    public static async Task<string> Shell(string program, params string[] words)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, words)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (await said).Trim()
            : throw new InvalidOperationException(
                $"{program} {words.FirstOrDefault()} ended with {process.ExitCode}: {await said} {await wrong}"
            );
    }

    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        if (server is not null)
        {
            await Shell(Path.Combine(AppContext.BaseDirectory, "postgres"), "stop", server);
        }

        Directory.Delete(Path.GetDirectoryName(Data)!, recursive: true);
    }
}
