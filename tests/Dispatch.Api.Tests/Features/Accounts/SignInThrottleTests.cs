using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Accounts;

/// <summary>Guessing is slow, and locks nobody out for long.</summary>
public sealed class SignInThrottleTests(ServiceWithAccounts service) : IClassFixture<ServiceWithAccounts>, IAsyncLifetime
{
    public Task InitializeAsync()
    {
        // What other tests failed at no longer counts.
        service.Clock.Advance(TimeSpan.FromMinutes(16));
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task After_five_failures_even_the_right_password_waits()
    {
        var (_, login) = await service.Account();
        await Fail(login, 5);
        await service.TrySignIn(login).MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
        service.Clock.Advance(TimeSpan.FromMinutes(10));
        using (var waiting = await service.TrySignIn(login))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, waiting.StatusCode);
            Assert.Equal(300, (int)waiting.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        }

        service.Clock.Advance(TimeSpan.FromMinutes(5));
        await service.SignIn(login);
    }

    [Fact]
    public async Task A_name_nobody_has_waits_as_long()
    {
        await Fail("nobody-here", 5);
        using var known = await service.TrySignIn("nobody-here");
        Assert.Equal(HttpStatusCode.TooManyRequests, known.StatusCode);
        Assert.Equal(900, (int)known.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
    }

    [Fact]
    public async Task A_success_forgives_the_name()
    {
        var (_, login) = await service.Account();
        for (var round = 0; round < 3; round++)
        {
            await Fail(login, 4);
            await service.SignIn(login);
        }
    }

    [Fact]
    public async Task Many_attempts_at_once_gain_nothing()
    {
        var (_, login) = await service.Account();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => service.TrySignIn(login, "not the password")));
        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Names_tried_one_after_the_other_from_one_address_are_too_many_in_the_end()
    {
        var (_, login) = await service.Account();
        for (var i = 0; i < 50; i++)
        {
            await service.TrySignIn($"somebody-{i}", "not the password").MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        }

        await service.TrySignIn(login).MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
    }

    [Fact]
    public async Task Setting_a_password_is_no_other_way_to_guess()
    {
        var (_, login) = await service.Account();
        for (var i = 0; i < 5; i++)
        {
            await service
                .ChangePassword(login, "not the password", "another long password")
                .MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        }

        await service.TrySignIn(login).MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
    }

    private async Task Fail(string login, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await service.TrySignIn(login, "not the password").MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        }
    }
}
