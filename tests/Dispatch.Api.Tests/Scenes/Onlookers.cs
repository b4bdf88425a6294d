using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Features;
using Xunit;

namespace Dispatch.Api.Tests.Scenes;

/// <summary>The three who look at one request: the officer of its place, the leader of the team it goes to, and the requester with his
/// track token.</summary>
public sealed class Onlookers(RunningService service, Guid request, string track, string region, string teamCode)
{
    public HttpClient Officer => service.Officer(region);

    public HttpClient Leader => service.Leader(teamCode);

    public Task<JsonNode> OfficerSees() => Officer.Read($"/v1/requests/{request}");

    public Task<JsonNode> LeaderSees() => Leader.Read($"/v1/requests/{request}");

    public Task<JsonNode> RequesterSees() => service.Anonymous().Read($"/v1/track/{track}");

    /// <summary>All three see the same state; the requester also reads it in words.</summary>
    public async Task AllSee(string state, string words)
    {
        Assert.Equal(state, (await OfficerSees()).Text("state"));
        Assert.Equal(state, (await LeaderSees()).Text("state"));
        await RequesterReads(state, words);
    }

    /// <summary>Not asked, the leader knows of nothing.</summary>
    public async Task OnlyTheLeaderDoesNotSee(string state, string words)
    {
        Assert.Equal(state, (await OfficerSees()).Text("state"));
        await Leader.GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await RequesterReads(state, words);
    }

    public async Task RequesterMay(params string[] actions) =>
        Assert.Equal(actions, (await RequesterSees()).Items("allowed").Select(action => action.GetValue<string>()));

    /// <summary>评单 by the requester himself.</summary>
    public Task<JsonNode> Confirm(bool solved, int rating) =>
        service.Anonymous().Post($"/v1/track/{track}/confirm", new { solved, rating }).Must();

    private async Task RequesterReads(string state, string words)
    {
        var seen = await RequesterSees();
        Assert.Equal(state, seen.Text("state"));
        Assert.StartsWith(words, seen.Text("stateText"), StringComparison.Ordinal);
    }
}
