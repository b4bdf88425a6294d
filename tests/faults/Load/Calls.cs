using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatch.Faults.Ground;

namespace Dispatch.Faults.Load;

/// <summary>Single calls of single people.</summary>
internal static class Calls
{
    /// <summary>A write that is still to be sent, under a key of its own.</summary>
    public static Attempt Attempt(this ServiceProcess node, string path, string body, string token) =>
        new(path, body, token, Guid.NewGuid().ToString(), ByTheOffice: token == node.Officer);

    /// <summary>The officer does it; whatever the answer.</summary>
    public static Task<Attempt> Office(this ServiceProcess node, string path, string body) =>
        node.Attempt(path, body, node.Officer).Send(node.Client);

    /// <summary>It is done, or nothing can be tested.</summary>
    public static async Task<Attempt> Done(this ServiceProcess node, string path, string body, string? token = null)
    {
        var done = await node.Attempt(path, body, token ?? node.Officer).Send(node.Client);
        return done.IsAcknowledged ? done : throw new InvalidOperationException($"{done.Path} was answered {done.Status}: {done.Answer}");
    }

    /// <summary>Null: it is not told.</summary>
    public static async Task<JsonNode?> Look(this ServiceProcess node, string path, string? token = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? node.Officer);
        using var answer = await node.Client.SendAsync(message);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
    }

    public static async Task<JsonNode> Read(this ServiceProcess node, string path) =>
        await node.Look(path) ?? throw new InvalidOperationException($"{path} is not told.");

    public static async Task<JsonArray> Offers(this ServiceProcess node, Guid? request, string and = "&state=pending") =>
        (await node.Read($"/v1/offers?request={request}{and}"))["items"]!.AsArray();

    /// <summary>A call for help as <see cref="Load"/> makes them, of this urgency.</summary>
    public static JsonNode Call(Random random, string urgency)
    {
        var call = JsonSerializer.SerializeToNode(Load.Call(random))!;
        call["urgency"] = urgency;
        return call;
    }

    /// <summary>A request of somebody who made no other.</summary>
    public static Task<Attempt> Person(this ServiceProcess node, int number)
    {
        var call = Call(new Random(number), "normal");
        call["requester"]!["phone"] = string.Create(CultureInfo.InvariantCulture, $"139{20_000_000 + number}");
        return node.Done("/v1/requests", call.ToJsonString());
    }

    /// <summary>The officer asks that this person be erased; what is left to do is to approve it.</summary>
    public static async Task<Attempt> Erasure(this ServiceProcess node, Attempt person)
    {
        var asked = await node.Done("/v1/erasures", JsonSerializer.Serialize(new { requestId = person.Request, reason = "本人来电要求" }));
        return node.Attempt($"/v1/approvals/{JsonNode.Parse(asked.Answer!)!.Id()}/approve", "{}", node.Admin);
    }
}
