using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Http;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>JSON as it goes over the wire.</summary>
public sealed class JsonShapeTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("2026-06-03T09:00:00+08:00", "2026-06-03T01:00:00Z")]
    [InlineData("2026-06-03T01:00:00Z", "2026-06-03T01:00:00Z")]
    [InlineData("2026-06-02T20:00:00.25-05:00", "2026-06-03T01:00:00.25Z")]
    [InlineData("2026-06-03T01:00:00.123456789Z", "2026-06-03T01:00:00.123Z")]
    public async Task A_time_comes_with_any_offset_and_leaves_in_UTC(string sent, string answered)
    {
        var call = JsonNode.Parse(Minimal)!;
        call["wanted"] = new JsonArray(new JsonObject { ["start"] = sent, ["end"] = "2026-06-04T00:00:00Z" });
        var made = await service.Officer().Post("/v1/requests", call).Must(HttpStatusCode.Created);
        Assert.Equal(answered, made["wanted"]![0]!.Text("start"));
    }

    [Fact]
    public async Task Null_and_absent_mean_the_same()
    {
        var bare = await service.Officer().Post("/v1/requests", JsonNode.Parse(Minimal)!).Must(HttpStatusCode.Created);
        var call = JsonNode.Parse(Minimal)!;
        foreach (
            var member in new[]
            {
                "skills",
                "urgency",
                "form",
                "mode",
                "channel",
                "wanted",
                "preferredTeamId",
                "excludeTeamIds",
                "confidentiality",
                "externalRef",
                "followsRequestId",
            }
        )
        {
            call[member] = null;
        }

        call["requester"]!["phone"] = null;
        call["requester"]!["creditCode"] = null;
        call["location"]!["lat"] = null;
        call["location"]!["crs"] = null;
        var nulls = await service.Officer().Post("/v1/requests", call).Must(HttpStatusCode.Created);
        foreach (var different in new[] { "id", "reference", "trackToken" })
        {
            bare.AsObject().Remove(different);
            nulls.AsObject().Remove(different);
        }

        Assert.Equal(bare.ToJsonString(), nulls.ToJsonString());
    }

    [Fact]
    public async Task A_list_is_never_null_and_a_name_is_camelCase()
    {
        var (request, visit) = await service.Given.AScheduledVisit();
        foreach (var path in new[] { $"/v1/requests/{request}", $"/v1/visits/{visit}", $"/v1/teams/{RunningService.TeamId("T-44-1")}" })
        {
            var names = new List<string>();
            Walk(await service.Officer().Read(path), names);
            Assert.All(names, name => Assert.Matches("^[a-z][a-zA-Z0-9]*$", name));
        }

        var bare = await service.Officer().Post("/v1/requests", JsonNode.Parse(Minimal)!).Must(HttpStatusCode.Created);
        Assert.All(
            new[] { "skills", "wanted", "excludeTeamIds", "teams", "deadlines", "allowed" },
            list => Assert.IsType<JsonArray>(bare[list])
        );
        Assert.Empty(bare["skills"]!.AsArray());
    }

    [Fact]
    public async Task Text_outside_the_basic_plane_and_markup_come_back_as_they_were()
    {
        var call = JsonNode.Parse(Minimal)!;
        const string text = "文旦🍊叶黄 <b>&\"'</b> ‮ 𠮷 \t\r\n 完";
        call["text"] = text;
        using var made = await service.Officer().Post("/v1/requests", call);
        Assert.Equal("utf-8", made.Content.Headers.ContentType!.CharSet);
        var body = Encoding.UTF8.GetString(await made.Content.ReadAsByteArrayAsync());
        Assert.Equal(text, JsonNode.Parse(body)!.Text("text"));
        Assert.DoesNotContain("<b>", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-06-03T09:00:00", false)]
    [InlineData("2026-06-03 09:00:00Z", false)]
    [InlineData("2026-06-03", false)]
    [InlineData("Wed, 03 Jun 2026 09:00:00 +0800", false)]
    [InlineData("2026-02-30T09:00:00Z", false)]
    [InlineData("2026-06-03T25:00:00Z", false)]
    [InlineData("2026-06-03T09:00:00+08:00", true)]
    public void An_instant_is_RFC_3339_with_its_offset(string text, bool read) => Assert.Equal(read, JsonShape.TryInstant(text, out _));

    private const string Minimal =
        """{"requester":{"kind":"individual","name":"求助人乙"},"text":"帮我。","location":{"regionCode":"331102"}}""";

    private static void Walk(JsonNode? node, List<string> names)
    {
        switch (node)
        {
            case JsonObject here:
                names.AddRange(here.Select(member => member.Key));
                foreach (var (_, inner) in here)
                {
                    Walk(inner, names);
                }

                break;
            case JsonArray list:
                foreach (var inner in list)
                {
                    Walk(inner, names);
                }

                break;
        }
    }

    [Fact]
    public void What_the_url_says_is_no_member_of_the_body()
    {
        var id = Guid.NewGuid();
        Assert.Throws<JsonException>(() =>
            JsonSerializer.Deserialize<MakeOffer>($$"""{"teamId":"{{id}}","requestId":"{{id}}"}""", JsonShape.Options)
        );
        Assert.Equal(id, JsonSerializer.Deserialize<MakeOffer>($$"""{"teamId":"{{id}}"}""", JsonShape.Options)!.TeamId);
    }
}
