using System.Net;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Storage.Auditing;
using Dispatch.Domain.Matching.Index;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Dispatching;

public sealed class TeamDirectoryTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly Guid Team = RunningService.TeamId(Given.Expert);

    [Fact]
    public async Task A_command_sees_its_own_change_and_others_only_when_it_is_committed()
    {
        var before = Pending(await Read());
        var within = -1;
        var meanwhile = -1;
        await Write(
            async (loads, db) =>
            {
                loads.Asked(Team);
                within = Pending(loads.Upon(await Directory.Read(db)));
                meanwhile = Pending(await Read());
            }
        );
        Assert.Equal((before + 1, before, before + 1), (within, meanwhile, Pending(await Read())));
        await Write((loads, _) => Noted(() => loads.Answered(Team)));
        Assert.Equal(before, Pending(await Read()));
    }

    [Fact]
    public async Task What_a_refused_command_read_is_forgotten_with_it()
    {
        var before = Pending(await Read());
        await Assert.ThrowsAsync<Refused>(() =>
            Write(
                async (loads, db) =>
                {
                    loads.Asked(Team);
                    Assert.Equal(before + 1, Pending(loads.Upon(await Directory.Read(db))));
                    throw Refused.Unknown();
                }
            )
        );
        Assert.Equal(before, Pending(await Read()));

        // The number of the change that was taken back is given to another team.
        var other = RunningService.TeamId("T-44-1");
        var otherBefore = (await Read()).LoadOf(other)!.Value.Pending;
        await Write((loads, _) => Noted(() => loads.Asked(other)));
        var index = await Read();
        Assert.Equal((before, otherBefore + 1), (Pending(index), index.LoadOf(other)!.Value.Pending));
        await Write((loads, _) => Noted(() => loads.Answered(other)));
    }

    [Fact]
    public async Task Commands_that_meet_at_the_same_teams_in_any_order_all_get_through()
    {
        const int Commands = 60;
        Guid[] teams = [Team, RunningService.TeamId("T-44-0"), RunningService.TeamId("T-44-1")];
        var before = await Read();
        await Task.WhenAll(
            Enumerable
                .Range(0, Commands)
                .Select(number =>
                    Write(
                        async (loads, db) =>
                        {
                            for (var step = 0; step < teams.Length; step++)
                            {
                                loads.Asked(teams[(number + (number % 2 == 0 ? step : teams.Length - step)) % teams.Length]);
                                await db.Value<long>("select count(*) from offer");
                            }
                        }
                    )
                )
        );
        var after = await Read();
        Assert.All(teams, team => Assert.Equal(before.LoadOf(team)!.Value.Pending + Commands, after.LoadOf(team)!.Value.Pending));
        for (var number = 0; number < Commands; number++)
        {
            await Write((loads, _) => Noted(() => Array.ForEach(teams, loads.Answered)));
        }
    }

    [Fact]
    public async Task A_restarted_service_enters_every_team_as_it_stood()
    {
        await Write((loads, _) => Noted(() => loads.Asked(Team)));
        var before = await Read();
        await service.Restart();
        var after = await Read();
        Assert.Equal(before.Count, after.Count);
        Assert.Equal(before.LoadOf(Team), after.LoadOf(Team));
        await Write((loads, _) => Noted(() => loads.Answered(Team)));
    }

    [Fact]
    public async Task Nobody_reads_anything_anew_when_nothing_has_changed()
    {
        // A server keeps a change in doubt as long as anybody on it, in any database, is in the middle of an older one.
        var (one, other) = (await Read(), await Read());
        for (var look = 0; one != other && look < 100; look++)
        {
            await Task.Delay(100);
            (one, other) = (other, await Read());
        }

        Assert.Same(one, other);
    }

    [Fact]
    public async Task A_service_radius_opens_a_team_with_the_county_wherever_it_is_at_home()
    {
        var county = new LonelyCounty(service, "ict-chip");
        var request = await county.Request();
        var officer = service.Officer();
        var roaming = await officer
            .Post(
                "/v1/teams",
                new
                {
                    name = "芯片封装服务队",
                    kind = "province_team",
                    regionCode = "440000",
                    size = 6,
                    radiusKm = 60,
                    bases = new[] { new { lat = 28.4, lng = 104.3208 } },
                }
            )
            .Must(HttpStatusCode.Created);
        await county.SetSkill(roaming.Id(), 5);
        Assert.Equal(60, roaming.Number("radiusKm"));
        await county.Dispatch(request);
        var offer = await service.LiveOffer(request);
        Assert.Equal((roaming.Id(), "county"), (offer.Id("teamId"), offer.Text("tier")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(501)]
    public async Task A_service_radius_is_one_to_five_hundred_kilometres(int radiusKm) =>
        await service
            .Officer()
            .Post(
                "/v1/teams",
                new
                {
                    name = "芯片封装服务队",
                    kind = "province_team",
                    regionCode = "440000",
                    size = 6,
                    radiusKm,
                }
            )
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");

    private static Task Noted(Action note)
    {
        note();
        return Task.CompletedTask;
    }

    private TeamDirectory Directory => service.Services.GetRequiredService<TeamDirectory>();

    private static int Pending(TeamIndex index) => index.LoadOf(Team)!.Value.Pending;

    private async Task<TeamIndex> Read()
    {
        await using var scope = service.Services.CreateAsyncScope();
        return await Directory.Read(scope.ServiceProvider.GetRequiredService<Session>());
    }

    private async Task Write(Func<TeamLoadStore, Session, Task> work)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var loads = scope.ServiceProvider.GetRequiredService<TeamLoadStore>();
        await scope.ServiceProvider.GetRequiredService<Database>().Unwatched().Write(db, () => work(loads, db), CancellationToken.None);
    }
}
