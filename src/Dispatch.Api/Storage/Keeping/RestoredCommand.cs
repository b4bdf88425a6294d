using System.Globalization;
using Dapper;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage.Sealing;
using Microsoft.Data.Sqlite;

namespace Dispatch.Api.Storage.Keeping;

/// <summary><c>restored --at time</c>, with the settings of the service and without a service: the operator says that the database was put back as it was
/// then.</summary>
internal static class RestoredCommand
{
    private const string Name = "restored";
    private const string At = "at";
    private const int Looks = 20;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    public static bool Knows(string[] args) => args is [Name, ..];

    /// <summary>The exit code: 0 when the service may start, 1 when what was said cannot be, 2 when nothing was tried.</summary>
    /// <param name="adjust">For tests: another clock.</param>
    public static async Task<int> Run(string[] args, TextWriter said, Action<WebApplicationBuilder>? adjust = null)
    {
        var line = new CommandLine(args, [At]);
        if (
            !DateTimeOffset.TryParse(
                line[At],
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var at
            )
        )
        {
            await said.WriteLineAsync(
                $"{Name} --{At} <time of the backup, such as 2026-06-01T03:00:00Z>, with the settings of the service, before its first start on the database that was put back."
            );
            return 2;
        }

        at = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMillisecond));
        await using var app = Service.Build(line.Settings, adjust);
        if (await IsServed(app.Configuration) is not { } served)
        {
            await said.WriteLineAsync("There is no database here.");
            return 2;
        }

        if (served || !Opens(app))
        {
            await said.WriteLineAsync("A running service has the database. Stop it first, on every node.");
            return 2;
        }

        await Service.Migrate(app);
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Acting>().Caller = Caller.Clock with { Subject = Restoration.Operator };
        return await scope.ServiceProvider.GetRequiredService<Restoration>().Declare(at, said) ? 0 : 1;
    }

    // Null: there is nothing to serve.
    private static async Task<bool?> IsServed(IConfiguration configuration)
    {
        await using var reader = KeyCommands.Reader(configuration);
        if (reader is null or SqliteConnection)
        {
            return reader is null ? null : false;
        }

        await reader.OpenAsync();
        for (var look = 0; look < Looks; look++)
        {
            // A service that has just been stopped is told of its end a moment later.
            if (
                await reader.ExecuteScalarAsync<long>(
                    $"select count(*) from pg_stat_activity where datname = current_database() and application_name = '{PostgresDatabase.Name}'"
                ) == 0
            )
            {
                return false;
            }

            await Task.Delay(BetweenLooks);
        }

        return true;
    }

    private static bool Opens(WebApplication app)
    {
        try
        {
            return app.Services.GetRequiredService<Database>() is not null;
        }
        catch (InvalidOperationException) when (DatabaseSetting.IsFile(app.Configuration))
        {
            return false;
        }
    }
}
