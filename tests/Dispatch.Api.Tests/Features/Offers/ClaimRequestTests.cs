using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Offers;

public sealed class ClaimRequestTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task An_eligible_team_takes_a_published_request_and_the_second_comes_too_late()
    {
        var county = new LonelyCounty(service, "mec-cut");
        var (first, second) = (await county.CountyTeam(4), await county.CountyTeam(7));
        var request = await Published(county);

        var claimed = await service.LeaderOf(first).Post($"/v1/requests/{request}/claim", new { teamId = first }).Must();
        Assert.Equal(("accepted", "claimed"), (claimed.Text("state"), claimed.Text("way")));
        Assert.Equal("accepted", (await service.LeaderOf(first).Read($"/v1/requests/{request}")).Text("state"));
        await service
            .LeaderOf(second)
            .Post($"/v1/requests/{request}/claim", new { teamId = second })
            .MustRefuse(HttpStatusCode.Conflict, "request.taken");
        Assert.Single(await service.Offers(request));
        Assert.Single((await service.Timeline(request)).Of("request", "claim"));
    }

    [Fact]
    public async Task Every_leader_finds_a_published_request_and_no_other_and_may_do_nothing_else_with_it()
    {
        var county = new LonelyCounty(service, "aut-robot");
        var team = await county.CountyTeam(4);
        var (published, hidden) = (await Published(county), await county.Request());
        var leader = service.LeaderOf(team);

        var listed = (await leader.Read("/v1/requests?page_size=200")).Items().Select(item => item.Id()).ToList();
        Assert.Contains(published, listed);
        Assert.DoesNotContain(hidden, listed);
        var seen = await leader.Read($"/v1/requests/{published}");
        Assert.DoesNotContain("13800138777", seen.ToJsonString(), StringComparison.Ordinal);
        await leader.GetAsync($"/v1/requests/{hidden}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await leader.Post($"/v1/requests/{published}/hold", new { reason = "?" }).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task A_team_that_is_not_eligible_cannot_take_it_and_is_told_why()
    {
        var county = new LonelyCounty(service, "mec-cnc");
        await county.CountyTeam(4);
        var other = await new LonelyCounty(service, "mec-mould").CountyTeam(8);
        var request = await Published(county);
        var problem = await service
            .LeaderOf(other)
            .Post($"/v1/requests/{request}/claim", new { teamId = other })
            .MustRefuse(HttpStatusCode.Conflict, "team.not_eligible");
        Assert.Contains("skill_missing", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("claim", (await service.Request(request)).Text("queue"));
    }

    [Fact]
    public async Task A_team_at_capacity_cannot_take_another_one()
    {
        var county = new LonelyCounty(service, "mec-tool");
        var team = await county.CountyTeam(4, capacity: 1);
        var (request, other) = (await Published(county), await Published(county));
        await service.LeaderOf(team).Post($"/v1/requests/{request}/claim", new { teamId = team }).Must();
        var problem = await service
            .LeaderOf(team)
            .Post($"/v1/requests/{other}/claim", new { teamId = team })
            .MustRefuse(HttpStatusCode.Conflict, "team.not_eligible");
        Assert.Contains("at_capacity", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_never_published_is_not_there_for_a_leader_and_not_published_for_an_officer()
    {
        var county = new LonelyCounty(service, "mec-measure");
        var team = await county.CountyTeam(4);
        var request = await county.Request();
        await service
            .LeaderOf(team)
            .Post($"/v1/requests/{request}/claim", new { teamId = team })
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service
            .Officer()
            .Post($"/v1/requests/{request}/claim", new { teamId = team })
            .MustRefuse(HttpStatusCode.Conflict, "request.not_published");
    }

    [Fact]
    public async Task Nobody_takes_it_for_another_team()
    {
        var county = new LonelyCounty(service, "mec-valve");
        var (own, other) = (await county.CountyTeam(4), await county.CountyTeam(6));
        var request = await Published(county);
        await service
            .LeaderOf(own)
            .Post($"/v1/requests/{request}/claim", new { teamId = other })
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        Assert.Equal("open", await service.State(request));
    }

    private async Task<Guid> Published(LonelyCounty county)
    {
        var request = await county.Request();
        var published = await service.Officer().Post($"/v1/requests/{request}/publish").Must();
        Assert.Equal("claim", published.Text("queue"));
        return request;
    }
}
