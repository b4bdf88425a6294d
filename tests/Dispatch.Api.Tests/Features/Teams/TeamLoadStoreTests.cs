using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Storage.Auditing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Teams;

/// <summary>When a team last served is the latest of all its services, in whatever order they are written: one of the past may come after one of today.</summary>
public sealed class TeamLoadStoreTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly DateTimeOffset Day = new(2026, 6, 1, 1, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_latest_service_stays_the_latest()
    {
        var team = RunningService.TeamId(Given.Expert);
        await Written(loads => loads.Served(team, Day.AddDays(1)));
        await Written(loads => loads.Served(team, Day));
        Assert.Equal(Day.AddDays(1), await LastService(team));
        await Written(loads => loads.Served(team, Day.AddDays(2)));
        Assert.Equal(Day.AddDays(2), await LastService(team));
        await Written(loads =>
        {
            loads.Served(team, Day.AddDays(4));
            loads.Served(team, Day.AddDays(3));
        });
        Assert.Equal(Day.AddDays(4), await LastService(team));
        await Written(loads =>
        {
            loads.Served(team, Day.AddDays(5));
            loads.Served(team, Day.AddDays(6));
        });
        Assert.Equal(Day.AddDays(6), await LastService(team));
    }

    [Fact]
    public async Task A_command_sees_the_latest_of_what_is_stored_and_what_it_has_written()
    {
        var team = RunningService.TeamId("T-44-1");
        await Written(loads => loads.Served(team, Day.AddDays(10)));
        await Write(
            async (loads, db) =>
            {
                var stored = await Directory.Read(db);
                loads.Served(team, Day.AddDays(9));
                Assert.Equal(Day.AddDays(10), loads.Upon(stored).LoadOf(team)!.Value.LastServiceAt);
                loads.Served(team, Day.AddDays(11));
                Assert.Equal(Day.AddDays(11), loads.Upon(stored).LoadOf(team)!.Value.LastServiceAt);
            }
        );
        Assert.Equal(Day.AddDays(11), await LastService(team));
    }

    private TeamDirectory Directory => service.Services.GetRequiredService<TeamDirectory>();

    private async Task<DateTimeOffset?> LastService(Guid team)
    {
        await using var scope = service.Services.CreateAsyncScope();
        return (await Directory.Read(scope.ServiceProvider.GetRequiredService<Session>())).LoadOf(team)!.Value.LastServiceAt;
    }

    private Task Written(Action<TeamLoadStore> note) =>
        Write(
            (loads, _) =>
            {
                note(loads);
                return Task.CompletedTask;
            }
        );

    private async Task Write(Func<TeamLoadStore, Session, Task> work)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var loads = scope.ServiceProvider.GetRequiredService<TeamLoadStore>();
        await scope.ServiceProvider.GetRequiredService<Database>().Unwatched().Write(db, () => work(loads, db), CancellationToken.None);
    }
}
