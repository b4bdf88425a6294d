using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Accounts;

/// <summary>One refresh token after the other, each good once.</summary>
public sealed class RefreshSessionTests(ServiceWithAccounts service) : IClassFixture<ServiceWithAccounts>
{
    [Fact]
    public async Task Each_refresh_gives_the_next_pair()
    {
        var (_, login) = await service.Account("leader", team: RunningService.TeamId(Given.Expert));
        var session = await service.SignIn(login);
        for (var day = 0; day < 3; day++)
        {
            service.Clock.Advance(TimeSpan.FromDays(1));
            Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing(session.Text("accessToken")));
            var next = await service.Refresh(session.Text("refreshToken")).Must();
            Assert.NotEqual(session.Text("refreshToken"), next.Text("refreshToken"));
            Assert.Equal(session.Text("endsAt"), next.Text("endsAt"));
            Assert.Equal(HttpStatusCode.OK, await service.Standing(next.Text("accessToken")));
            session = next;
        }
    }

    [Fact]
    public async Task A_token_that_comes_back_ends_the_session_for_thief_and_owner()
    {
        var (_, login) = await service.Account();
        var (stolen, apart) = (await service.SignIn(login), await service.SignIn(login));
        var second = await service.Refresh(stolen.Text("refreshToken")).Must();
        var third = await service.Refresh(second.Text("refreshToken")).Must();
        await service.Refresh(stolen.Text("refreshToken")).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service.Refresh(third.Text("refreshToken")).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing(third.Text("accessToken")));
        Assert.Equal(HttpStatusCode.OK, await service.Standing(apart.Text("accessToken")));
    }

    [Fact]
    public async Task Of_many_who_come_with_one_token_at_once_one_gets_the_next_and_the_session_ends()
    {
        var (_, login) = await service.Account();
        var session = await service.SignIn(login);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.Refresh(session.Text("refreshToken"))));
        var good = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing((await good.Json()).Text("accessToken")));
        foreach (var answer in answers)
        {
            answer.Dispose();
        }
    }

    [Theory]
    [InlineData("officer", null, 12)]
    [InlineData("leader", Given.Expert, 30 * 24)]
    public async Task A_session_ends_by_itself_however_often_it_is_refreshed(string role, string? team, int hours)
    {
        var (_, login) = await service.Account(role, team: team is null ? null : RunningService.TeamId(team));
        var session = await service.SignIn(login);
        service.Clock.Advance(TimeSpan.FromHours(hours) - TimeSpan.FromMinutes(1));
        session = await service.Refresh(session.Text("refreshToken")).Must();
        Assert.Equal(HttpStatusCode.OK, await service.Standing(session.Text("accessToken")));
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing(session.Text("accessToken")));
        await service.Refresh(session.Text("refreshToken")).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
    }

    [Fact]
    public async Task What_is_no_refresh_token_is_refused()
    {
        var (_, login) = await service.Account();
        var session = await service.SignIn(login);
        await service.Refresh(session.Text("accessToken")[..200]).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service.Refresh("dr_' or '1'='1").MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing(session.Text("refreshToken")));
    }

    [Fact]
    public async Task A_session_outlives_a_restart()
    {
        var (_, login) = await service.Account();
        var session = await service.SignIn(login);
        await service.Restart();
        Assert.Equal(HttpStatusCode.OK, await service.Standing(session.Text("accessToken")));
        await service.Refresh(session.Text("refreshToken")).Must();
    }
}
