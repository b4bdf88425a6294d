using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Notices;

public sealed class ReadNoticeTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_notice_is_handed_out_until_it_is_read()
    {
        var county = new LonelyCounty(service, "mec-cut");
        var team = await county.CountyTeam(5);
        await county.Dispatched();
        var leader = service.LeaderOf(team);
        var notice = Assert.Single((await leader.Read("/v1/notices")).Items());
        Assert.Equal(notice.Id(), Assert.Single((await leader.Read("/v1/notices")).Items()).Id());
        await leader.Post($"/v1/notices/{notice.Id()}/read").Must();
        Assert.Empty((await leader.Read("/v1/notices")).Items());
        await leader.Post($"/v1/notices/{notice.Id()}/read").Must();
    }

    [Fact]
    public async Task Nobody_reads_away_the_notice_of_another()
    {
        var county = new LonelyCounty(service, "mec-cnc");
        var (asked, other) = (await county.CountyTeam(6), await county.CountyTeam(4));
        await county.Dispatched();
        var notice = Assert.Single((await service.LeaderOf(asked).Read("/v1/notices")).Items());
        foreach (var reader in new[] { service.LeaderOf(other), service.Officer(LonelyCounty.County) })
        {
            await reader.Post($"/v1/notices/{notice.Id()}/read").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        }

        Assert.Single((await service.LeaderOf(asked).Read("/v1/notices")).Items());
    }
}
