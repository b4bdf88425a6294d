using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Accounts;

/// <summary>An office over a city or further is given by two administrators.</summary>
public sealed class RoleChangesTests(RoleChangesTests.Site site) : IClassFixture<RoleChangesTests.Site>
{
    [Fact]
    public async Task A_wider_office_waits_for_another_administrator_and_counts_from_his_word_on()
    {
        var (first, second) = await site.Administrators();
        var (id, login) = await site.Plain();
        using var answer = await first.Post($"/v1/accounts/{id}/set-role", new { role = "officer", regionCode = "331000" });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var waiting = await answer.Json();
        var approval = waiting.Id("approvalId");
        Assert.Equal($"/v1/approvals/{approval}", answer.Headers.Location?.ToString());
        Assert.Equal("requester", waiting.Text("role"));
        await first.Post($"/v1/approvals/{approval}/approve").MustRefuse(HttpStatusCode.Conflict, "approval.own");
        Assert.Equal("requester", (await second.Read($"/v1/accounts/{id}")).Text("role"));

        await second.Post($"/v1/approvals/{approval}/approve").Must();
        var account = await second.Read($"/v1/accounts/{id}");
        Assert.Equal(("officer", "331000"), (account.Text("role"), account.Text("regionCode")));
        var officer = site.Bearer((await site.SignIn(login)).Text("accessToken"));
        await officer.Read("/v1/approvals");
        await second.Post($"/v1/approvals/{approval}/approve").MustRefuse(HttpStatusCode.Conflict, "approval.ended");
    }

    [Fact]
    public async Task A_new_account_of_that_kind_begins_without_any_office()
    {
        var (first, second) = await site.Administrators();
        using var answer = await first.Post("/v1/accounts", new { login = "wide-auditor", role = "auditor" });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var made = await answer.Json();
        Assert.Equal("requester", made["account"]!.Text("role"));
        await second.Post($"/v1/approvals/{made["account"]!.Id("approvalId")}/refuse", new { note = "不在编" }).Must();
        Assert.Equal("requester", (await second.Read($"/v1/accounts/{made["account"]!.Id()}")).Text("role"));
    }

    [Fact]
    public async Task Nobody_agrees_to_what_is_about_himself_and_no_officer_to_roles()
    {
        var (first, second) = await site.Administrators();
        var (id, login) = await site.Account("admin", "331083");
        var asked = (await Waiting(first, id, new { role = "admin", regionCode = "331000" })).Id("approvalId");
        var self = site.Bearer((await site.SignIn(login)).Text("accessToken"));
        await self.Post($"/v1/approvals/{asked}/approve").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await second.Post($"/v1/approvals/{asked}/approve").Must();

        var wider = (await Waiting(first, id, new { role = "officer", regionCode = "331000" })).Id("approvalId");
        await self.Post($"/v1/approvals/{wider}/approve").MustRefuse(HttpStatusCode.Conflict, "approval.own");
        var (_, clerk) = await site.Account("officer");
        var officer = site.Bearer((await site.SignIn(clerk)).Text("accessToken"));
        await officer.Post($"/v1/approvals/{wider}/approve").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await officer
            .Post($"/v1/approvals/{wider}/refuse", new { note = "不需要" })
            .MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Fact]
    public async Task An_office_of_a_county_and_a_team_s_account_are_one_administrator_s_matter()
    {
        var (first, _) = await site.Administrators();
        var (id, _) = await site.Plain();
        await first.Post($"/v1/accounts/{id}/set-role", new { role = "officer", regionCode = "331083" }).Must();
        await first.Post($"/v1/accounts/{id}/set-role", new { role = "leader", teamId = RunningService.TeamId(Given.Expert) }).Must();
    }

    [Fact]
    public async Task A_single_administrator_makes_the_second_alone()
    {
        await using var alone = new Site();
        await alone.InitializeAsync();
        var first = await alone.Administrator();
        var made = await first.Post("/v1/accounts", new { login = "second", role = "admin" }).Must(HttpStatusCode.Created);
        // Whoever has not come in yet could not agree.
        await first.Post("/v1/accounts", new { login = "third", role = "officer" }).Must(HttpStatusCode.Created);
        await alone.ChangePassword("second", made.Text("password"), ServiceWithAccounts.Password).Must();
        await first.Post("/v1/accounts", new { login = "fourth", role = "officer" }).Must(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Who_is_closed_or_of_another_region_could_not_agree_and_that_one_did_it_alone_is_noted()
    {
        await using var alone = new Site();
        await alone.InitializeAsync();
        var (first, _) = await alone.Administrators();
        await alone.Account("admin", "331102");
        await first.Post("/v1/accounts", new { login = "agreed", role = "officer" }).Must(HttpStatusCode.Accepted);
        var second = (await first.Read("/v1/accounts?role=admin"))["items"]!
            .AsArray()
            .Single(account => account!.Text("login") == "second-administrator")!
            .Id();
        var before = await Noted();
        await first.Post($"/v1/accounts/{second}/disable").Must();
        // The one of the county does not reach over the city.
        var made = await first
            .Post(
                "/v1/accounts",
                new
                {
                    login = "alone",
                    role = "officer",
                    regionCode = "331000",
                }
            )
            .Must(HttpStatusCode.Created);
        Assert.Equal("officer", made["account"]!.Text("role"));
        Assert.Equal(before + 1, await Noted());

        async Task<int> Noted() => (await first.Read("/v1/audit?action=role_set_by_one"))["items"]!.AsArray().Count;
    }

    private static Task<JsonNode> Waiting(HttpClient administrator, Guid account, object role) =>
        administrator.Post($"/v1/accounts/{account}/set-role", role).Must(HttpStatusCode.Accepted);

    /// <summary>A site with two administrators.</summary>
    public sealed class Site : ServiceWithAccounts, IAsyncDisposable
    {
        /// <summary>An account that has no office.</summary>
        public Task<(Guid Id, string Login)> Plain() => Account("requester");

        public async Task<(HttpClient First, HttpClient Second)> Administrators() => (await Administrator(), await SecondAdministrator());

        ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());
    }
}
