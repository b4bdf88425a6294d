using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Collections are walked by cursor; nothing that is there throughout is skipped or repeated.</summary>
public sealed class PagingTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("")]
    [InlineData("&sort=createdAt")]
    public async Task A_walk_while_rows_come_and_change_meets_each_one_once(string order)
    {
        var throughout = new List<Guid>();
        for (var i = 0; i < 7; i++)
        {
            throughout.Add((await service.Given.AnOpenRequest()).Id());
            // Two of a minute each, so that the second half of the key is needed too.
            service.Clock.Advance(TimeSpan.FromSeconds(i % 2 * 60));
        }

        var met = new List<Guid>();
        var next = $"/v1/requests?page_size=2&region=331083{order}";
        while (next is not null)
        {
            var page = await service.Officer().Read(next);
            Assert.InRange(page["items"]!.AsArray().Count, 1, 2);
            met.AddRange(page["items"]!.AsArray().Select(item => item!.Id()));
            next = page["next"]?.GetValue<string>();
            await service.Officer().Post($"/v1/requests/{met[^1]}/escalate").Must();
            service.Clock.Advance(TimeSpan.FromSeconds(1));
            await service.Given.AnOpenRequest();
            Assert.True(met.Count < 400, "The walk does not end.");
        }

        Assert.Equal(met.Count, met.Distinct().Count());
        Assert.Empty(throughout.Except(met));
    }

    [Theory]
    [InlineData("/v1/requests")]
    [InlineData("/v1/teams")]
    [InlineData("/v1/offers")]
    [InlineData("/v1/visits")]
    public async Task A_collection_is_an_object_with_items_and_the_way_on(string path)
    {
        await service.Given.AScheduledVisit();
        await service.Given.AScheduledVisit();
        var page = (await service.Officer().Read(path + "?page_size=1")).AsObject();
        Assert.Equal(["items", "next", "self"], page.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal(path + "?page_size=1", page.Text("self"));
        Assert.Single(page["items"]!.AsArray());
        var second = await service.Officer().Read(page.Text("next"));
        Assert.NotEqual(page["items"]!.ToJsonString(), second["items"]!.ToJsonString());
        var all = await service.Officer().Read(path + "?page_size=200");
        Assert.Null(all["next"]);
    }

    [Theory]
    [InlineData("/v1/regions")]
    [InlineData("/v1/skills")]
    [InlineData("/v1/notices")]
    public async Task A_list_without_pages_is_an_object_too(string path) =>
        Assert.IsType<JsonArray>((await service.Officer().Read(path))["items"]);

    [Fact]
    public async Task A_cursor_belongs_to_its_filter_and_order()
    {
        await service.Given.AnOpenRequest();
        await service.Given.AnOpenRequest();
        var next = (await service.Officer().Read("/v1/requests?page_size=1&state=open")).Text("next");
        var cursor = next.Split('&').Single(part => part.Contains("cursor=", StringComparison.Ordinal)).Split('=')[1];
        foreach (
            var other in new[]
            {
                "/v1/requests?state=offered",
                "/v1/requests?",
                "/v1/requests?state=open&sort=createdAt",
                "/v1/requests?state=open&region=331083",
                "/v1/visits?state=open",
            }
        )
        {
            using var answer = await service.Officer().GetAsync($"{other}&cursor={cursor}");
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        await service
            .Officer()
            .GetAsync($"/v1/requests?state=offered&cursor={cursor}")
            .MustRefuse(HttpStatusCode.BadRequest, "cursor.invalid");
        await service.Officer().Read($"/v1/requests?page_size=100&state=open&cursor={cursor}");
    }

    [Fact]
    public async Task No_count_is_given_that_nobody_asked_for()
    {
        var page = (await service.Officer().Read("/v1/requests")).AsObject();
        Assert.DoesNotContain(
            page,
            member => member.Key.Contains("ount", StringComparison.Ordinal) || member.Key.Contains("otal", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("/v1/requests")]
    [InlineData("/v1/teams")]
    [InlineData("/v1/offers")]
    [InlineData("/v1/visits")]
    [InlineData("/v1/accounts")]
    [InlineData("/v1/clients")]
    public async Task A_cursor_that_was_tampered_with_shows_nothing_more_and_breaks_nothing(string path)
    {
        await service.Given.AScheduledVisit();
        await service.Given.AScheduledVisit();
        var admin = service.As("admin");
        for (var number = 0; number < 2; number++)
        {
            await admin.Post("/v1/accounts", new { login = $"paged-{Guid.NewGuid():N}", role = "officer" }).Must(HttpStatusCode.Created);
            await admin.Post("/v1/clients", new { name = "12345", scopes = new[] { "notices" } }).Must(HttpStatusCode.Created);
        }

        var next = (await admin.Read(path + "?page_size=1")).Text("next");
        var cursor = next[(next.IndexOf("cursor=", StringComparison.Ordinal) + "cursor=".Length)..];
        var plain = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        var (bound, key) = (
            plain[..(plain.IndexOf('\n', StringComparison.Ordinal) + 1)],
            plain[(plain.IndexOf('\n', StringComparison.Ordinal) + 1)..]
        );
        foreach (
            var forged in new[]
            {
                "{}",
                "null",
                "[]",
                "{\"at\":null,\"id\":null}",
                "{\"at\":\"0001-01-01T00:00:00Z\",\"id\":\"00000000-0000-0000-0000-000000000000\"}",
                "{\"at\":\"9999-12-31T23:59:59Z\",\"id\":\"ffffffff-ffff-ffff-ffff-ffffffffffff\"}",
                key.Replace("\"id\"", "\"Id\"", StringComparison.Ordinal),
                key.Replace("}", ",\"more\":1}", StringComparison.Ordinal),
                key.Replace("\":\"", "\":\"' or '1'='1", StringComparison.Ordinal),
                key.Replace("\":\"", "\":\"\\u0000", StringComparison.Ordinal),
                new string('[', 5000),
            }
        )
        {
            using var answer = await admin.GetAsync(
                $"{path}?page_size=1&cursor={Base64Url.EncodeToString(Encoding.UTF8.GetBytes(bound + forged))}"
            );
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{forged}: {(int)answer.StatusCode}");
        }

        // It names a place in an order, and nobody's rights: who may see less sees less from there on.
        using var stranger = await service.As("requester", subject: "nobody").GetAsync(next);
        Assert.True(
            path == "/v1/teams" || stranger.StatusCode == HttpStatusCode.Forbidden || (await stranger.Json())["items"]!.AsArray().Count == 0
        );
    }
}
