using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Dispatch.Faults.Load;

/// <summary>A write that was sent; without an answer nobody knows whether it happened.</summary>
internal sealed record Attempt(string Path, string Body, string Token, string Key, bool ByTheOffice)
{
    public HttpStatusCode? Status { get; init; }

    public string? Answer { get; init; }

    public bool Replayed { get; init; }

    /// <summary>How long the answer took.</summary>
    public TimeSpan Took { get; init; }

    public bool IsAcknowledged => Status is HttpStatusCode.OK or HttpStatusCode.Created;

    /// <summary>Refused because the service could not, not because it may not.</summary>
    public bool IsTurnedAway => Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage;

    public bool GivesBack => Path.EndsWith("/release", StringComparison.Ordinal);

    /// <summary>The request it is about, as its path or its answer says.</summary>
    public Guid? Request =>
        Path.Split('/') is [_, _, "requests", var id, ..] ? Guid.Parse(id)
        : Answer is { Length: > 0 } answer && JsonNode.Parse(answer) is { } said ? said.Id(said["requestId"] is null ? "id" : "requestId")
        : null;

    public async Task<Attempt> Send(HttpClient client, CancellationToken ct = default)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new StringContent(Body, Encoding.UTF8, "application/json"),
        };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        message.Headers.Add("Idempotency-Key", Key);
        var clock = Stopwatch.StartNew();
        using var response = await client.SendAsync(message, ct);
        return this with
        {
            Status = response.StatusCode,
            Answer = await response.Content.ReadAsStringAsync(ct),
            Replayed = response.Headers.Contains("Idempotent-Replayed"),
            Took = clock.Elapsed,
        };
    }
}

internal static class Nodes
{
    public static string Text(this JsonNode node, string member) => node[member]!.GetValue<string>();

    public static Guid Id(this JsonNode node, string member = "id") => Guid.Parse(node.Text(member));
}
