using System.Diagnostics;
using System.Globalization;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Keeping;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Benchmarks.Matching;
using Npgsql;

namespace Dispatch.Benchmarks.Scale;

/// <summary>Where the data of one size lies: its folder with the keys, and with a server its database there.</summary>
/// <param name="postgres">A server; none: SQLite, in the folder.</param>
internal sealed class ScaleSite(string root, string name, string? postgres) : IDisposable
{
    private const string Setting = "Dispatch__Database";
    private const string Done = "loaded";

    public TemporaryFolder Data { get; } = new(Path.Combine(root, name));

    public bool IsLoaded => File.Exists(Data.File(Done));

    private string Database => $"dispatch_scale_{name}";

    private string? Connection =>
        postgres is null ? null : new NpgsqlConnectionStringBuilder(postgres) { Database = Database, MaxPoolSize = 60 }.ToString();

    /// <summary>Teams and a small history, made by the service itself.</summary>
    public static async Task<ScaleSite> Small(string root, string? postgres, ServedCountry served)
    {
        var small = new ScaleSite(root, "small", postgres);
        if (small.IsLoaded)
        {
            return small;
        }

        await served.Settle(small.Data);
        var bodies = MatchHttpCommand.Bodies(served.Country, ScaleCommand.Teams, 60);
        await using (var service = await MeasuredProcess.StartService(TimeSpan.Zero, small.Data, served.SeedsSetting))
        {
            using var wires = await Wires.Open(service.Address, 1);
            await new SmallHistory(wires.First, bodies).Make();
            await Sealed(small);
        }

        if (postgres is not null)
        {
            await small.Create("");
            var said = await small.Within(() =>
                CopyCommand.Run(
                    ["copy", "--from", small.Data.File("dispatch.db"), .. MeasuredProcess.Settings(small.Data), served.SeedsSetting],
                    Console.Out
                )
            );
            if (said != 0)
            {
                throw new InvalidOperationException("The small history did not get to PostgreSQL.");
            }

            NpgsqlConnection.ClearAllPools();
        }

        await File.WriteAllTextAsync(small.Data.File(Done), "");
        return small;
    }

    /// <summary>The small site with so many requests more.</summary>
    public static async Task<ScaleSite> Grown(string root, string? postgres, ServedCountry served, ScaleSite small, int count)
    {
        var site = new ScaleSite(root, count.ToString(CultureInfo.InvariantCulture), postgres);
        if (site.IsLoaded)
        {
            return site;
        }

        var clock = Stopwatch.StartNew();
        foreach (
            var file in Directory
                .EnumerateFiles(small.Data.Path)
                .Where(file => postgres is null || !file.Contains("dispatch.db", StringComparison.Ordinal))
        )
        {
            if (!file.EndsWith(Done, StringComparison.Ordinal))
            {
                File.Copy(file, site.Data.File(Path.GetFileName(file)), overwrite: true);
            }
        }

        if (postgres is not null)
        {
            await site.Create($"template {small.Database}");
        }

        ColumnTypes.Register();
        var ring = site.Data.DataKeys();
        var keys = new DataKeys(KeyRing.Read(await File.ReadAllTextAsync(ring), ring), null, TimeProvider.System);
        await using (var store = site.Store())
        {
            await new Growth(store, served.Country, keys, count).To(count);
        }

        Console.WriteLine($"{count:N0} requests were there after {clock.Elapsed.TotalSeconds:N0} s");
        await site.DemandBooked(served);
        await File.WriteAllTextAsync(site.Data.File(Done), "");
        return site;
    }

    public GrownStore Store() => Connection is { } to ? new GrownPostgres(to) : new GrownSqlite(Data.File("dispatch.db"));

    public Task<MeasuredProcess> Start(ServedCountry served) =>
        Within(() =>
            MeasuredProcess.StartService(TimeSpan.Zero, Data, served.SeedsSetting, "--Dispatch:SubmissionLimit:PhonePerDay=1000000")
        );

    /// <summary>The figures that were loaded are what the service books itself: of those it looks at again it finds nothing to add.</summary>
    public async Task DemandBooked(ServedCountry served)
    {
        await using var store = Store();
        var (sample, before) = (await store.Count("figure_due"), await store.Count("figure_entry"));
        await using (await Start(served))
        {
            while (await store.Count("figure_due") > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300));
            }
        }

        if (await store.Count("figure_entry") is var after && after != before)
        {
            throw new InvalidOperationException($"Of {sample} requests {after - before} figures are not what the service books.");
        }

        Console.WriteLine($"of {sample} requests the service booked the same figures");
    }

    public void Dispose() => Data.Dispose();

    // Every entry of the audit is chained before it is multiplied, every figure booked.
    private static async Task Sealed(ScaleSite small)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(300));
            await using var store = new GrownSqlite(small.Data.File("dispatch.db"));
            if (await store.Count("audit_waiting") + await store.Count("figure_due") == 0)
            {
                return;
            }
        }
    }

    private async Task Create(string like)
    {
        await using var server = new NpgsqlConnection(postgres);
        await server.OpenAsync();
        foreach (var sql in new[] { $"drop database if exists {Database} with (force)", $"create database {Database} {like}" })
        {
            await using var command = new NpgsqlCommand(sql, server) { CommandTimeout = 600 };
            await command.ExecuteNonQueryAsync();
        }
    }

    // No password on a command line.
    private async Task<T> Within<T>(Func<Task<T>> work)
    {
        Environment.SetEnvironmentVariable(Setting, Connection);
        try
        {
            return await work();
        }
        finally
        {
            Environment.SetEnvironmentVariable(Setting, null);
        }
    }
}
