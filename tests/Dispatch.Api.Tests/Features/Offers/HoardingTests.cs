using System.Net;
using Dispatch.Api.Features.Offers;
using Xunit;

namespace Dispatch.Api.Tests.Features.Offers;

/// <summary>A team that accepts and gives back, again and again, is stopped for a day; the office may accept for it.</summary>
public sealed class HoardingTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task After_its_third_release_of_a_day_a_team_accepts_no_more()
    {
        var county = new LonelyCounty(service, "mec-cut");
        var team = await county.CountyTeam(5, capacity: 10);
        await GiveBack(county, team, AssignmentStore.MostReleases);
        var request = await county.Request();
        var offer = (await county.Pick(request, team)).Id();
        await service.LeaderOf(team).Post($"/v1/offers/{offer}/accept").MustRefuse(HttpStatusCode.Conflict, "team.released_too_often");
        await service.Officer().Post($"/v1/offers/{offer}/accept").Must();
    }

    [Fact]
    public async Task Neither_does_it_claim_and_after_a_day_it_may_again()
    {
        var county = new LonelyCounty(service, "mec-mould");
        var team = await county.CountyTeam(5, capacity: 10);
        await GiveBack(county, team, AssignmentStore.MostReleases);
        var request = await county.Request();
        await service.Officer().Post($"/v1/requests/{request}/publish").Must();
        await Claim(request, team).MustRefuse(HttpStatusCode.Conflict, "team.released_too_often");
        service.Clock.Advance(AssignmentStore.ReleasesWithin);
        await Claim(request, team).Must();
    }

    [Fact]
    public async Task Two_releases_and_the_releases_of_others_are_nobodys_fault()
    {
        var county = new LonelyCounty(service, "mec-tool");
        var (team, other) = (await county.CountyTeam(5, capacity: 10), await county.CountyTeam(4, capacity: 10));
        await GiveBack(county, other, AssignmentStore.MostReleases);
        await GiveBack(county, team, AssignmentStore.MostReleases - 1);
        var request = await county.Request();
        await county.Pick(request, team);
        await county.Accept(request);
    }

    [Fact]
    public async Task What_the_office_takes_back_is_not_the_teams_doing()
    {
        var county = new LonelyCounty(service, "mec-surface");
        var team = await county.CountyTeam(5, capacity: 10);
        for (var time = 0; time < AssignmentStore.MostReleases + 1; time++)
        {
            var request = await county.Request();
            await county.Pick(request, team);
            await county.Accept(request);
            await service.Officer().Post($"/v1/requests/{request}/release", new { reason = "too_far" }).Must();
        }
    }

    private async Task GiveBack(LonelyCounty county, Guid team, int times)
    {
        for (var time = 0; time < times; time++)
        {
            var request = await county.Request();
            var offer = (await county.Pick(request, team)).Id();
            await service.LeaderOf(team).Post($"/v1/offers/{offer}/accept").Must();
            await service.LeaderOf(team).Post($"/v1/requests/{request}/release", new { reason = "too_far" }).Must();
        }
    }

    private Task<HttpResponseMessage> Claim(Guid request, Guid team) =>
        service.LeaderOf(team).Post($"/v1/requests/{request}/claim", new { teamId = team });
}
