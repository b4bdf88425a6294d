using Dispatch.Api;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Storage;
using Dispatch.Benchmarks.Matching;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Dispatch.Benchmarks;

/// <summary>The service with teams that are asked and answer all the time, through the service's own writer.</summary>
internal static class BusyCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <param name="words">How many teams there are, how many of them change in a second, then the service's own settings.</param>
    public static async Task<int> Run(string[] words)
    {
        var (teams, changing) = (int.Parse(words[0]), int.Parse(words[1]));
        await using var app = Service.Build(words[2..]);
        await app.StartAsync();
        await Service.Start(app);
        await Change(app, teams, (int)Math.Ceiling(changing * Pause.TotalSeconds));
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task Change(WebApplication app, int teams, int atOnce)
    {
        var database = app.Services.GetRequiredService<Database>();
        var stopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var random = new Random(1);
        var asked = new Queue<Guid>();
        using var timer = new PeriodicTimer(Pause);
        while (!stopping.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            await using var scope = app.Services.CreateAsyncScope();
            var loads = scope.ServiceProvider.GetRequiredService<TeamLoadStore>();
            await database.Write(
                scope.ServiceProvider.GetRequiredService<Session>(),
                () =>
                {
                    for (var number = 0; number < atOnce; number++)
                    {
                        if (asked.Count > teams / 10)
                        {
                            loads.Answered(asked.Dequeue());
                            continue;
                        }

                        var team = Country.IdOf(random.Next(teams));
                        asked.Enqueue(team);
                        loads.Asked(team);
                    }

                    return Task.CompletedTask;
                },
                CancellationToken.None
            );
        }
    }
}
