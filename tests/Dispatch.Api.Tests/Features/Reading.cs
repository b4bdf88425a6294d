using System.Globalization;
using System.Text.Json.Nodes;
using Dispatch.Api.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features;

/// <summary>What a person sees of a request, in the words of a test.</summary>
public static class Reading
{
    public static Task<JsonNode> Request(this RunningService service, Guid request) => service.Officer().Read($"/v1/requests/{request}");

    public static async Task<string> State(this RunningService service, Guid request) => (await service.Request(request)).Text("state");

    /// <summary>What was read from the text and what a person made of it, as it is kept to learn from; null when nobody corrected anything.</summary>
    public static async Task<(string Suggested, string Chosen)?> Correction(this RunningService service, Guid request)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var kept = await scope
            .ServiceProvider.GetRequiredService<Session>()
            .Value<string>(
                "select suggested || '>' || chosen from skill_correction where request_id = @request order by version desc limit 1",
                new { request }
            );
        return kept?.Split('>') is [var suggested, var chosen] ? (suggested, chosen) : null;
    }

    public static async Task<IReadOnlyList<JsonNode>> Offers(this RunningService service, Guid request) =>
        (await service.Officer().Read($"/v1/offers?request={request}&page_size=100")).Items();

    /// <summary>How the last offer to each team stands, by team.</summary>
    public static async Task<Dictionary<Guid, string>> OfferStates(this RunningService service, Guid request) =>
        (await service.Offers(request))
            .GroupBy(offer => offer.Id("teamId"))
            .ToDictionary(group => group.Key, group => group.First().Text("state"));

    /// <summary>The one offer that waits for its answer.</summary>
    public static async Task<JsonNode> LiveOffer(this RunningService service, Guid request) =>
        Assert.Single(await service.Offers(request), offer => offer.Text("state") == "pending");

    public static async Task<Guid> AskedTeam(this RunningService service, Guid request) => (await service.LiveOffer(request)).Id("teamId");

    public static async Task<IReadOnlyList<JsonNode>> Timeline(this RunningService service, Guid request) =>
        (await service.Officer().Read($"/v1/requests/{request}/timeline")).Items();

    /// <summary>The rows of one kind of move, in order.</summary>
    public static IReadOnlyList<JsonNode> Of(this IReadOnlyList<JsonNode> timeline, string subject, string action) =>
        [.. timeline.Where(row => row.Text("subject") == subject && row.Text("action") == action)];

    public static IReadOnlyList<JsonNode> Items(this JsonNode page, string member = "items") =>
        [.. page[member]!.AsArray().Select(item => item!)];

    /// <summary>A text that may be missing.</summary>
    public static string? Maybe(this JsonNode node, string member) => node[member]?.GetValue<string>();

    public static decimal Number(this JsonNode node, string member) => node[member]!.GetValue<decimal>();

    public static DateTimeOffset Time(this JsonNode node, string member) =>
        DateTimeOffset.Parse(node.Text(member), CultureInfo.InvariantCulture);

    /// <summary>The deadline of this kind that is in this state.</summary>
    public static JsonNode Deadline(this JsonNode request, string kind, string state = "running") =>
        Assert.Single(request.Items("deadlines"), deadline => deadline.Text("kind") == kind && deadline.Text("state") == state);

    public static async Task<DateTimeOffset> Due(this RunningService service, Guid request, string kind) =>
        (await service.Request(request)).Deadline(kind).Time("dueAt");

    /// <summary>A time of day in Shanghai.</summary>
    public static DateTimeOffset Shanghai(string local) =>
        DateTimeOffset.Parse(local + "+08:00", CultureInfo.InvariantCulture).ToUniversalTime();

    public static Guid TeamAt(this JsonNode match, int rank) => match.Items("candidates")[rank - 1].Id("teamId");

    /// <summary>How many candidates a ranking refused for this reason.</summary>
    public static int RefusedFor(this JsonNode match, string reason) =>
        match.Items("refused").FirstOrDefault(refusal => refusal.Text("reason") == reason)?["count"]?.GetValue<int>() ?? 0;

    public static decimal Figure(this JsonNode summary, string indicator) =>
        Assert.Single(summary.Items("figures"), figure => figure.Text("indicator") == indicator).Number("value");
}
