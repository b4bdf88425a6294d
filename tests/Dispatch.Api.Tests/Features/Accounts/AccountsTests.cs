using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Features.Accounts;
using Dispatch.Api.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Accounts;

/// <summary>What administrators do with accounts.</summary>
public sealed class AccountsTests(ServiceWithAccounts service) : IClassFixture<ServiceWithAccounts>
{
    private const string Yuhuan = "331083";

    [Fact]
    public async Task A_closed_account_is_out_at_once_and_open_again_when_it_is_opened()
    {
        var (id, login) = await service.Account();
        var session = await service.SignIn(login);
        var administrator = await service.Administrator();
        Assert.True((await administrator.Post($"/v1/accounts/{id}/disable").Must())["disabled"]!.GetValue<bool>());
        Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing(session.Text("accessToken")));
        await service.Refresh(session.Text("refreshToken")).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service.TrySignIn(login).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await administrator.Post($"/v1/accounts/{id}/enable").Must();
        Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing(session.Text("accessToken")));
        await service.SignIn(login);
    }

    [Fact]
    public async Task Another_role_counts_for_the_token_in_hand()
    {
        var (id, login) = await service.Account("officer", Yuhuan);
        var officer = service.Bearer((await service.SignIn(login)).Text("accessToken"));
        var request = (await officer.Post("/v1/requests", Given.PomeloCall()).Must(HttpStatusCode.Created)).Id();
        var administrator = await service.Administrator();
        await administrator.Post($"/v1/accounts/{id}/set-role", new { role = "officer", regionCode = "331102" }).Must();
        await officer.GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        var waiting = await administrator.Post($"/v1/accounts/{id}/set-role", new { role = "auditor" }).Must(HttpStatusCode.Accepted);
        await (await service.SecondAdministrator()).Post($"/v1/approvals/{waiting.Id("approvalId")}/approve").Must();
        await officer.Read($"/v1/requests/{request}");
        await officer.Post("/v1/requests", Given.PomeloCall()).MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        var team = RunningService.TeamId(Given.Expert);
        await administrator.Post($"/v1/accounts/{id}/set-role", new { role = "leader", teamId = team }).Must();
        await officer.GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task A_reset_password_ends_the_sessions_and_is_shown_once()
    {
        var (id, login) = await service.Account();
        var session = await service.SignIn(login);
        var administrator = await service.Administrator();
        var key = Guid.NewGuid().ToString();
        var first = await administrator.Post($"/v1/accounts/{id}/reset-password", key: key).Must();
        var second = await administrator.Post($"/v1/accounts/{id}/reset-password", key: key).Must();
        Assert.NotEqual(first.Text("password"), second.Text("password"));
        Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing(session.Text("accessToken")));
        await service.TrySignIn(login).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service
            .ChangePassword(login, first.Text("password"), "another long password")
            .MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service.ChangePassword(login, second.Text("password"), "another long password").Must();
    }

    [Fact]
    public async Task Nobody_closes_changes_or_resets_the_own_account()
    {
        var administrator = await service.Administrator();
        var own = (await administrator.Read("/v1/accounts?role=admin"))["items"]!
            .AsArray()
            .Single(item => item!.Text("login") == "administrator")!
            .Id();
        foreach (var action in new[] { "disable", "reset-password" })
        {
            await administrator.Post($"/v1/accounts/{own}/{action}").MustRefuse(HttpStatusCode.Conflict, "account.own");
        }

        await administrator
            .Post($"/v1/accounts/{own}/set-role", new { role = "officer" })
            .MustRefuse(HttpStatusCode.Conflict, "account.own");
    }

    [Fact]
    public async Task Two_administrators_who_close_each_other_at_once_leave_one()
    {
        var (one, another) = (await service.Account("admin"), await service.Account("admin"));
        var (first, second) = (
            service.Bearer((await service.SignIn(one.Login)).Text("accessToken")),
            service.Bearer((await service.SignIn(another.Login)).Text("accessToken"))
        );
        var answers = await Task.WhenAll(first.Post($"/v1/accounts/{another.Id}/disable"), second.Post($"/v1/accounts/{one.Id}/disable"));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        var administrator = await service.Administrator();
        var open = new[] { one.Id, another.Id }.Select(async id =>
            (await administrator.Read($"/v1/accounts/{id}"))["disabled"]!.GetValue<bool>()
        );
        Assert.Single(await Task.WhenAll(open), closed => !closed);
    }

    [Fact]
    public async Task An_administrator_of_a_county_has_the_accounts_of_that_county()
    {
        var (_, login) = await service.Account("admin", Yuhuan);
        var county = service.Bearer((await service.SignIn(login)).Text("accessToken"));
        var (own, _) = await service.Account("officer", Yuhuan);
        var (leader, _) = await service.Account("leader", team: RunningService.TeamId(Given.Expert));
        var (city, _) = await service.Account("officer", "331000");
        var (country, _) = await service.Account("auditor");
        await county.Read($"/v1/accounts/{own}");
        await county.Read($"/v1/accounts/{leader}");
        var listed = (await county.Read("/v1/accounts?page_size=200"))["items"]!.AsArray().Select(item => item!.Id()).ToList();
        Assert.Contains(own, listed);
        Assert.Contains(leader, listed);
        foreach (var beyond in new[] { city, country })
        {
            Assert.DoesNotContain(beyond, listed);
            await county.GetAsync($"/v1/accounts/{beyond}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
            await county.Post($"/v1/accounts/{beyond}/disable").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
            await county.Post($"/v1/accounts/{beyond}/reset-password").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        }

        foreach (var reach in new[] { null, "331000", "440300" })
        {
            foreach (
                var sending in new[]
                {
                    county.Post(
                        "/v1/accounts",
                        new
                        {
                            login = "wider-" + reach,
                            role = "admin",
                            regionCode = reach,
                        }
                    ),
                    county.Post($"/v1/accounts/{own}/set-role", new { role = "admin", regionCode = reach }),
                }
            )
            {
                var problem = await sending.MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
                Assert.Equal("region_not_yours", problem["errors"]![0]!.Text("code"));
            }
        }

        await county
            .Post(
                "/v1/accounts",
                new
                {
                    login = "helper.in-yuhuan",
                    role = "officer",
                    regionCode = Yuhuan,
                }
            )
            .Must(HttpStatusCode.Created);
        await county.GetAsync("/v1/clients").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await county
            .Post("/v1/clients", new { name = "热线", scopes = new[] { "notices" } })
            .MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Theory]
    [InlineData("""{"role":"leader"}""", "#/teamId", "not_empty")]
    [InlineData("""{"role":"officer","teamId":"0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90"}""", "#/teamId", "not_of_a_team")]
    [InlineData("""{"role":"leader","teamId":"0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90"}""", "#/teamId", "team_unknown")]
    [InlineData("""{"role":"officer","regionCode":"999999"}""", "#/regionCode", "region_unknown")]
    [InlineData(
        """{"role":"leader","regionCode":"331083","teamId":"0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90"}""",
        "#/regionCode",
        "follows_team"
    )]
    [InlineData("""{"role":"officer","login":"a b"}""", "#/login", "login")]
    public async Task An_account_that_would_reach_nowhere_or_everywhere_is_refused(string body, string at, string code)
    {
        var whole = JsonNode.Parse(body)!;
        whole["login"] ??= "new-person";
        var problem = await (await service.Administrator())
            .Post("/v1/accounts", whole)
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Contains(problem["errors"]!.AsArray(), error => error!.Text("pointer") == at && error!.Text("code") == code);
    }

    [Theory]
    [InlineData("partner")]
    [InlineData("clock")]
    [InlineData("anonymous")]
    public async Task An_account_is_a_persons(string role) =>
        await (await service.Administrator())
            .Post("/v1/accounts", new { login = "no-person", role })
            .MustRefuse(HttpStatusCode.BadRequest, "body.malformed");

    [Theory]
    [InlineData("officer")]
    [InlineData("auditor")]
    [InlineData("requester")]
    public async Task Only_administrators_have_accounts_in_hand(string role)
    {
        var (id, login) = await service.Account(role);
        var client = service.Bearer((await service.SignIn(login)).Text("accessToken"));
        foreach (var path in new[] { "/v1/accounts", $"/v1/accounts/{id}", "/v1/clients" })
        {
            await client.GetAsync(path).MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        }

        foreach (var action in new[] { "disable", "enable", "reset-password" })
        {
            await client.Post($"/v1/accounts/{id}/{action}").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        }

        await client.Post($"/v1/accounts/{id}/set-role", new { role = "admin" }).MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Fact]
    public async Task Accounts_come_page_by_page_in_the_order_of_their_names()
    {
        for (var i = 0; i < 3; i++)
        {
            await service.Account("requester");
        }

        var administrator = await service.Administrator();
        var (names, path) = (new List<string>(), "/v1/accounts?role=requester&page_size=2");
        while (path is not null)
        {
            var page = await administrator.Read(path);
            names.AddRange(page["items"]!.AsArray().Select(item => item!.Text("login")));
            path = page["next"]?.GetValue<string>();
        }

        Assert.True(names.Count >= 3);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        await administrator.GetAsync("/v1/accounts?role=king").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        Assert.DoesNotContain(
            (await administrator.Read("/v1/accounts?disabled=true&page_size=200"))["items"]!.AsArray(),
            item => !item!["disabled"]!.GetValue<bool>()
        );
    }

    [Fact]
    public async Task Neither_passwords_nor_tokens_nor_keys_are_stored_as_they_are()
    {
        var (_, login) = await service.Account();
        var session = await service.SignIn(login);
        await service.Refresh(session.Text("refreshToken")).Must();
        await using var scope = service.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var hashes = await db.List<AccountRow>($"select {AccountRow.Columns} from account");
        Assert.All(hashes, account => Assert.DoesNotContain("words", account.PasswordHash, StringComparison.Ordinal));
        Assert.Equal(hashes.Count, hashes.Select(account => account.PasswordHash).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(0, await db.Value<long>("select count(*) from refresh_token where token_hash like 'dr%'"));
    }
}
