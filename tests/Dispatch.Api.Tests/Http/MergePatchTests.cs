using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Dispatch.Api.Http;
using Dispatch.Api.Tests.Features;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>PATCH as RFC 7396 says it, upon what PUT would send.</summary>
public sealed class MergePatchTests(RunningService service) : IClassFixture<RunningService>
{
    // RFC 7396, appendix A.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""[1,2]""", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void The_examples_of_the_standard_come_out_as_it_says(string target, string patch, string result) =>
        Assert.Equal(result, MergePatch.Merge(JsonNode.Parse(target), JsonNode.Parse(patch))?.ToJsonString() ?? "null");

    [Fact]
    public async Task What_is_not_in_the_patch_stays_as_it_was()
    {
        var (path, tag, before) = await ATeam();
        using var answer = await Patch(path, """{"size":12,"serves":["331000"]}""", tag);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var after = await answer.Json();
        before["size"] = 12;
        before["serves"] = new JsonArray("331000");
        before["version"] = after["version"]!.DeepClone();
        Assert.Equal(before.ToJsonString(), after.ToJsonString());
        using var read = await service.Officer().GetAsync(path);
        Assert.Equal(answer.Headers.ETag, read.Headers.ETag);
    }

    [Fact]
    public async Task Null_takes_a_member_away_and_PUT_without_it_does_the_same()
    {
        var (path, tag, before) = await ATeam();
        Assert.Equal(8, before.Number("capacity"));
        var patched = await Patch(path, """{"capacity":null,"code":null,"bases":null}""", tag).Must();
        Assert.Null(patched["code"]);
        Assert.Equal(3, patched.Number("capacity"));
        var bare = new JsonObject();
        foreach (var member in new[] { "name", "kind", "regionCode", "size", "hostOrganisation", "serves", "forms", "suspended" })
        {
            bare[member] = before[member]?.DeepClone();
        }

        var put = await service.Officer().Put(path, bare, "*").Must();
        patched["version"] = put["version"]!.DeepClone();
        Assert.Equal(put.ToJsonString(), patched.ToJsonString());
    }

    [Fact]
    public async Task A_request_is_corrected_in_part()
    {
        var made = await service.Given.AnOpenRequest();
        var path = $"/v1/requests/{made.Id()}";
        var before = await service.Officer().Read(path);
        var after = await Patch(path, """{"urgency":"high","location":{"address":"楚门镇"}}""", "*").Must();
        Assert.Equal("high", after.Text("urgency"));
        Assert.Equal("楚门镇", after["location"]!.Text("address"));
        foreach (
            var member in new[] { "text", "skills", "form", "mode", "wanted", "excludeTeamIds", "confidentiality", "requester", "tier" }
        )
        {
            Assert.Equal(before[member]!.ToJsonString(), after[member]!.ToJsonString());
        }

        before["location"]!["address"] = "楚门镇";
        Assert.Equal(before["location"]!.ToJsonString(), after["location"]!.ToJsonString());
        var timeline = await service.Timeline(made.Id());
        Assert.Single(timeline.Of("request", "change"));
    }

    [Fact]
    public async Task Skills_read_from_the_text_are_not_confirmed_by_a_patch_of_something_else()
    {
        var call = new
        {
            requester = new { kind = "farmer", name = "文旦种植户甲" },
            text = "家里文旦园有几棵树长势不好，叶子发黄、果子也小。",
            location = new { regionCode = "331083" },
        };
        var made = await service.Officer().Post("/v1/requests", call).Must(HttpStatusCode.Created);
        Assert.Contains(made.Items("skills"), skill => skill.Text("source") == "suggested");
        var path = $"/v1/requests/{made.Id()}";
        var after = await Patch(path, """{"mode":"one_to_many"}""", "*").Must();
        Assert.Equal(made["skills"]!.ToJsonString(), after["skills"]!.ToJsonString());
        after = await Patch(path, """{"skills":[{"code":"agr-citrus"}]}""", "*").Must();
        Assert.Equal("given", Assert.Single(after.Items("skills")).Text("source"));
    }

