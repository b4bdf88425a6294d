using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Accounts;

/// <summary>From a site with nobody in it to one with an administrator.</summary>
public sealed class FirstAdministratorTests : IAsyncLifetime
{
    private readonly ServiceWithAccounts service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task The_secret_makes_one_administrator_and_no_second()
    {
        var session = await Make(ServiceWithAccounts.Secret, "chief").Must();
        Assert.Equal("admin", session.Text("role"));
        var accounts = await service.Bearer(session.Text("accessToken")).Read("/v1/accounts");
        Assert.Equal("chief", Assert.Single(accounts["items"]!.AsArray())!.Text("login"));
        await Make(ServiceWithAccounts.Secret, "second").MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service.Restart();
        await Make(ServiceWithAccounts.Secret, "third").MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
    }

    [Fact]
    public async Task Of_many_who_come_at_once_one_is_the_first()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Make(ServiceWithAccounts.Secret, $"chief-{i}")));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task There_is_no_account_to_begin_with_and_no_secret_but_the_one()
    {
        foreach (var login in new[] { "admin", "administrator", "root", "demo-admin" })
        {
            await service.TrySignIn(login, login).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        }

        for (var i = 0; i < 5; i++)
        {
            await Make(ServiceWithAccounts.Secret[..^1] + i, "chief").MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        }

        await Make(ServiceWithAccounts.Secret, "chief").MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
        service.Clock.Advance(TimeSpan.FromMinutes(16));
        await Make(ServiceWithAccounts.Secret, "chief").Must();
    }

    private Task<HttpResponseMessage> Make(string secret, string login) =>
        service
            .Anonymous()
            .Post(
                "/v1/accounts/first",
                new
                {
                    secret,
                    login,
                    password = ServiceWithAccounts.Password,
                }
            );
}
