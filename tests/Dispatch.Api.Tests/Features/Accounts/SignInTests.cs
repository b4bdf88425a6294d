using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Accounts;

/// <summary>In by name and password, and out again.</summary>
public sealed class SignInTests(ServiceWithAccounts service) : IClassFixture<ServiceWithAccounts>
{
    [Fact]
    public async Task Who_signs_in_gets_a_short_token_of_the_own_role_and_reach()
    {
        var (id, login) = await service.Account("officer", "331083");
        var session = await service.SignIn(login);
        Assert.Equal(("Bearer", 600), (session.Text("tokenType"), session["expiresIn"]!.GetValue<int>()));
        Assert.Equal(("officer", "331083"), (session.Text("role"), session.Text("regionCode")));
        var officer = service.Bearer(session.Text("accessToken"));
        var request = await officer.Post("/v1/requests", Given.PomeloCall()).Must(HttpStatusCode.Created);
        var timeline = await officer.GetStringAsync($"/v1/requests/{request.Id()}/timeline");
        Assert.Contains($"account-{id}", timeline, StringComparison.Ordinal);
        var (_, stranger) = await service.Account("officer", "440300");
        await service
            .Bearer((await service.SignIn(stranger)).Text("accessToken"))
            .GetAsync($"/v1/requests/{request.Id()}")
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        service.Clock.Advance(TimeSpan.FromMinutes(11) + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing(session.Text("accessToken")));
    }

    [Fact]
    public async Task The_size_of_letters_makes_no_other_name()
    {
        var (_, login) = await service.Account();
        await service.SignIn(login.ToUpperInvariant());
        var taken = await (await service.Administrator())
            .Post("/v1/accounts", new { login = login.ToUpperInvariant(), role = "officer" })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Equal("login_taken", taken["errors"]![0]!.Text("code"));
    }

    [Fact]
    public async Task A_name_nobody_has_a_wrong_password_and_a_closed_account_are_answered_alike()
    {
        var (_, known) = await service.Account();
        var (closedId, closed) = await service.Account();
        await (await service.Administrator()).Post($"/v1/accounts/{closedId}/disable").Must();
        var answers = new List<JsonNode>();
        foreach (
            var (login, password) in new[]
            {
                (known, "not the password"),
                ("nobody-at-all", "not the password"),
                (closed, ServiceWithAccounts.Password),
            }
        )
        {
            using var answer = await service.TrySignIn(login, password);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            var problem = await answer.Json();
            problem.AsObject().Remove("requestId");
            answers.Add(problem);
        }

        Assert.All(answers, answer => Assert.True(JsonNode.DeepEquals(answers[0], answer)));
        Assert.Equal("session.refused", answers[0].Text("code"));
    }

    [Fact]
    public async Task A_password_made_by_an_administrator_is_good_for_setting_another_and_for_three_days()
    {
        var administrator = await service.Administrator();
        var made = await administrator
            .Post(
                "/v1/accounts",
                new
                {
                    login = "new-officer",
                    role = "officer",
                    regionCode = "331083",
                }
            )
            .Must(HttpStatusCode.Created);
        var handed = made.Text("password");
        await service.TrySignIn("new-officer", handed).MustRefuse(HttpStatusCode.Forbidden, "session.password_to_change");
        var session = await service.ChangePassword("new-officer", handed, ServiceWithAccounts.Password).Must();
        Assert.Equal(HttpStatusCode.OK, await service.Standing(session.Text("accessToken")));
        await service.TrySignIn("new-officer", handed).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service
            .ChangePassword("new-officer", handed, "another long password")
            .MustRefuse(HttpStatusCode.Unauthorized, "session.refused");

        administrator = await service.Administrator();
        var late = await administrator
            .Post(
                "/v1/accounts",
                new
                {
                    login = "late-officer",
                    role = "officer",
                    regionCode = "331083",
                }
            )
            .Must(HttpStatusCode.Created);
        service.Clock.Advance(TimeSpan.FromHours(72));
        await service
            .ChangePassword("late-officer", late.Text("password"), ServiceWithAccounts.Password)
            .MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        administrator = await service.Administrator();
        Assert.DoesNotContain(handed, await administrator.GetStringAsync("/v1/accounts?page_size=200"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_password_ends_every_session_there_was()
    {
        var (_, login) = await service.Account();
        var (first, second) = (await service.SignIn(login), await service.SignIn(login));
        var own = await service.ChangePassword(login, ServiceWithAccounts.Password, "another long password").Must();
        foreach (var ended in new[] { first, second })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing(ended.Text("accessToken")));
            await service.Refresh(ended.Text("refreshToken")).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        }

        Assert.Equal(HttpStatusCode.OK, await service.Standing(own.Text("accessToken")));
        await service.TrySignIn(login).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service.SignIn(login, "another long password");
    }

    [Theory]
    [InlineData("too short", "length")]
    [InlineData("person-x and more words", "holds_login")]
    [InlineData("four words nobody guesses", "same_password")]
    public async Task A_password_that_is_short_or_told_by_the_name_or_the_old_one_is_refused(string password, string code)
    {
        var problem = await service
            .ChangePassword("person-x", ServiceWithAccounts.Password, password)
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Contains(problem["errors"]!.AsArray(), error => error!.Text("code") == code && error!.Text("pointer") == "#/newPassword");
    }

    [Fact]
    public async Task Who_signs_out_is_out_at_once_and_nobody_learns_which_tokens_there_are()
    {
        var (_, login) = await service.Account();
        var (own, other) = (await service.SignIn(login), await service.SignIn(login));
        var ended = await service.SignOut(own.Text("refreshToken")).Must();
        Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing(own.Text("accessToken")));
        await service.Refresh(own.Text("refreshToken")).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        Assert.Equal(HttpStatusCode.OK, await service.Standing(other.Text("accessToken")));
        var unknown = await service.SignOut("dr_0123456789012345678901234567890123456789012").Must();
        Assert.True(JsonNode.DeepEquals(ended, unknown));
    }

    [Fact]
    public async Task Answers_that_hold_a_secret_are_not_kept_for_a_repeat()
    {
        var (_, login) = await service.Account();
        var key = Guid.NewGuid().ToString();
        object body = new { login, password = ServiceWithAccounts.Password };
        using var first = await service.Anonymous().Post("/v1/sessions", body, key);
        using var second = await service.Anonymous().Post("/v1/sessions", body, key);
        Assert.False(second.Headers.Contains("Idempotent-Replayed"));
        Assert.NotEqual((await first.Json()).Text("refreshToken"), (await second.Json()).Text("refreshToken"));
        Assert.True(second.Headers.CacheControl?.NoStore);
    }
}