    [Fact]
    public async Task The_place_given_in_another_system_is_kept_as_it_was_given()
    {
        var call = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(Given.PomeloCall()))!;
        call["location"]!["crs"] = "gcj02";
        var made = await service.Officer().Post("/v1/requests", call).Must(HttpStatusCode.Created);
        var after = await Patch($"/v1/requests/{made.Id()}", """{"mode":"one_to_many"}""", "*").Must();
        Assert.Equal(made["location"]!.ToJsonString(), after["location"]!.ToJsonString());
    }

    [Fact]
    public async Task When_a_team_can_come_is_changed_in_part()
    {
        var team = await NewTeam();
        await service
            .LeaderOf(team)
            .Put(
                $"/v1/teams/{team}/availability",
                new
                {
                    weekly = new[]
                    {
                        new
                        {
                            day = "monday",
                            start = "09:00",
                            end = "12:00",
                        },
                    },
                    daysOff = new[] { "2026-06-19" },
                }
            )
            .Must();
        var patched = await Patch(
                $"/v1/teams/{team}/availability",
                """{"daysOff":["2026-06-20"],"leaves":[{"from":"2026-07-01","to":"2026-07-02"}]}""",
                null,
                service.LeaderOf(team)
            )
            .Must();
        var availability = patched["availability"]!;
        Assert.Equal("""["2026-06-20"]""", availability["daysOff"]!.ToJsonString());
        Assert.Equal("09:00", availability["weekly"]![0]!.Text("start"));
        Assert.Single(availability["leaves"]!.AsArray());
        patched = await Patch($"/v1/teams/{team}/availability", """{"weekly":null}""", null).Must();
        Assert.Empty(patched["availability"]!["weekly"]!.AsArray());
        Assert.Single(patched["availability"]!["leaves"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"state":"closed"}""", "#/state")]
    [InlineData("""{"state":null}""", "#/state")]
    [InlineData("""{"queue":"dispatch"}""", "#/queue")]
    [InlineData("""{"tier":"province"}""", "#/tier")]
    [InlineData("""{"version":7}""", "#/version")]
    [InlineData("""{"outcome":null}""", "#/outcome")]
    [InlineData("""{"requestId":"0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90"}""", "#/requestId")]
    [InlineData("""{"requester":{"name":"别人"}}""", "#/requester")]
    [InlineData("""{"location":{"regionName":"别处"}}""", "#/location/regionName")]
    [InlineData("""{"location":{"planet":null}}""", "#/location/planet")]
    [InlineData("""{"Urgency":"high"}""", "#/Urgency")]
    public async Task What_PUT_does_not_take_PATCH_does_not_take_either(string patch, string at)
    {
        var path = $"/v1/requests/{(await service.Given.AnOpenRequest()).Id()}";
        var before = await service.Officer().GetStringAsync(path);
        var problem = await Patch(path, patch, "*").MustRefuse(HttpStatusCode.BadRequest, "body.malformed");
        Assert.Equal(at, problem["errors"]![0]!.Text("pointer"));
        Assert.Equal("unknown_member", problem["errors"]![0]!.Text("code"));
        Assert.Equal(before, await service.Officer().GetStringAsync(path));
    }

    [Theory]
    [InlineData("", "malformed")]
    [InlineData("{", "malformed")]
    [InlineData("""{"text":"a","text":"b"}""", "duplicate_member")]
    [InlineData("""{"location":{"lat":1,"lat":2}}""", "duplicate_member")]
    [InlineData("""{"text":"a\u0000b"}""", "nul_character")]
    [InlineData("""{"text":"\ud800"}""", "lone_surrogate")]
    [InlineData("""{"\ud800":"a"}""", "lone_surrogate")]
    [InlineData("""{"location":{"lat":1e999}}""", "wrong_type")]
    [InlineData("""{"urgency":"HIGH"}""", "wrong_type")]
    [InlineData("""{"text":5}""", "wrong_type")]
    [InlineData("[]", "wrong_type")]
    [InlineData("null", "wrong_type")]
    [InlineData("\"high\"", "wrong_type")]
    [InlineData("""{"urgency":null}""", "missing")]
    public async Task A_patch_that_cannot_be_read_is_refused_with_a_reason(string patch, string code)
    {
        var path = $"/v1/requests/{(await service.Given.AnOpenRequest()).Id()}";
        var before = await service.Officer().GetStringAsync(path);
        var problem = await Patch(path, patch, "*").MustRefuse(HttpStatusCode.BadRequest, "body.malformed");
        Assert.Equal(code, problem["errors"]![0]!.Text("code"));
        Assert.Equal(before, await service.Officer().GetStringAsync(path));
    }

    [Fact]
    public async Task A_patch_nested_too_deep_is_refused()
    {
        var path = $"/v1/requests/{(await service.Given.AnOpenRequest()).Id()}";
        var deep = string.Concat(Enumerable.Repeat("{\"location\":", 40)) + "1" + new string('}', 40);
        var problem = await Patch(path, deep, "*").MustRefuse(HttpStatusCode.BadRequest, "body.malformed");
        Assert.Equal("too_deep", problem["errors"]![0]!.Text("code"));
    }

    [Theory]
    [InlineData("""{"size":0}""", "#/size")]
    [InlineData("""{"name":""}""", "#/name")]
    [InlineData("""{"regionCode":"999999"}""", "#/regionCode")]
    [InlineData("""{"bases":[{"lat":48.8,"lng":2.3}]}""", "#/bases/0/lat")]
    public async Task What_comes_out_is_judged_as_the_body_of_PUT(string patch, string at)
    {
        var (path, tag, _) = await ATeam();
        var problem = await Patch(path, patch, tag).MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Equal(at, problem["errors"]![0]!.Text("pointer"));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json-patch+json")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task Another_media_type_is_refused_and_the_right_one_is_named(string? type)
    {
        var (path, tag, _) = await ATeam();
        using var answer = await Patch(path, """{"size":12}""", tag, type: type);
        Assert.Equal("application/merge-patch+json", answer.Headers.GetValues("Accept-Patch").Single());
        await Task.FromResult(answer).MustRefuse(HttpStatusCode.UnsupportedMediaType, "body.media_type");
    }

    [Fact]
    public async Task Who_asks_for_the_options_is_told_what_a_patch_looks_like()
    {
        foreach (
            var path in new[]
            {
                $"/v1/teams/{Guid.NewGuid()}",
                $"/v1/teams/{Guid.NewGuid()}/availability",
                $"/v1/requests/{Guid.NewGuid()}",
            }
        )
        {
            using var answer = await service.Anonymous().SendAsync(new HttpRequestMessage(HttpMethod.Options, path));
            Assert.Contains("PATCH", answer.Content.Headers.Allow);
            Assert.Equal("application/merge-patch+json", answer.Headers.GetValues("Accept-Patch").Single());
        }

        using var none = await service.Anonymous().SendAsync(new HttpRequestMessage(HttpMethod.Options, "/v1/skills"));
        Assert.False(none.Headers.Contains("Accept-Patch"));
    }

    [Fact]
    public async Task A_patch_needs_the_version_that_was_read()
    {
        var (path, tag, _) = await ATeam();
        await Patch(path, """{"size":12}""", null).MustRefuse((HttpStatusCode)428, "precondition.required");
        await Patch(path, """{"size":12}""", tag).Must();
        await Patch(path, """{"size":13}""", tag).MustRefuse(HttpStatusCode.PreconditionFailed, "resource.changed");
        Assert.Equal(12, (await service.Officer().Read(path)).Number("size"));
    }

    [Fact]
    public async Task A_patch_is_for_those_who_may_change_the_whole()
    {
        var (path, tag, _) = await ATeam();
        const string patch = """{"size":12}""";
        await Patch(path, patch, tag, service.Anonymous()).MustRefuse(HttpStatusCode.Unauthorized, "access.unauthenticated");
        await Patch(path, patch, tag, service.As("auditor")).MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await Patch(path, patch, tag, service.Officer("440300")).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await Patch($"/v1/teams/{Guid.NewGuid()}", patch, "*").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task Patches_of_different_members_at_once_lose_nothing_that_was_acknowledged()
    {
        var path = $"/v1/teams/{await NewTeam()}";
        for (var round = 1; round <= 8; round++)
        {
            var wanted = new (string Member, JsonNode Value)[]
            {
                ("size", 100 + round),
                ("capacity", 200 + round),
                ("hostOrganisation", $"第 {round} 总工会"),
                ("name", $"第 {round} 队"),
            };
            var answers = await Task.WhenAll(
                wanted.Select(change => Patch(path, new JsonObject { [change.Member] = change.Value.DeepClone() }.ToJsonString(), "*"))
            );
            var after = await service.Officer().Read(path);
            foreach (var (answer, change) in answers.Zip(wanted))
            {
                Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.PreconditionFailed });
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    Assert.Equal(change.Value.ToJsonString(), after[change.Member]!.ToJsonString());
                }
            }

            Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task The_repeat_of_a_key_has_one_effect()
    {
        var (path, _, _) = await ATeam();
        var key = Guid.NewGuid().ToString();
        using var first = await Patch(path, """{"size":12}""", "*", key: key);
        using var second = await Patch(path, """{"size":12}""", "*", key: key);
        Assert.Equal("true", second.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        await Patch(path, """{"size":13}""", "*", key: key).MustRefuse(HttpStatusCode.UnprocessableEntity, "idempotency.key_reused");
    }

    private async Task<Guid> NewTeam() =>
        (
            await service
                .Officer()
                .Post(
                    "/v1/teams",
                    new
                    {
                        name = "果树修剪服务队",
                        kind = "county_team",
                        regionCode = "331083",
                        size = 6,
                        code = "P-" + Guid.NewGuid().ToString("N")[..8],
                        capacity = 8,
                        hostOrganisation = "玉环市总工会",
                        bases = new[] { new { lat = 28.2531, lng = 121.2828 } },
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();

    private async Task<(string Path, string Tag, JsonNode Before)> ATeam()
    {
        var path = $"/v1/teams/{await NewTeam()}";
        using var read = await service.Officer().GetAsync(path);
        return (path, read.Headers.ETag!.Tag, await read.Json());
    }

    private Task<HttpResponseMessage> Patch(
        string path,
        string patch,
        string? ifMatch,
        HttpClient? client = null,
        string? type = MergePatch.MediaType,
        string? key = null
    )
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(patch));
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return (client ?? service.Officer()).Send(HttpMethod.Patch, path, content, key, ifMatch);
    }
}
