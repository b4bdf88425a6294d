using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Strong tags, 304, and changes that need to know what they change.</summary>
public sealed class ConditionalRequestsTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    private const string Unknown = "/v1/requests/0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90";

    [Fact]
    public async Task Each_single_resource_has_a_strong_tag_and_answers_304_to_it()
    {
        var (request, visit) = await service.Given.AScheduledVisit();
        var (_, offer) = await service.Given.AnOffer();
        var made = await service.Given.AnOpenRequest();
        foreach (
            var path in new[]
            {
                $"/v1/requests/{request}",
                $"/v1/offers/{offer}",
                $"/v1/visits/{visit}",
                $"/v1/teams/{RunningService.TeamId(Given.Expert)}",
                "/v1/regions/331083",
                $"/v1/track/{made.Text("trackToken")}",
            }
        )
        {
            using var first = await service.Officer().GetAsync(path);
            var tag = first.Headers.ETag!;
            Assert.False(tag.IsWeak, path);
            Assert.Matches("^\"[0-9]+-[0-9a-f]{16}\"$", tag.Tag);
            using var again = await Ask(path, tag.Tag);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Equal(tag, again.Headers.ETag);
            Assert.Empty(await again.Content.ReadAsByteArrayAsync());
            using var other = await Ask(path, "\"1-0000000000000000\"");
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
            using var listed = await Ask(path, $"\"x\", {tag.Tag}");
            Assert.Equal(HttpStatusCode.NotModified, listed.StatusCode);
        }
    }

    [Fact]
    public async Task A_change_makes_another_tag()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        using var before = await service.Officer().GetAsync($"/v1/requests/{request}");
        await service.Officer().Post($"/v1/requests/{request}/publish").Must();
        using var after = await Ask($"/v1/requests/{request}", before.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.NotEqual(before.Headers.ETag, after.Headers.ETag);
    }

    [Fact]
    public async Task A_change_without_the_tag_of_what_was_read_is_refused()
    {
        var (path, change, before) = await AChange();
        await service.Officer().Put(path, change).MustRefuse((HttpStatusCode)428, "precondition.required");
        Assert.Equal(before, await service.Officer().GetStringAsync(path));
    }

    [Fact]
    public async Task A_change_of_what_has_changed_since_is_refused_and_changes_nothing()
    {
        var (path, change, _) = await AChange();
        using var read = await service.Officer().GetAsync(path);
        var stale = read.Headers.ETag!.Tag;
        await service.Officer().Put(path, change, stale).Must();
        var before = await service.Officer().GetStringAsync(path);
        var timeline = await service.Officer().GetStringAsync(path + "/timeline");
        foreach (var tag in new[] { stale, "\"0-0\"", "no-tag", "\"\"" })
        {
            await service.Officer().Put(path, change, tag).MustRefuse(HttpStatusCode.PreconditionFailed, "resource.changed");
        }

        await service
            .Officer()
            .Post(path + "/cancel", new { reason = "rejected" }, ifMatch: stale)
            .MustRefuse(HttpStatusCode.PreconditionFailed, "resource.changed");
        Assert.Equal(before, await service.Officer().GetStringAsync(path));
        Assert.Equal(timeline, await service.Officer().GetStringAsync(path + "/timeline"));
    }

    [Fact]
    public async Task If_Match_compares_the_version_and_not_the_bytes_a_role_sees()
    {
        var (path, change, _) = await AChange();
        using var masked = await service.As("auditor").GetAsync(path);
        using var whole = await service.Officer().GetAsync(path);
        Assert.NotEqual(masked.Headers.ETag, whole.Headers.ETag);
        await service.Officer().Put(path, change, masked.Headers.ETag!.Tag).Must();
        await service.Officer().Put(path, change, "*").Must();
    }

    [Fact]
    public async Task A_stale_tag_never_wins_over_another_refusal()
    {
        const string stale = "\"99-0\"";
        var (path, change, _) = await AChange();
        await service.Anonymous().Put(path, change, stale).MustRefuse(HttpStatusCode.Unauthorized, "access.unauthenticated");
        await service.As("requester").Put(path, change, stale).MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await service.Officer("440300").Put(path, change, stale).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service.Officer().Put(Unknown, change, stale).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        var broken = change.DeepClone();
        broken["text"] = "";
        await service.Officer().Put(path, broken, stale).MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        var unknownTeam = change.DeepClone();
        unknownTeam["preferredTeamId"] = Guid.NewGuid();
        await service.Officer().Put(path, unknownTeam, stale).MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        await service.Officer().Post(path + "/resume", ifMatch: stale).MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        await service.Officer().Post(path + "/cancel", new { reason = "rejected" }).Must();
        using var refused = await service.Officer().Put(path, change, stale);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Null(refused.Headers.ETag);
    }

    [Fact]
    public async Task A_team_too_is_changed_only_by_who_has_read_it()
    {
        var path = $"/v1/teams/{RunningService.TeamId("T-44-1")}";
        using var read = await service.Officer().GetAsync(path);
        var team = await read.Json();
        var change = new
        {
            name = team.Text("name"),
            kind = team.Text("kind"),
            regionCode = team.Text("regionCode"),
            size = team["size"]!.GetValue<int>(),
            code = team.Text("code"),
        };
        await service.Officer().Put(path, change).MustRefuse((HttpStatusCode)428, "precondition.required");
        using var changed = await service.Officer().Put(path, change, read.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(read.Headers.ETag, changed.Headers.ETag);
        await service.Officer().Put(path, change, read.Headers.ETag!.Tag).MustRefuse(HttpStatusCode.PreconditionFailed, "resource.changed");
    }

    private Task<HttpResponseMessage> Ask(string path, string tag)
    {
        var asked = new HttpRequestMessage(HttpMethod.Get, path);
        asked.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return service.Officer().SendAsync(asked);
    }

    private async Task<(string Path, JsonNode Change, string Before)> AChange()
    {
        var path = $"/v1/requests/{(await service.Given.AnOpenRequest()).Id()}";
        var call = JsonSerializer.SerializeToNode(Given.PomeloCall(urgency: "high"))!;
        var change = new JsonObject();
        foreach (var member in new[] { "text", "location", "skills", "urgency", "form" })
        {
            change[member] = call[member]!.DeepClone();
        }

        change["mode"] = "one_to_one";
        return (path, change, await service.Officer().GetStringAsync(path));
    }
}
