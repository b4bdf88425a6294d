using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Teams;

/// <summary>PUT of a team: changed where it is there, registered under the caller's id where it is not.</summary>
public sealed class ChangeTeamTests(RunningService service) : IClassFixture<RunningService>
{
    private const HttpStatusCode PreconditionRequired = (HttpStatusCode)428;

    [Theory]
    [InlineData("officer", null)]
    [InlineData("officer", "*")]
    [InlineData("officer", "\"1-0000000000000000\"")]
    [InlineData("admin", "*")]
    public async Task A_team_that_is_not_there_is_registered_under_the_id_of_the_caller(string role, string? ifNoneMatch)
    {
        var path = $"/v1/teams/{Guid.NewGuid()}";
        using var made = await Put(service.As(role), path, ATeam(), ifNoneMatch: ifNoneMatch);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal(path, made.Headers.Location!.ToString());
        var team = await made.Json();
        Assert.Equal(path, $"/v1/teams/{team.Text("id")}");
        Assert.Equal(1, team.Number("version"));
        using var read = await service.Officer().GetAsync(path);
        Assert.Equal(made.Headers.ETag, read.Headers.ETag);
        Assert.Equal(team.ToJsonString(), (await read.Json()).ToJsonString());
    }

    [Fact]
    public async Task A_team_registered_twice_under_the_condition_that_it_is_not_there_is_registered_once()
    {
        var path = $"/v1/teams/{Guid.NewGuid()}";
        await Put(service.Officer(), path, ATeam(), ifNoneMatch: "*").Must(HttpStatusCode.Created);
        var before = await service.Officer().GetStringAsync(path);
        await Put(service.Officer(), path, ATeam("另一支队伍"), ifNoneMatch: "*")
            .MustRefuse(HttpStatusCode.PreconditionFailed, "resource.changed");
        await Put(service.Officer(), path, ATeam("另一支队伍")).MustRefuse(PreconditionRequired, "precondition.required");
        Assert.Equal(before, await service.Officer().GetStringAsync(path));
    }

    [Fact]
    public async Task A_team_registered_by_many_at_once_is_registered_once()
    {
        var path = $"/v1/teams/{Guid.NewGuid()}";
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(number => Put(service.Officer(), path, ATeam($"第 {number} 次"), ifNoneMatch: "*"))
        );
        var made = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(15, answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed));
        Assert.Equal((await made.Json()).Text("name"), (await service.Officer().Read(path)).Text("name"));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("\"1-0000000000000000\"")]
    public async Task What_is_not_there_matches_no_tag(string ifMatch)
    {
        var path = $"/v1/teams/{Guid.NewGuid()}";
        await Put(service.Officer(), path, ATeam(), ifMatch: ifMatch).MustRefuse(HttpStatusCode.PreconditionFailed, "resource.changed");
        await service.Officer().GetAsync(path).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task A_team_that_is_there_is_changed_and_keeps_its_place()
    {
        var path = $"/v1/teams/{Guid.NewGuid()}";
        using var made = await Put(service.Officer(), path, ATeam());
        using var changed = await Put(service.Officer(), path, ATeam("改名后的队伍"), ifMatch: made.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Null(changed.Headers.Location);
        Assert.Equal("改名后的队伍", (await changed.Json()).Text("name"));
    }

    [Fact]
    public async Task If_None_Match_is_honoured_beside_If_Match_and_by_every_change()
    {
        var path = $"/v1/teams/{Guid.NewGuid()}";
        using var made = await Put(service.Officer(), path, ATeam());
        var tag = made.Headers.ETag!.Tag;
        await Put(service.Officer(), path, ATeam("x"), tag, "*").MustRefuse(HttpStatusCode.PreconditionFailed, "resource.changed");
        await Put(service.Officer(), path, ATeam("x"), tag, tag).MustRefuse(HttpStatusCode.PreconditionFailed, "resource.changed");
        await Put(service.Officer(), path, ATeam("x"), tag, "\"7-0000000000000000\"").Must();
        await Put(service.Officer(), $"{path}/skills", new JsonObject { ["skills"] = new JsonArray() }, ifNoneMatch: "*")
            .MustRefuse(HttpStatusCode.PreconditionFailed, "resource.changed");
        var request = (await service.Given.AnOpenRequest()).Id();
        using var moved = new HttpRequestMessage(HttpMethod.Post, $"/v1/requests/{request}/publish") { Content = Api.Raw("{}") };
        moved.Headers.TryAddWithoutValidation("If-None-Match", "*");
        await service.Officer().SendAsync(moved).MustRefuse(HttpStatusCode.PreconditionFailed, "resource.changed");
    }

    [Fact]
    public async Task A_condition_never_wins_over_another_refusal()
    {
        var absent = $"/v1/teams/{Guid.NewGuid()}";
        await Put(service.Anonymous(), absent, ATeam(), ifMatch: "*").MustRefuse(HttpStatusCode.Unauthorized, "access.unauthenticated");
        await Put(service.LeaderOf(Guid.NewGuid()), absent, ATeam(), ifMatch: "*").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        var broken = ATeam();
        broken["size"] = 0;
        await Put(service.Officer(), absent, broken, ifMatch: "*").MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        var foreign = await Put(service.Officer("440300"), absent, ATeam(), ifMatch: "*")
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Equal("region_not_yours", foreign["errors"]![0]!.Text("code"));
        var there = $"/v1/teams/{RunningService.TeamId(Given.Expert)}";
        await Put(service.Officer("440300"), there, ATeam(), ifNoneMatch: "*").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task A_code_belongs_to_one_team_however_it_is_registered()
    {
        var code = "PUT-" + Guid.NewGuid().ToString("N")[..8];
        var first = ATeam();
        first["code"] = code;
        await Put(service.Officer(), $"/v1/teams/{Guid.NewGuid()}", first).Must(HttpStatusCode.Created);
        var problem = await Put(service.Officer(), $"/v1/teams/{Guid.NewGuid()}", first)
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Equal("code_taken", problem["errors"]![0]!.Text("code"));
    }

    [Fact]
    public async Task The_repeat_of_a_key_gets_the_same_201()
    {
        var (path, key) = ($"/v1/teams/{Guid.NewGuid()}", Guid.NewGuid().ToString());
        using var first = await service.Officer().Send(HttpMethod.Put, path, ATeam(), key);
        using var second = await service.Officer().Send(HttpMethod.Put, path, ATeam(), key);
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Equal("true", second.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_conditions_of_a_collection_are_none_of_a_new_team() =>
        await service.Officer().Post("/v1/teams", ATeam(), ifMatch: "\"1-0\"").Must(HttpStatusCode.Created);

    private static JsonObject ATeam(string name = "果树修剪服务队") =>
        new()
        {
            ["name"] = name,
            ["kind"] = "county_team",
            ["regionCode"] = "331083",
            ["size"] = 6,
        };

    private static Task<HttpResponseMessage> Put(
        HttpClient client,
        string path,
        JsonNode body,
        string? ifMatch = null,
        string? ifNoneMatch = null
    )
    {
        var asked = new HttpRequestMessage(HttpMethod.Put, path) { Content = Api.Raw(body.ToJsonString()) };
        foreach (var (name, value) in new[] { ("If-Match", ifMatch), ("If-None-Match", ifNoneMatch) })
        {
            if (value is not null)
            {
                asked.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return client.SendAsync(asked);
    }
}
