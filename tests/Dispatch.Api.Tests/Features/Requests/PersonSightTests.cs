using System.Net;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Api.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

/// <summary>Who is shown the person, and when.</summary>
public sealed class PersonSightTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    private const string Phone = "+8613800138000";
    private const string Masked = "138****8000";

    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_team_sees_the_phone_from_acceptance_until_seven_days_after_close()
    {
        var (request, offer) = await service.Given.AnOffer();
        var leader = service.Leader(Given.Expert);
        await Sees(leader, request, Masked, "清港镇", 28.25m);
        await leader.Post($"/v1/offers/{offer}/accept").Must();
        await Sees(leader, request, Phone, "清港镇", 28.2531m);
        await Sees(service.As("auditor"), request, Masked, "清港镇", 28.25m);

        var closed = await service.Given.AResolvedRequest();
        await Sees(leader, closed, Phone, "清港镇", 28.2531m);
        await service.Officer().Post($"/v1/requests/{closed}/confirm", new { solved = true }).Must();
        service.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        await Sees(leader, closed, Phone, "清港镇", 28.2531m);
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        await Sees(leader, closed, Masked, "清港镇", 28.25m);
        await Sees(service.Officer(), closed, Phone, "清港镇", 28.2531m);
    }

    [Fact]
    public async Task A_team_that_gave_it_back_loses_it_at_once_and_its_offer_tells_nothing_any_more()
    {
        var (request, offer) = await service.Given.AnAcceptedRequest();
        var leader = service.Leader(Given.Expert);
        Assert.StartsWith("家里文旦园", (await leader.Read($"/v1/offers/{offer}")).Text("requestText"), StringComparison.Ordinal);
        await leader.Post($"/v1/requests/{request}/release", new { reason = "人手不够" }).Must();
        await leader.GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        Assert.Equal("（该求助已不在贵队）", (await leader.Read($"/v1/offers/{offer}")).Text("requestText"));
        Assert.StartsWith(
            "家里文旦园",
            (await service.Officer().Read($"/v1/offers/{offer}")).Text("requestText"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_team_that_declined_finds_nothing_of_the_request_in_its_offer()
    {
        var (_, offer) = await service.Given.AnOffer();
        var leader = service.Leader(Given.Expert);
        await leader.Post($"/v1/offers/{offer}/decline", new { reason = "too_busy" }).Must();
        Assert.Equal("（该求助已不在贵队）", (await leader.Read($"/v1/offers/{offer}")).Text("requestText"));
    }

    [Fact]
    public async Task The_team_before_does_not_see_the_person_again_when_the_request_is_reopened_for_another()
    {
        var request = await service.Given.AResolvedRequest();
        await service.Officer().Post($"/v1/requests/{request}/reopen", new { reason = "叶子又黄了", sameTeam = false }).Must();
        var next = (await service.Officer().Read($"/v1/requests/{request}/matches"))["candidates"]![0]!.Id("teamId");
        var offer = await service.Officer().Post($"/v1/requests/{request}/offers", new { teamId = next }).Must(HttpStatusCode.Created);
        await service.LeaderOf(next).Post($"/v1/offers/{offer.Id()}/accept").Must();
        await Sees(service.LeaderOf(next), request, Phone, "清港镇", 28.2531m);
        await Sees(service.Leader(Given.Expert), request, Masked, "清港镇", 28.25m);
    }

    [Fact]
    public async Task A_team_asked_to_support_sees_the_person_once_it_has_accepted_itself()
    {
        var (request, _) = await service.Given.AnAcceptedRequest();
        var support = (await service.Officer().Read("/v1/teams?region=331083&page_size=200"))
            .Items()
            .First(team => team.Id() != RunningService.TeamId(Given.Expert));
        var skills = (await service.Officer().Read($"/v1/teams/{support.Id()}"))["skills"]!.AsArray();
        var offer = await service
            .Officer()
            .Post(
                $"/v1/requests/{request}/support-offers",
                new { teamId = support.Id(), skills = new[] { new { code = skills[0]!.Text("code") } } }
            )
            .Must(HttpStatusCode.Created);
        await Sees(service.LeaderOf(support.Id()), request, Masked, "清港镇", 28.25m);
        await service.LeaderOf(support.Id()).Post($"/v1/offers/{offer.Id()}/accept").Must();
        await Sees(service.LeaderOf(support.Id()), request, Phone, "清港镇", 28.2531m);
    }

    [Fact]
    public async Task Street_and_house_are_for_those_who_go_there()
    {
        var request = (
            await service.Given.AnOpenRequest(
                new
                {
                    requester = new
                    {
                        kind = "farmer",
                        name = "村民丙",
                        phone = "13800138000",
                    },
                    text = "叶子发黄，电话13800138000。",
                    skills = new[] { new { code = "agr-citrus" } },
                    location = new
                    {
                        regionCode = "331083",
                        address = "清港镇上园村8号",
                        lat = 28.2531,
                        lng = 121.2828,
                    },
                }
            )
        ).Id();
        await Sees(service.As("auditor"), request, Masked, "清港镇上园村", 28.25m);
        await Sees(service.Officer(), request, Phone, "清港镇上园村8号", 28.2531m);
        var masked = await service.As("auditor").Read($"/v1/requests/{request}");
        Assert.Equal("叶子发黄，电话138****8000。", masked.Text("text"));
        Assert.Null(masked["location"]!["givenLat"]);
    }

    [Fact]
    public async Task Phones_in_what_people_noted_are_masked_for_those_who_do_not_see_the_person()
    {
        var (request, _) = await service.Given.AnAcceptedRequest();
        await service.Officer().Post($"/v1/requests/{request}/hold", new { reason = "请打13800138000" }).Must();
        Assert.Contains(
            "13800138000",
            await service.Officer().GetStringAsync($"/v1/requests/{request}/timeline"),
            StringComparison.Ordinal
        );
        var masked = await service.As("auditor").GetStringAsync($"/v1/requests/{request}/timeline");
        Assert.Contains("138****8000", masked, StringComparison.Ordinal);
        Assert.DoesNotContain("13800138000", masked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_moved_to_another_request_does_not_open_there()
    {
        var (one, other) = ((await service.Given.AnOpenRequest()).Id(), (await service.Given.AnOpenRequest()).Id());
        await using var scope = service.Services.CreateAsyncScope();
        var (db, persons) = (scope.ServiceProvider.GetRequiredService<Session>(), scope.ServiceProvider.GetRequiredService<Persons>());
        var closed = await db.Value<string>("select person from help_request where request_id = @one", new { one });
        Assert.Equal(Phone, persons.Open(one, closed!).Phone);
        Assert.Throws<SealBroken>(() => persons.Open(other, closed!));
    }

    private static async Task Sees(HttpClient reader, Guid request, string phone, string address, decimal lat)
    {
        var seen = await reader.Read($"/v1/requests/{request}");
        Assert.Equal(
            (phone, address, lat),
            (seen["requester"]!.Text("phone"), seen["location"]!.Text("address"), seen["location"]!.Number("lat"))
        );
    }
}
