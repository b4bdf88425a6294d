using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Offers;

public sealed class ExplainOfferTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task The_ranking_an_offer_was_decided_on_stays_when_the_teams_have_changed()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        var officer = service.Officer();
        var ranked = await officer.Read($"/v1/requests/{request}/matches");
        var second = ranked.Items("candidates")[1].Id("teamId");
        var offer = (await officer.Post($"/v1/requests/{request}/offers", new { teamId = second }).Must(HttpStatusCode.Created)).Id();

        // The team asked is busier now, has lost its skills and moved away.
        await service.Officer().Put($"/v1/teams/{second}/skills", new { skills = new[] { new { code = "mec-cut", level = 5 } } }).Must();
        var explained = await officer.Read($"/v1/offers/{offer}/explanation");
        Assert.True(explained["replayed"]!.GetValue<bool>());
        Assert.False(explained["formulaChanged"]!.GetValue<bool>());
        Assert.Equal(Told(ranked.Items("candidates")), Told(explained.Items("ranking")));
        Assert.Equal([second], explained.Items("ranking").Where(team => team["asked"]!.GetValue<bool>()).Select(team => team.Id("teamId")));
        Assert.Equal(ranked.Number("eligible"), explained.Number("eligible"));
        Assert.Equal(
            ranked.Items("refused").Select(refusal => (refusal.Text("reason"), refusal.Number("count"))),
            explained.Items("refused").Select(refusal => (refusal.Text("reason"), refusal.Number("count")))
        );
        Assert.DoesNotContain(
            second,
            (await officer.Read($"/v1/requests/{request}/matches")).Items("candidates").Select(candidate => candidate.Id("teamId"))
        );

        static IEnumerable<string> Told(IEnumerable<JsonNode> ranking) =>
            ranking
                .Take(10)
                .Select(team =>
                    $"{team.Id("teamId")} {team.Number("score")} {team["distanceKm"]} "
                    + string.Join(' ', team.Items("parts").Select(part => $"{part.Number("points")} {part.Text("reason")}"))
                );
    }

    [Fact]
    public async Task The_offers_of_a_broadcast_were_decided_on_one_ranking()
    {
        var county = new LonelyCounty(service, "aut-quality");
        await county.CountyTeam(3);
        await county.CountyTeam(5);
        await county.CountyTeam(7);
        var offers = await service.Offers(await county.Dispatched("emergency"));
        Assert.Equal(3, offers.Count);
        var rankings = new HashSet<string>();
        foreach (var offer in offers)
        {
            var explained = await service.Officer().Read($"/v1/offers/{offer.Id()}/explanation");
            rankings.Add(string.Join(' ', explained.Items("ranking").Select(team => team.Id("teamId"))));
            Assert.Equal(
                offer.Id("teamId"),
                Assert.Single(explained.Items("ranking"), team => team["asked"]!.GetValue<bool>()).Id("teamId")
            );
        }

        Assert.Single(rankings);
    }

    [Fact]
    public async Task An_offer_that_a_person_decided_on_has_a_reason_in_place_of_a_ranking()
    {
        var county = new LonelyCounty(service, "mec-cut");
        var team = await county.CountyTeam(5);
        var request = await county.Dispatched();
        await county.Decline(request);
        var officer = service.Officer();
        await officer.Post($"/v1/requests/{request}/arbitrate", new { teamId = team, reason = "当地只有这一支队伍" }).Must();
        var offer = (await service.LiveOffer(request)).Id();
        var explained = await officer.Read($"/v1/offers/{offer}/explanation");
        Assert.Equal("当地只有这一支队伍", explained.Text("decidedBecause"));
        Assert.Empty(explained.Items("ranking"));
    }

    [Fact]
    public async Task The_ranking_behind_an_offer_is_not_for_teams()
    {
        var (_, offer) = await service.Given.AnOffer();
        await service
            .Leader(Given.Expert)
            .GetAsync($"/v1/offers/{offer}/explanation")
            .MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }
}
