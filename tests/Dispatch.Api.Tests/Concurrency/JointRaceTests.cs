using System.Net;
using Dispatch.Api.Tests.Features;
using Xunit;

namespace Dispatch.Api.Tests.Concurrency;

/// <summary>Several teams answer at once: the parts are counted once each.</summary>
public sealed class JointRaceTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task All_who_accept_their_parts_at_once_have_them_and_the_request_is_accepted_once()
    {
        var shop = new Workshop(service, "mec-cut", "aut-robot");
        Guid[] teams = [await shop.MainTeam(3, 100), await shop.MainTeam(7, 100), await shop.OtherTeam(5, 100)];
        for (var round = 0; round < 6; round++)
        {
            var request = await shop.Dispatched(count: 2);
            var offers = await service.Offers(request);
            Assert.Equal(3, offers.Count);
            var answers = await AcceptanceRaceTests.AtOnce(
                offers,
                offer => service.LeaderOf(offer.Id("teamId")).Post($"/v1/offers/{offer.Id()}/accept")
            );
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
            Assert.Equal("accepted", await service.State(request));
            var timeline = await service.Timeline(request);
            Assert.Single(timeline.Of("request", "accept"));
            Assert.Equal(3, timeline.Of("assignment", "begin").Count);
            Assert.Equal(teams.Order(), (await service.Request(request)).Items("teams").Select(team => team.Id("teamId")).Order());
        }
    }

    [Fact]
    public async Task One_team_that_accepts_parts_of_two_requests_at_once_takes_no_more_than_it_can_carry()
    {
        var shop = new Workshop(service, "mec-cnc", "aut-lean");
        await shop.MainTeam(5, 100);
        var narrow = await shop.OtherTeam(5, capacity: 1);
        Guid[] requests = [await shop.Dispatched(), await shop.Dispatched()];
        var offers = new List<Guid>();
        foreach (var request in requests)
        {
            offers.Add((await shop.OfferTo(request, narrow)).Id());
        }

        var answers = await AcceptanceRaceTests.AtOnce(offers, offer => service.LeaderOf(narrow).Post($"/v1/offers/{offer}/accept"));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
        Assert.Equal(1, (await service.Officer().Read($"/v1/teams/{narrow}")).Number("openAssignments"));
    }

    [Fact]
    public async Task The_last_acceptance_and_the_officers_waiver_at_once_leave_one_acceptance()
    {
        var shop = new Workshop(service, "mec-mould", "mec-optic");
        var (lead, other) = (await shop.MainTeam(5, 100), await shop.OtherTeam(5, 100));
        for (var round = 0; round < 6; round++)
        {
            var request = await shop.Dispatched();
            await shop.Accept(request, lead);
            var offer = (await shop.OfferTo(request, other)).Id();
            var partId = await shop.PartOf(request, "mec-optic", "asked");
            var answers = await AcceptanceRaceTests.AtOnce<Func<Task<HttpResponseMessage>>>(
                [
                    () => service.LeaderOf(other).Post($"/v1/offers/{offer}/accept"),
                    () => service.Officer().Post($"/v1/requests/{request}/waive-part", new { partId, reason = "不等了" }),
                ],
                send => send()
            );
            Assert.Equal(HttpStatusCode.OK, answers[0].StatusCode);
            Assert.Equal("accepted", await service.State(request));
            Assert.Single((await service.Timeline(request)).Of("request", "accept"));
            Assert.Equal(2, (await service.Request(request)).Items("teams").Count);
        }
    }
}
