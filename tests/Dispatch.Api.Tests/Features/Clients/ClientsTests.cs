using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Features.Accounts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Clients;

/// <summary>Systems that hand requests over, and their keys.</summary>
public sealed class ClientsTests(ServiceWithAccounts service) : IClassFixture<ServiceWithAccounts>
{
    [Fact]
    public async Task A_client_hands_requests_over_and_sees_those_alone()
    {
        var (one, other) = (await Client("requests_read", "requests_write"), await Client("requests_read", "requests_write"));
        var (first, second) = (service.Bearer((await Key(one)).Text("key")), service.Bearer((await Key(other)).Text("key")));
        var request = (await first.Post("/v1/requests", Given.PomeloCall()).Must(HttpStatusCode.Created)).Id();
        await first.Read($"/v1/requests/{request}");
        await second.GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        Assert.Empty((await second.Read("/v1/requests"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_client_does_what_its_scopes_name_and_nothing_else()
    {
        var reader = service.Bearer((await Key(await Client("requests_read"))).Text("key"));
        await reader.Read("/v1/requests");
        await reader.Post("/v1/requests", Given.PomeloCall()).MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await reader.GetAsync("/v1/notices").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await reader.GetAsync("/v1/teams").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await reader.GetAsync("/v1/offers").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await reader.GetAsync("/v1/clients").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        var other = service.Bearer((await Key(await Client("notices", "teams_read"))).Text("key"));
        await other.Read("/v1/notices");
        await other.Read("/v1/teams");
        await other.GetAsync("/v1/requests").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Fact]
    public async Task Two_keys_live_beside_each_other_while_one_takes_over_from_the_other()
    {
        var client = await Client("requests_read");
        var (old, next) = (await Key(client), await Key(client));
        await (await service.Administrator()).Post($"/v1/clients/{client}/keys").MustRefuse(HttpStatusCode.Conflict, "client.two_keys");
        Assert.Equal(HttpStatusCode.OK, await service.Standing(old.Text("key")));
        Assert.Equal(HttpStatusCode.OK, await service.Standing(next.Text("key")));
        await (await service.Administrator()).Post($"/v1/clients/{client}/keys/{old.Id()}/revoke").Must();
        Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing(old.Text("key")));
        Assert.Equal(HttpStatusCode.OK, await service.Standing(next.Text("key")));
        await Key(client);
        await (await service.Administrator())
            .Post($"/v1/clients/{client}/keys/{old.Id()}/revoke")
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task A_key_belongs_to_its_client()
    {
        var (one, other) = (await Client("requests_read"), await Client("requests_read"));
        var key = await Key(one);
        await (await service.Administrator())
            .Post($"/v1/clients/{other}/keys/{key.Id()}/revoke")
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        Assert.Equal(HttpStatusCode.OK, await service.Standing(key.Text("key")));
    }

    [Theory]
    [InlineData(null, 90)]
    [InlineData(1, 1)]
    [InlineData(365, 365)]
    public async Task A_key_ends_in_its_time(int? days, int last)
    {
        var key = await Key(await Client("requests_read"), days);
        service.Clock.Advance(TimeSpan.FromDays(last) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await service.Standing(key.Text("key")));
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing(key.Text("key")));
    }

    [Fact]
    public async Task A_key_is_shown_once_and_no_repeat_shows_it_again()
    {
        var client = await Client("requests_read");
        var (administrator, repeat) = (await service.Administrator(), Guid.NewGuid().ToString());
        using var made = await administrator.Post($"/v1/clients/{client}/keys", key: repeat);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var key = (await made.Json()).Text("key");
        Assert.Matches("^dk_[A-Za-z0-9_-]{43}$", key);
        Assert.Equal($"/v1/clients/{client}", made.Headers.Location!.ToString());
        using var again = await administrator.Post($"/v1/clients/{client}/keys", key: repeat);
        Assert.NotEqual(key, (await again.Json()).Text("key"));
        Assert.DoesNotContain(key[3..], await administrator.GetStringAsync($"/v1/clients/{client}"), StringComparison.Ordinal);
        Assert.DoesNotContain(key[3..], await administrator.GetStringAsync("/v1/clients?page_size=200"), StringComparison.Ordinal);
        Assert.Equal(0, await Stored(key));
    }

    [Fact]
    public async Task When_a_key_was_used_last_is_known_to_the_minute()
    {
        var client = await Client("requests_read");
        var key = await Key(client);
        Assert.Null((await View(client))["keys"]![0]!["lastUsedAt"]);
        service.Clock.Advance(TimeSpan.FromHours(1));
        await service.Standing(key.Text("key"));
        var used = service.Clock.GetUtcNow();
        service.Clock.Advance(TimeSpan.FromSeconds(30));
        await Looked();
        await service.Standing(key.Text("key"));
        await Looked();
        Assert.Equal(used, (await View(client))["keys"]![0]!["lastUsedAt"]!.GetValue<DateTimeOffset>());
        service.Clock.Advance(TimeSpan.FromSeconds(31));
        await service.Standing(key.Text("key"));
        await Looked();
        Assert.Equal(service.Clock.GetUtcNow(), (await View(client))["keys"]![0]!["lastUsedAt"]!.GetValue<DateTimeOffset>());

        Task Looked() => service.Services.GetRequiredService<KeepingUp>().LookNow();
    }

    [Theory]
    [InlineData("dk_")]
    [InlineData("dk_0123456789012345678901234567890123456789012")]
    [InlineData("dk_' or '1'='1")]
    public async Task What_is_no_key_is_refused(string key) => Assert.Equal(HttpStatusCode.Unauthorized, await service.Standing(key));

    [Fact]
    public async Task A_key_in_another_header_or_in_the_address_is_no_key()
    {
        var key = (await Key(await Client("requests_read"))).Text("key");
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/v1/requests");
        asked.Headers.Add("X-Api-Key", key);
        using var answer = await service.Anonymous().SendAsync(asked);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        using var named = await service.Anonymous().GetAsync($"/v1/requests?api_key={key}");
        Assert.Equal(HttpStatusCode.Unauthorized, named.StatusCode);
    }

    private async Task<long> Stored(string key)
    {
        await using var scope = service.Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<Session>()
            .Value<long>("select count(*) from client_key where key_hash like @part", new { part = $"%{key[3..]}%" });
    }

    private async Task<Guid> Client(params string[] scopes) =>
        (await (await service.Administrator()).Post("/v1/clients", new { name = "12345 热线", scopes }).Must(HttpStatusCode.Created)).Id();

    private async Task<JsonNode> Key(Guid client, int? days = null) =>
        await (await service.Administrator()).Post($"/v1/clients/{client}/keys", new { days }).Must(HttpStatusCode.Created);

    private async Task<JsonNode> View(Guid client) => await (await service.Administrator()).Read($"/v1/clients/{client}");
}
