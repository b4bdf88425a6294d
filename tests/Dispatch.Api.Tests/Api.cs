using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests;

/// <summary>HTTP in the words of a test.</summary>
public static class Api
{
    /// <summary>Posts with a fresh idempotency key.</summary>
    public static Task<HttpResponseMessage> Post(
        this HttpClient client,
        string path,
        object? body = null,
        string? key = null,
        string? ifMatch = null
    ) => client.Send(HttpMethod.Post, path, body ?? new { }, key ?? Guid.NewGuid().ToString(), ifMatch);

    public static Task<HttpResponseMessage> Put(this HttpClient client, string path, object body, string? ifMatch = null) =>
        client.Send(HttpMethod.Put, path, body, null, ifMatch);

    public static async Task<HttpResponseMessage> Send(
        this HttpClient client,
        HttpMethod method,
        string path,
        object body,
        string? key,
        string? ifMatch = null
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = body as HttpContent ?? JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await client.SendAsync(request);
    }

    public static StringContent Raw(string json) => new(json, Encoding.UTF8, "application/json");

    public static async Task<JsonNode> Json(this HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    /// <summary>The body, of an answer that must have this status.</summary>
    public static async Task<JsonNode> Must(this Task<HttpResponseMessage> sending, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await sending;
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode} instead of {(int)status}: {body}");
        return body.Length == 0 ? JsonValue.Create(0) : JsonNode.Parse(body)!;
    }

    /// <summary>The problem, of an answer that must be one with this status and code.</summary>
    public static async Task<JsonNode> MustRefuse(this Task<HttpResponseMessage> sending, HttpStatusCode status, string code)
    {
        using var response = await sending;
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode} instead of {(int)status}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(body)!;
        Assert.Equal(code, problem["code"]!.GetValue<string>());
        Assert.Equal((int)status, problem["status"]!.GetValue<int>());
        return problem;
    }

    public static async Task<JsonNode> Read(this HttpClient client, string path) => await client.GetAsync(path).Must();

    public static string Text(this JsonNode node, string member) => node[member]!.GetValue<string>();

    public static Guid Id(this JsonNode node, string member = "id") => Guid.Parse(node.Text(member));
}
