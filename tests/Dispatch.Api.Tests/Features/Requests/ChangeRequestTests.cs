using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class ChangeRequestTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Other_skills_take_back_the_offers_and_the_request_goes_on_to_who_has_them()
    {
        var (before, after) = (new LonelyCounty(service, "mec-cut"), new LonelyCounty(service, "aut-nonstd"));
        var (asked, right) = (await before.CountyTeam(5), await after.CountyTeam(5));
        var request = await before.Dispatched();
        var changed = await Change(request, "aut-nonstd").Must();

        Assert.Equal("offered", changed.Text("state"));
        Assert.Equal(right, await service.AskedTeam(request));
        Assert.Equal("withdrawn", (await service.OfferStates(request))[asked]);
        Assert.Contains(
            (await service.LeaderOf(asked).Read("/v1/notices")).Items(),
            notice => notice.Id("requestId") == request && notice.Text("kind") == "offer_withdrawn"
        );
    }

    [Fact]
    public async Task Higher_urgency_takes_back_an_offer_made_by_hand_and_waits_for_the_officer()
    {
        var county = new LonelyCounty(service, "mec-cnc");
        var team = await county.CountyTeam(5);
        var request = await county.Request();
        await county.Pick(request, team);
        var changed = await Change(request, "mec-cnc", urgency: "high").Must();
        Assert.Equal(("open", "dispatch"), (changed.Text("state"), changed.Text("queue")));
        Assert.Equal("withdrawn", (await service.OfferStates(request))[team]);
    }

    [Fact]
    public async Task Other_words_alone_leave_the_offer_standing()
    {
        var county = new LonelyCounty(service, "mec-mould");
        var team = await county.CountyTeam(5);
        var request = await county.Dispatched();
        var changed = await Change(request, "mec-mould", text: "机器昨天坏了，请派人来看。").Must();
        Assert.Equal("offered", changed.Text("state"));
        Assert.Equal(team, await service.AskedTeam(request));
    }

    [Fact]
    public async Task A_request_a_team_has_taken_is_not_changed_any_more()
    {
        var county = new LonelyCounty(service, "mec-measure");
        await county.CountyTeam(5);
        var request = await county.Dispatched();
        await county.Accept(request);
        await Change(request, "mec-cut").MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
    }

    [Fact]
    public async Task A_triaged_request_comes_to_the_dispatch_desk()
    {
        var request = (await service.Given.ARequestWithoutSkills()).Id();
        await service.Officer().Post($"/v1/requests/{request}/dispatch").MustRefuse(HttpStatusCode.Conflict, "request.no_skill");
        var changed = await Change(request, "mec-cut").Must();
        Assert.Equal("dispatch", changed.Text("queue"));
    }

    private async Task<HttpResponseMessage> Change(
        Guid request,
        string skill,
        string urgency = "normal",
        string text = "机器坏了，请派人来看。"
    )
    {
        var read = await service.Officer().GetAsync($"/v1/requests/{request}");
        return await service
            .Officer()
            .Put(
                $"/v1/requests/{request}",
                new
                {
                    text,
                    skills = new[] { new { code = skill } },
                    location = new
                    {
                        regionCode = LonelyCounty.County,
                        lat = 28.8307,
                        lng = 104.3208,
                    },
                    urgency,
                    form = "on_site",
                    mode = "one_to_one",
                },
                read.Headers.ETag!.ToString()
            );
    }
}
